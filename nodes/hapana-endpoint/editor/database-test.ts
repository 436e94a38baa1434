import { storedSecret } from "../../editor/secret-field";
import type { DatabaseReport } from "../database-report";
import { prepareCheck } from "./check-button";
import { type EndpointNode, fieldText } from "./endpoint-node";

/** Makes Node-RED test the database that is entered, and shows the result. */
export function prepareDatabaseTest(node: EndpointNode): void {
  prepareCheck<DatabaseReport>(node, {
    button: "#hapana-test-database",
    found: "#hapana-database-found",
    route: "test-database",
    fields: ["databaseUrl"],
    trying: node._("hapana-endpoint.database.testing"),
    isPossible: () => fieldText("databaseUrl").trim() !== "",
    question() {
      const databaseUrl = fieldText("databaseUrl");
      // The editor does not know what is stored.
      return databaseUrl === storedSecret ? {} : { databaseUrl };
    },
    words: (report) => wordsOf(node, report),
    isGood: ({ isUsable }) => isUsable,
  });
}

function wordsOf(node: EndpointNode, report: DatabaseReport): string[] {
  const say = (key: string, values?: Readonly<Record<string, string | number>>) =>
    node._(`hapana-endpoint.database.${key}`, values);
  if ("fault" in report) return [faultWords(node, report.fault)];
  if (!report.isUsable) return [say(report.reason, { detail: report.detail ?? "" })];
  const { version, milliseconds, hasTables, nodeReds, encryption, standby, isPooled, isHasty } = report;
  return [
    say("works", { version, milliseconds }),
    hasTables ? say("hasTables", { count: nodeReds }) : say("noTables"),
    say(`encryption.${encryption}`),
    ...(standby ? [say(`standby.${standby}`)] : []),
    ...(isPooled ? [say("pooled")] : []),
    ...(isHasty ? [say("hasty")] : []),
  ];
}

function faultWords(node: EndpointNode, fault: Extract<DatabaseReport, { fault: unknown }>["fault"]): string {
  if ("variable" in fault) return node._(`hapana-endpoint.fault.${fault.code}`, fault);
  const isNotStored = fieldText("databaseUrl") === storedSecret && fault.code === "databaseUrlMissing";
  return node._(isNotStored ? "hapana-endpoint.database.notStored" : "hapana-endpoint.error.databaseUrl");
}

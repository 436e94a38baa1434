import { scopeChoice } from "../../editor/node-red-internals";
import { storedSecret } from "../../editor/secret-field";
import type { DatabaseQuestion, DatabaseReport } from "../database-report";
import { type EndpointNode, field, fieldText, isBeingEdited } from "./endpoint-node";
import { onScopeChange } from "./variables";

/** Lets Node-RED try the database that is entered, and says in words what it has found. */
export function prepareDatabaseTest(node: EndpointNode): void {
  const button = $("#hapana-test-database");
  const found = $("#hapana-database-found");
  let asked = 0;
  const show = (lines: readonly string[], outcome?: "hapana-works" | "hapana-error") => {
    found.removeClass("hapana-works hapana-error").addClass(outcome ?? "");
    found.empty().append(lines.map((text) => $("<div>", { text })));
  };
  const forget = () => {
    asked += 1;
    show([]);
    button.prop("disabled", fieldText("databaseUrl").trim() === "");
  };
  field("databaseUrl").on("input change", forget);
  onScopeChange(forget);
  forget();
  button.on("click", () => {
    forget();
    const question = asked;
    // Another address was entered meanwhile, or another endpoint's dialog is open.
    const isCurrent = () => question === asked && isBeingEdited(node);
    button.prop("disabled", true);
    show([node._("hapana-endpoint.database.testing")]);
    $.ajax({
      url: `hapana-endpoint/${node.id}/test-database`,
      method: "POST",
      contentType: "application/json",
      data: JSON.stringify(questionNow(node)),
    })
      .then((report: DatabaseReport) => {
        if (isCurrent()) show(wordsOf(node, report), report.isUsable ? "hapana-works" : "hapana-error");
      })
      .fail(({ status }) => {
        if (isCurrent()) show([node._(`hapana-endpoint.database.${failures[status] ?? "failed"}`)], "hapana-error");
      })
      .always(() => {
        if (isCurrent()) button.prop("disabled", false);
      });
  });
}

const failures: Readonly<Record<number, string>> = { 401: "forbidden", 403: "forbidden", 429: "underWay" };

/** What is stored, the editor does not know. */
function questionNow({ z }: EndpointNode): DatabaseQuestion {
  const databaseUrl = fieldText("databaseUrl");
  const flow = String($(scopeChoice).val() ?? z ?? "");
  return { flow, ...(databaseUrl !== storedSecret && { databaseUrl }) };
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

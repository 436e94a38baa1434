import type { NodeAPI } from "node-red";
import type { EndpointCredentials } from "../runtime/endpoint-node";
import { settingsOf } from "./config";
import type { DatabaseQuestion, DatabaseReport } from "./database-report";
import { flowWithVariable, isEndpoint } from "./saved-nodes";
import { variablesFor } from "./saved-variables";
import { serveCheck } from "./serve-check";

/**
 * Lets the editor find out whether a database can be used, from where Node-RED runs. The address is in the request's body, or is
 * the stored one; no answer contains any of it.
 * @param RED Node-RED's API
 */
export function serveDatabaseTest(RED: NodeAPI): void {
  serveCheck(RED, "test-database", ["databaseUrl", "flow"], (id, question) => reportOn(RED, id, question));
}

async function reportOn(RED: NodeAPI, id: string, question: DatabaseQuestion): Promise<DatabaseReport> {
  const databaseUrl = question.databaseUrl ?? storedUrl(RED, id);
  const { fault, storage } = settingsOf(
    { storage: "shared" },
    { databaseUrl },
    variablesFor(RED, id, question.flow ?? ""),
    (name) => flowWithVariable(RED, name),
  );
  if (fault) return { isUsable: false, fault };
  // Only users of a database load the driver.
  const { probe } = await import("../../src/inbox/postgres/probe.js");
  return probe(typeof storage === "object" ? storage.databaseUrl : "");
}

function storedUrl(RED: NodeAPI, id: string): string | undefined {
  if (!isEndpoint(RED, id)) return undefined;
  return (RED.nodes.getCredentials(id) as EndpointCredentials | undefined)?.databaseUrl;
}

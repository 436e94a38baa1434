import type { NodeAPI } from "node-red";
import { demandJson } from "../runtime/admin/demand-json";
import type { EndpointCredentials } from "../runtime/endpoint-node";
import { settingsOf } from "./config";
import type { DatabaseQuestion, DatabaseReport } from "./database-report";
import { enabledEndpoints, flowWithVariable, isEndpoint, levelsIn } from "./saved-nodes";
import { savedVariable } from "./saved-variables";

/**
 * Lets the editor find out whether a database can be used, from where Node-RED runs. The address comes in the request's body, or is
 * the stored one; no answer has anything of it. Only who may deploy is told, who could reach the same hosts by a flow; and one after
 * the other, so that it is no means to look around in a network.
 * @param RED Node-RED's API
 */
export function serveDatabaseTest(RED: NodeAPI): void {
  const mayDeploy = RED.auth.needsPermission("flows.write");
  let isUnderWay = false;
  RED.httpAdmin.post("/hapana-endpoint/:id/test-database", mayDeploy, demandJson, (request, response) => {
    const question = questionIn(request.body);
    if (!question) response.sendStatus(400);
    else if (isUnderWay) response.sendStatus(429);
    else {
      isUnderWay = true;
      reportOn(RED, String(request.params.id), question)
        .then(
          (report) => response.set("cache-control", "no-store").json(report),
          () => response.sendStatus(500),
        )
        .finally(() => {
          isUnderWay = false;
        });
    }
  });
}

function questionIn(body: unknown): DatabaseQuestion | undefined {
  const { databaseUrl, flow } = (body ?? {}) as Record<string, unknown>;
  const areTexts = [databaseUrl, flow].every((each) => each === undefined || typeof each === "string");
  return areTexts ? ({ databaseUrl, flow } as DatabaseQuestion) : undefined;
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
  // Only who uses a database loads what that needs.
  const { probe } = await import("../../src/inbox/postgres/probe.js");
  return probe(typeof storage === "object" ? storage.databaseUrl : "");
}

function storedUrl(RED: NodeAPI, id: string): string | undefined {
  if (!isEndpoint(RED, id)) return undefined;
  return (RED.nodes.getCredentials(id) as EndpointCredentials | undefined)?.databaseUrl;
}

/** What variables hold for an endpoint in a flow: its node knows best, where it is deployed there. */
function variablesFor(RED: NodeAPI, id: string, flow: string): (name: string) => unknown {
  const deployed = enabledEndpoints(RED).find(({ saved }) => saved.id === id && (saved.z ?? "") === flow);
  const node = deployed && RED.nodes.getNode(deployed.id);
  if (node) return (name) => RED.util.evaluateNodeProperty(name, "env", node, {});
  return (name) => savedVariable(RED, levelsIn(RED, flow), name);
}

import type { NodeAPI } from "node-red";
import { variablesIn } from "../../src/address/variables";
import { mergedReport } from "../../src/engine/sightings-report";
import type { HapanaRuntime } from "../runtime/runtime";
import type { EndpointReport } from "./report";
import { savedEndpoint } from "./saved-nodes";

/**
 * Tells the editor what an endpoint has seen from Hapana: the locations, so that they can be named, and when which token was used; and
 * the state of the deployed endpoint. For one in a subflow, it combines all instances.
 * @param RED Node-RED's API
 * @param runtime where the endpoints are
 */
export function serveSightings(RED: NodeAPI, runtime: HapanaRuntime): void {
  const mayRead = RED.auth.needsPermission("hapana-endpoint.read");
  RED.httpAdmin.get("/hapana-endpoint/:id/sightings", mayRead, async (request, response) => {
    // An endpoint that is not deployed has seen nothing. That is not an error, which the browser's console would report.
    response.json((await reportOf(RED, runtime, String(request.params.id))) ?? null);
  });
}

async function reportOf(RED: NodeAPI, runtime: HapanaRuntime, id: string): Promise<EndpointReport | undefined> {
  const endpoints = runtime.endpointsAt(id);
  const reports = await Promise.all(
    endpoints.map(async (endpoint) => {
      // While the database is unavailable, it reports what was seen here.
      const others = await runtime.sightings.of(endpoint).catch(() => []);
      return endpoint.sightings.reportWith(others);
    }),
  );
  const seen = mergedReport(reports);
  if (!seen) return undefined;
  const fault = endpoints.map(({ state }) => state.fault).find((each) => each !== undefined);
  const hasPath = endpoints.some(({ path }) => path !== undefined);
  return {
    ...seen,
    ...(hasPath && { heldPath: String(savedEndpoint(RED, id)?.path ?? "") }),
    ...(fault && { fault }),
    unclaimed: endpoints.reduce((sum, endpoint) => sum + runtime.inboxes.unclaimedAt(endpoint.id), 0),
    variables: variablesOf(RED.nodes.getCredentials(id)),
  };
}

function variablesOf(credentials: unknown): EndpointReport["variables"] {
  const texts = Object.entries((credentials ?? {}) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(texts.map(([name, text]) => [name, typeof text === "string" ? variablesIn(text) : []]));
}

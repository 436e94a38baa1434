import type { NodeAPI } from "node-red";
import { mergedReport } from "../../src/engine/sightings-report";
import type { HapanaRuntime } from "../runtime/runtime";

/**
 * Tells the editor what an endpoint has seen of Hapana: the locations, so that they can be named, and when which token was used. Of one
 * in a subflow, it tells what all of its instances have seen.
 * @param RED Node-RED's API
 * @param runtime where the endpoints are
 */
export function serveSightings(RED: NodeAPI, runtime: HapanaRuntime): void {
  const mayRead = RED.auth.needsPermission("hapana-endpoint.read");
  RED.httpAdmin.get("/hapana-endpoint/:id/sightings", mayRead, (request, response) => {
    const reports = runtime.endpointsAt(String(request.params.id)).map(({ sightings }) => sightings.report);
    // One that is not deployed has seen nothing. That is no error, of which the browser's console would complain.
    response.json(mergedReport(reports) ?? null);
  });
}

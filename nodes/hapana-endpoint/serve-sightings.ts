import type { NodeAPI } from "node-red";
import type { EndpointNode } from "../runtime/endpoint-node";

/**
 * Tells the editor what an endpoint has seen of Hapana: the locations, so that they can be named, and when which token was used.
 * @param RED Node-RED's API
 */
export function serveSightings(RED: NodeAPI): void {
  const mayRead = RED.auth.needsPermission("hapana-endpoint.read");
  RED.httpAdmin.get("/hapana-endpoint/:id/sightings", mayRead, (request, response) => {
    const endpoint = (RED.nodes.getNode(String(request.params.id)) as EndpointNode | null)?.endpoint;
    // One that is not deployed has seen nothing. That is no error, of which the browser's console would complain.
    response.json(endpoint?.sightings.report ?? null);
  });
}

import type { NodeAPI } from "node-red";
import type { EndpointNode } from "../runtime/endpoint-node";

/**
 * Tells the editor from which locations an endpoint has got events, so that they can be named.
 * @param RED Node-RED's API
 */
export function serveSeenSites(RED: NodeAPI): void {
  const mayRead = RED.auth.needsPermission("hapana-endpoint.read");
  RED.httpAdmin.get("/hapana-endpoint/:id/sites", mayRead, (request, response) => {
    const endpoint = (RED.nodes.getNode(String(request.params.id)) as EndpointNode | null)?.endpoint;
    response.json(endpoint?.seenSites.all ?? []);
  });
}

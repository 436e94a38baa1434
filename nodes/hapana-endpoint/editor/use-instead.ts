import type { EndpointNode } from "./endpoint-node";
import { announce, type EndpointUser, giveEndpoint } from "./give-endpoint";

/**
 * Gives the nodes of one endpoint to another, and removes the one that is left without any.
 * @param endpoint the endpoint that goes
 * @param other the endpoint that its nodes get
 * @returns what undoes it, for Node-RED's history
 */
export function useInstead(endpoint: EndpointNode, other: EndpointNode): NodeRed.HistoryEvent[] {
  const dirty = RED.nodes.dirty();
  const events = giveEndpoint(endpoint.users.splice(0) as EndpointUser[], other);
  RED.nodes.remove(endpoint.id);
  events.push({ t: "delete", nodes: [endpoint], dirty });
  announce(other);
  return events;
}

import { endpointLabel } from "../../../src/address/endpoint-label";
import type { EndpointNode } from "./endpoint-node";

/** Node-RED deletes an endpoint without asking. If nodes are left without one, a notification says so, and how to undo it. */
export function tellUsersOfDeletion(endpoint: EndpointNode): void {
  const { users } = endpoint;
  if (users.length === 0) return;
  const words = endpoint._("hapana-endpoint.deleted", { name: endpointLabel(endpoint), count: users.length });
  RED.notify($("<p>").text(words), { type: "warning", timeout: 10_000 });
}

import { endpointLabel } from "../../../src/address/endpoint-label";
import type { EndpointNode } from "./endpoint-node";

/** Node-RED deletes an endpoint without a question. Where nodes are left without one, it is said, and how to get it back. */
export function tellUsersOfDeletion(endpoint: EndpointNode): void {
  const { users } = endpoint;
  if (users.length === 0) return;
  const words = endpoint._("hapana-endpoint.deleted", { name: endpointLabel(endpoint), count: users.length });
  RED.notify($("<p>").text(words), { type: "warning", timeout: 10_000 });
}

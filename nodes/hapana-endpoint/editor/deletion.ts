import type { EndpointNode } from "./endpoint-node";

/** Node-RED deletes an endpoint without a question. Where nodes are left without one, it is said, and how to get it back. */
export function tellUsersOfDeletion({ name, path, users, _: translate }: EndpointNode): void {
  if (users.length === 0) return;
  const words = translate("hapana-endpoint.deleted", { name: name || path, count: users.length });
  RED.notify($("<p>").text(words), { type: "warning", timeout: 10_000 });
}

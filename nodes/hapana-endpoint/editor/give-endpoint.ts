import { refreshConfigList } from "../../editor/node-red-internals";
import type { EndpointNode } from "./endpoint-node";

/** A node that refers to an endpoint. */
export type EndpointUser = NodeRed.EditorNode & { endpoint: string };

/**
 * Gives nodes an endpoint. {@link announce} is to follow once everything is in its place.
 * @param users the nodes, which no endpoint counts as its users
 * @param endpoint the endpoint that they get
 * @returns what undoes it, for Node-RED's history
 */
export function giveEndpoint(users: readonly EndpointUser[], endpoint: EndpointNode): NodeRed.HistoryEvent[] {
  const dirty = RED.nodes.dirty();
  return users.map((user) => {
    const { changed } = user;
    const before = { endpoint: user.endpoint };
    endpoint.users.push(user);
    Object.assign(user, { endpoint: endpoint.id, changed: true, dirty: true });
    return { t: "edit", node: user, changes: before, changed, dirty };
  });
}

/** Has Node-RED show that an endpoint and its users have changed. */
export function announce(endpoint: EndpointNode): void {
  // Validated in this order: a node is right only where its endpoint is.
  for (const node of [endpoint, ...endpoint.users]) RED.editor.validateNode(node);
  for (const node of [...endpoint.users, endpoint]) RED.events.emit("nodes:change", node);
  RED.nodes.dirty(true);
  RED.view.redraw(true);
  refreshConfigList();
}

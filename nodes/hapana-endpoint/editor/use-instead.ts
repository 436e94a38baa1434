import type { EndpointNode } from "./endpoint-node";

/**
 * Gives the nodes of one endpoint to another, and removes the one that is left without any.
 * @param endpoint the endpoint that goes
 * @param other the endpoint that its nodes get
 * @returns what undoes it, for Node-RED's history
 */
export function useInstead(endpoint: EndpointNode, other: EndpointNode): NodeRed.HistoryEvent[] {
  const dirty = RED.nodes.dirty();
  const events: NodeRed.HistoryEvent[] = [];
  for (const user of [...endpoint.users] as (NodeRed.EditorNode & { endpoint: string })[]) {
    events.push({ t: "edit", node: user, changes: { endpoint: endpoint.id }, changed: user.changed, dirty });
    endpoint.users.splice(endpoint.users.indexOf(user), 1);
    other.users.push(user);
    Object.assign(user, { endpoint: other.id, changed: true, dirty: true });
  }
  RED.nodes.remove(endpoint.id);
  events.push({ t: "delete", nodes: [endpoint], dirty });
  // Validated in this order: a node is right only where its endpoint is.
  RED.editor.validateNode(other);
  for (const user of other.users) {
    RED.editor.validateNode(user);
    RED.events.emit("nodes:change", user);
  }
  RED.events.emit("nodes:change", other);
  RED.nodes.dirty(true);
  RED.view.redraw(true);
  return events;
}

/** @returns whether nodes of the endpoint are on a flow that is locked, so that they cannot be changed */
export function isLocked({ users }: EndpointNode): boolean {
  return users.some(({ z }) => z !== undefined && RED.workspaces.isLocked(z));
}

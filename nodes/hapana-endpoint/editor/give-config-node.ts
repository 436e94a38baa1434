import { refreshConfigList } from "../../editor/node-red-internals";

/** A configuration node, and the nodes that refer to it. */
export type ConfigNode = NodeRed.EditorNode & { users: NodeRed.EditorNode[] };

/**
 * Switches nodes to another configuration node. Call {@link announce} once everything is in its place.
 * @param users the nodes, which no configuration node counts as its users
 * @param property with which they refer to it
 * @param given the new one
 * @returns the entry that undoes it, for Node-RED's history
 */
export function giveConfigNode(
  users: readonly NodeRed.EditorNode[],
  property: "endpoint" | "roster",
  given: ConfigNode,
): NodeRed.HistoryEvent[] {
  const dirty = RED.nodes.dirty();
  return users.map((user) => {
    const { changed } = user;
    const before = { [property]: Reflect.get(user, property) as unknown };
    given.users.push(user);
    Object.assign(user, { [property]: given.id, changed: true, dirty: true });
    return { t: "edit", node: user, changes: before, changed, dirty };
  });
}

/** Makes Node-RED show that a configuration node and its users have changed. */
export function announce(given: ConfigNode): void {
  // Validated in this order: a node is valid only if what it refers to is.
  for (const node of [given, ...given.users]) RED.editor.validateNode(node);
  for (const node of [...given.users, given]) RED.events.emit("nodes:change", node);
  RED.nodes.dirty(true);
  RED.view.redraw(true);
  refreshConfigList();
}

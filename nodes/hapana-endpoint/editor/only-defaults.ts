import { defaultsOf } from "../../editor/node-red-internals";

/**
 * Whether nothing was set in a node but its name, and what does not matter.
 * @param node the node
 * @param others the properties that do not matter
 */
export function hasOnlyDefaults(node: NodeRed.EditorNode, others: readonly string[]): boolean {
  const held = node as unknown as Readonly<Record<string, unknown>>;
  // What was saved before there was such a property has its default.
  return Object.entries(defaultsOf(node.type))
    .filter(([property]) => !["version", "name", ...others].includes(property))
    .every(([property, { value }]) => JSON.stringify(held[property] ?? value) === JSON.stringify(value));
}

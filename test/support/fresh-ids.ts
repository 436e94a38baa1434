import type { FlowNode } from "./flows";

/** A flow whose nodes have ids that no other deploy had. */
export interface FreshFlow {
  flow: FlowNode[];
  /** Tells this deploy from all others, for the names of its files. */
  round: number;
  /** The id of a node now, by the one that it had before. */
  idOf(id: string): string;
}

let rounds = 0;

/**
 * Gives all nodes of a flow new ids. The inbox and the context keep what belongs to an id over a deploy: with new ones, a test
 * meets nothing that another left in the same Node-RED.
 */
export function withFreshIds(flow: readonly FlowNode[]): FreshFlow {
  rounds += 1;
  const round = rounds;
  const ids = new Set(flow.map(({ id }) => id));
  const idOf = (id: string) => (ids.has(id) ? `${id}-${round}` : id);
  const renewed = (value: unknown): unknown => {
    if (typeof value === "string") return idOf(value);
    return Array.isArray(value) ? value.map(renewed) : value;
  };
  const fresh = flow.map((node) => {
    const references = ["z", "endpoint", "roster", "broker", "wires", "links", "scope"].filter((name) => name in node);
    const changed = Object.fromEntries(references.map((name) => [name, renewed(node[name])]));
    return { ...node, ...changed, id: idOf(node.id) };
  });
  return { flow: fresh, round, idOf };
}

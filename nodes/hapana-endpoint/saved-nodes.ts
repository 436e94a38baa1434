import type { NodeAPI, NodeDef } from "node-red";
import type { SavedEndpoint } from "./config";

/** A node as it is saved, whether there is one at the moment or not. */
export interface SavedNode extends Omit<NodeDef, "type"> {
  type: string;
  /** Whether it is disabled. */
  d?: boolean;
  /** The same, of a tab. */
  disabled?: boolean;
  /** Of a node that refers to an endpoint: its id. */
  endpoint?: string;
  /** Of a tab. */
  label?: string;
  /** Of a tab, a subflow, a group, and Node-RED's own node for the variables of all flows. */
  env?: readonly { name?: unknown; value?: unknown; type?: unknown }[];
}

/** An endpoint as it is saved. */
export type SavedEndpointNode = SavedNode & Omit<SavedEndpoint, "name">;

/**
 * Whether any node refers to an endpoint.
 * @param RED Node-RED's API
 * @param ids the endpoint's id; in a subflow also its template's, by which the nodes of the template refer to it
 */
export function isUsed(RED: NodeAPI, ids: readonly (string | undefined)[]): boolean {
  return allOf(RED).some(({ endpoint }) => endpoint !== undefined && endpoint !== "" && ids.includes(endpoint));
}

/** Whether an id is that of an endpoint, also of one in a subflow's template, of which there is a node in each instance. */
export function isEndpoint(RED: NodeAPI, id: string): boolean {
  return savedEndpoint(RED, id) !== undefined;
}

/** The same endpoint, as it is saved. */
export function savedEndpoint(RED: NodeAPI, id: string): SavedEndpointNode | undefined {
  return allOf(RED).find((node) => node.id === id && node.type === "hapana-endpoint") as SavedEndpointNode | undefined;
}

/**
 * The endpoints that are not disabled, nor on a flow that is; but for those in a subflow's template, which have no ids of their own
 * yet.
 */
export function enabledEndpoints(RED: NodeAPI): SavedEndpointNode[] {
  const all = allOf(RED);
  const without = new Set(
    all.filter(({ type, disabled }) => type === "subflow" || disabled === true).map(({ id }) => id),
  );
  return all.filter(
    ({ type, d, z }) => type === "hapana-endpoint" && !d && (z === undefined || !without.has(z)),
  ) as SavedEndpointNode[];
}

/** The name of a tab, subflow or group that sets a variable, which nodes outside of it do not see. */
export function flowWithVariable(RED: NodeAPI, name: string): string | undefined {
  const found = allOf(RED).find(({ type, env }) => type !== "global-config" && env?.some((each) => each.name === name));
  return found && (found.label || found.name || found.id);
}

/** The variables that Node-RED's editor sets for all flows, and for the one that a node belongs to. */
export function savedVariables(RED: NodeAPI, { z }: SavedNode): ReadonlyMap<string, string> {
  const every = allOf(RED);
  // Those of its own flow go before.
  const all = [
    ...every.filter(({ type }) => type === "global-config"),
    ...every.filter(({ id }) => z !== undefined && id === z),
  ];
  const texts = all.flatMap(({ env = [] }) => env).filter(({ type }) => type === "str");
  return new Map(texts.map(({ name, value }) => [String(name), String(value)]));
}

function allOf(RED: NodeAPI): SavedNode[] {
  const all: SavedNode[] = [];
  RED.nodes.eachNode((node: SavedNode) => {
    all.push(node);
  });
  return all;
}

import type { NodeAPI, NodeDef } from "node-red";
import type { SavedEndpoint } from "./config";

/** A node as saved, whether it exists at the moment or not. */
export interface SavedNode extends Omit<NodeDef, "type"> {
  type: string;
  /** Whether it is disabled. */
  d?: boolean;
  /** The same, for a tab. */
  disabled?: boolean;
  /** The group that it is in. */
  g?: string;
  /** For a node that refers to an endpoint: its id. */
  endpoint?: string;
  /** For a tab. */
  label?: string;
  /** For a tab, a subflow and its instances, a group, and Node-RED's own node for global variables. */
  env?: unknown;
}

/** A variable as saved. */
export interface SavedVariable {
  name?: unknown;
  value?: unknown;
  type?: unknown;
}

/** An endpoint as saved. */
export type SavedEndpointNode = SavedNode & Omit<SavedEndpoint, "name">;

/**
 * Whether any node refers to an endpoint.
 * @param RED Node-RED's API
 * @param ids the endpoint's id; in a subflow also its template's, used by the nodes of the template
 */
export function isUsed(RED: NodeAPI, ids: readonly (string | undefined)[]): boolean {
  return allOf(RED).some(({ endpoint }) => endpoint !== undefined && endpoint !== "" && ids.includes(endpoint));
}

/** Whether an id is an endpoint's, including one in a subflow's template, which becomes a node in each instance. */
export function isEndpoint(RED: NodeAPI, id: string): boolean {
  return savedEndpoint(RED, id) !== undefined;
}

/** A saved endpoint, including one in a subflow's template. */
export function savedEndpoint(RED: NodeAPI, id: string): SavedEndpointNode | undefined {
  return allOf(RED)
    .filter(isEndpointNode)
    .find((node) => node.id === id);
}

function isEndpointNode(node: SavedNode): node is SavedEndpointNode {
  return node.type === "hapana-endpoint";
}

/** Nodes that set variables together: if several set one, the last one applies. */
export type VariableLevel = readonly SavedNode[];

/** An endpoint for which Node-RED creates a node while the flows run. */
export interface EnabledEndpoint {
  /** That node's id: for an endpoint in a subflow, there is one per instance. */
  readonly id: string;
  readonly saved: SavedEndpointNode;
  /** Whose variables it sees, the nearest first. */
  readonly levels: readonly VariableLevel[];
}

/** The endpoints that are enabled, as is everything around them. */
export function enabledEndpoints(RED: NodeAPI): EnabledEndpoint[] {
  const nodes = nodesOf(RED);
  const enabled = [...nodes.values()].filter(isEndpointNode).filter(({ d }) => !d);
  return enabled.flatMap((saved) =>
    placesOf(saved, nodes).map(({ id, levels }) => ({ id, saved, levels: [...levels, ofAllFlows(nodes)] })),
  );
}

/**
 * Whose variables an endpoint would see, the nearest first; in a subflow, those of its first instance.
 * @param RED Node-RED's API
 * @param flow the tab or subflow that it would be in; empty if in none
 */
export function levelsIn(RED: NodeAPI, flow: string): readonly VariableLevel[] {
  const nodes = nodesOf(RED);
  const [place] = placesOf({ id: "", type: "hapana-endpoint", z: flow } as SavedNode, nodes);
  return [...(place?.levels ?? []), ofAllFlows(nodes)];
}

type Nodes = ReadonlyMap<string, SavedNode>;

function nodesOf(RED: NodeAPI): Nodes {
  return new Map(allOf(RED).map((node) => [node.id, node]));
}

function ofAllFlows(nodes: Nodes): VariableLevel {
  return [...nodes.values()].filter(({ type }) => type === "global-config");
}

type Place = Pick<EnabledEndpoint, "id" | "levels">;

/** Where Node-RED creates a node: in its flow, or in each instance of its subflow, prefixed with the instance's id. */
function placesOf(node: SavedNode, nodes: Nodes, inside: readonly SavedNode[] = []): Place[] {
  const groups = groupsAround(node, nodes);
  const container = nodes.get(node.z);
  if (container?.type !== "subflow") {
    return container?.disabled ? [] : [{ id: node.id, levels: [...groups, container ? [container] : []] }];
  }
  // Nothing contains itself, except in a handwritten file.
  if (inside.includes(container)) return [];
  const instances = [...nodes.values()].filter(({ type, d }) => type === `subflow:${container.id}` && !d);
  return instances.flatMap((instance) =>
    placesOf(instance, nodes, [...inside, container]).map(({ id, levels }) => ({
      id: `${id}-${node.id}`,
      levels: [...groups, [container, instance], ...levels],
    })),
  );
}

/** The groups around a node, the innermost first. */
function groupsAround({ g }: SavedNode, nodes: Nodes, inside: readonly SavedNode[] = []): VariableLevel[] {
  const group = g === undefined ? undefined : nodes.get(g);
  return !group || inside.includes(group) ? [] : [[group], ...groupsAround(group, nodes, [...inside, group])];
}

/** The variables that a node sets. A handwritten file may have anything in their place. */
export function variablesOf({ env }: SavedNode): SavedVariable[] {
  return Array.isArray(env) ? env.filter((each) => typeof each === "object" && each !== null) : [];
}

/** The name of a tab, subflow or group that sets a variable, which nodes outside it do not see. */
export function flowWithVariable(RED: NodeAPI, name: string): string | undefined {
  const flows = allOf(RED).filter(({ type }) => /^(?:tab|group|subflow(?::.*)?)$/.test(type));
  const found = flows.find((flow) => variablesOf(flow).some((each) => each.name === name));
  return found && (found.label || found.name || found.id);
}

function allOf(RED: NodeAPI): SavedNode[] {
  const all: SavedNode[] = [];
  RED.nodes.eachNode((node: SavedNode) => {
    all.push(node);
  });
  return all;
}

import type { NodeAPI } from "node-red";
import {
  enabledEndpoints,
  levelsIn,
  type SavedNode,
  type SavedVariable,
  type VariableLevel,
  variablesOf,
} from "./saved-nodes";

/**
 * A variable as Node-RED would resolve it for a node, as far as the saved flows tell.
 * @param RED Node-RED's API
 * @param levels whose variables the node sees, the nearest first
 * @param name the variable's name
 * @returns `undefined` if it is not set, or only Node-RED can resolve it, such as an expression: another one with the same
 * name must not replace it
 */
export function savedVariable(RED: NodeAPI, levels: readonly VariableLevel[], name: string): unknown {
  const [level, ...outer] = levels;
  if (!level) return isFromNodeRed(RED, name) ? undefined : process.env[name];
  const found = settingOf(level, name);
  if (!found) return savedVariable(RED, outer, name);
  const { type, value } = found.variable;
  if (type === "str" || type === "num") return type === "num" ? Number(value) : value;
  if (type === "cred") return secretOf(RED, found.setBy, name);
  if (type !== "env" || typeof value !== "string") return undefined;
  const other = /^\$\{([^}]+)\}$/.exec(value)?.[1] ?? value;
  if (other === name) return savedVariable(RED, outer, name);
  // Two that refer to each other have no value.
  return settingOf(level, other)?.variable.type === "env" ? undefined : savedVariable(RED, levels, other);
}

/** The values of variables for an endpoint in a flow: its node knows best, if it is deployed there. */
export function variablesFor(RED: NodeAPI, id: string, flow: string): (name: string) => unknown {
  const deployed = enabledEndpoints(RED).find(({ saved }) => saved.id === id && (saved.z ?? "") === flow);
  const node = deployed && RED.nodes.getNode(deployed.id);
  if (node) return (name) => RED.util.evaluateNodeProperty(name, "env", node, {});
  return (name) => savedVariable(RED, levelsIn(RED, flow), name);
}

/** All saved variables that a node sees: they contain secrets. */
export function savedVariables(RED: NodeAPI, levels: readonly VariableLevel[]): unknown {
  return levels.flat().map(({ id, env }) => [id, env, RED.nodes.getCredentials(id)]);
}

interface Setting {
  readonly variable: SavedVariable;
  /** Who sets it, preceded by those that this overrides. */
  readonly setBy: readonly SavedNode[];
}

function settingOf(level: VariableLevel, name: string): Setting | undefined {
  return level
    .flatMap((node, at) => variablesOf(node).map((variable) => ({ variable, setBy: level.slice(0, at + 1) })))
    .findLast(({ variable }) => variable.name === name);
}

/** Node-RED keeps secrets separately, global ones in a map. An instance without its own has its subflow's. */
function secretOf(RED: NodeAPI, setBy: readonly SavedNode[], name: string): unknown {
  const secrets = setBy.map(({ id, type }) => {
    const kept = RED.nodes.getCredentials(id) as Readonly<Record<string, unknown>> | undefined;
    return (type === "global-config" ? (kept?.map as typeof kept) : kept)?.[name];
  });
  return secrets.findLast((secret) => secret !== undefined);
}

/** Whether it is not the system's to set: Node-RED gives nodes their names and places, and hides some variables from them. */
function isFromNodeRed({ settings }: NodeAPI, name: string): boolean {
  const { envVarExcludes } = settings as { envVarExcludes?: unknown };
  return /^NR_(?:NODE|GROUP|FLOW|SUBFLOW)_(?:NAME|ID|PATH)$/.test(name) || [envVarExcludes].flat().includes(name);
}

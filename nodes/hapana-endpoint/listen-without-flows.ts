import type { NodeAPI, NodeDef } from "node-red";
import { onFlowsNotRunning } from "../runtime/node-red-internals";
import type { HapanaRuntime } from "../runtime/runtime";
import { type SavedEndpoint, settingsOf } from "./config";
import { isUsed } from "./is-used";

/** A node as it is saved. */
interface SavedNode extends NodeDef {
  /** Whether it is disabled. */
  d?: boolean;
  /** Of Node-RED's own node for variables of all flows. */
  env?: readonly { name?: unknown; value?: unknown; type?: unknown }[];
}

type SavedEndpointNode = SavedNode & Omit<SavedEndpoint, "name">;

/** What an endpoint was opened with; it holds secrets. */
type Configured = ReadonlyMap<string, string>;

/**
 * Lets endpoints listen while the flows do not run: they were stopped, Node-RED is in safe mode, or something that they need is not
 * installed. Node-RED makes no nodes then, but it knows what is saved of them; events are stored, and come out when the flows start.
 * @param RED Node-RED's API
 * @param runtime where the endpoints are
 */
export function listenWithoutFlows(RED: NodeAPI, runtime: HapanaRuntime): void {
  let configured: Configured = new Map();
  RED.events.on("flows:started", () => {
    configured = new Map(savedEndpoints(RED).map((saved) => [saved.id, textOf(RED, saved)]));
  });
  onFlowsNotRunning(RED, () => {
    const all = savedEndpoints(RED);
    const earlier = configured;
    configured = new Map(all.map((saved) => [saved.id, textOf(RED, saved)]));
    for (const saved of all) {
      // Its node knew more: the variables of its flow.
      if (configured.get(saved.id) === earlier.get(saved.id)) continue;
      const settings = settingsOf(saved, RED.nodes.getCredentials(saved.id), (name) => variable(RED, name));
      runtime.endpoint(saved.id).open(settings, () => isUsed(RED, [saved.id]));
    }
    runtime.flowsNotRunning([...earlier.keys()].filter((id) => !configured.has(id)));
  });
}

/** Those inside of a subflow have no id yet. */
function savedEndpoints(RED: NodeAPI): SavedEndpointNode[] {
  const found: SavedEndpointNode[] = [];
  const subflows = new Set<string>();
  RED.nodes.eachNode((node: SavedNode) => {
    if ((node.type as string) === "subflow") subflows.add(node.id);
    if (node.type === "hapana-endpoint" && !node.d) found.push(node as SavedEndpointNode);
  });
  return found.filter(({ z }) => z === undefined || !subflows.has(z));
}

function textOf(RED: NodeAPI, saved: SavedEndpointNode): string {
  return JSON.stringify([saved, RED.nodes.getCredentials(saved.id)]);
}

function variable(RED: NodeAPI, name: string): string | undefined {
  let value: string | undefined;
  RED.nodes.eachNode(({ type, env }: SavedNode) => {
    if ((type as string) !== "global-config") return;
    const found = env?.find((each) => each.name === name && each.type === "str");
    if (typeof found?.value === "string") value = found.value;
  });
  return value ?? process.env[name];
}

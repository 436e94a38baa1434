import type { NodeAPI } from "node-red";
import { onFlowsNotRunning } from "../runtime/node-red-internals";
import type { HapanaRuntime } from "../runtime/runtime";
import { settingsOf } from "./config";
import { enabledEndpoints, flowWithVariable, globalVariables, isUsed, type SavedEndpointNode } from "./saved-nodes";

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
    configured = new Map(enabledEndpoints(RED).map((saved) => [saved.id, textOf(RED, saved)]));
  });
  onFlowsNotRunning(RED, () => {
    const all = enabledEndpoints(RED);
    const earlier = configured;
    configured = new Map(all.map((saved) => [saved.id, textOf(RED, saved)]));
    const variables = globalVariables(RED);
    const variable = (name: string) => variables.get(name) ?? process.env[name];
    for (const saved of all) {
      // Its node knew more: the variables of its flow.
      if (configured.get(saved.id) === earlier.get(saved.id)) continue;
      const settings = settingsOf(saved, RED.nodes.getCredentials(saved.id), variable, (name) =>
        flowWithVariable(RED, name),
      );
      runtime.endpoint(saved.id).open(settings, () => isUsed(RED, [saved.id]));
    }
    runtime.flowsNotRunning([...earlier.keys()].filter((id) => !configured.has(id)));
  });
}

function textOf(RED: NodeAPI, saved: SavedEndpointNode): string {
  return JSON.stringify([saved, RED.nodes.getCredentials(saved.id)]);
}

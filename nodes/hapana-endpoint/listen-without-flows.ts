import type { NodeAPI } from "node-red";
import { onFlowsNotRunning } from "../runtime/node-red-internals";
import type { HapanaRuntime } from "../runtime/runtime";
import { settingsOf } from "./config";
import { completeRotations } from "./rotation";
import { type EnabledEndpoint, enabledEndpoints, flowWithVariable, isUsed } from "./saved-nodes";
import { savedVariable, savedVariables } from "./saved-variables";

/** What an endpoint was opened with, by the id of its node; it holds secrets. */
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
    configured = configurationOf(RED, enabledEndpoints(RED));
  });
  onFlowsNotRunning(RED, () => {
    const all = enabledEndpoints(RED);
    // As their nodes would: else who still has the previous secret is refused until the flows run.
    for (const { saved } of all) completeRotations(RED, saved.id);
    const earlier = configured;
    configured = configurationOf(RED, all);
    for (const { id, saved, levels } of all) {
      // Its node knew more: the variables that only Node-RED can tell.
      if (configured.get(id) === earlier.get(id)) continue;
      const settings = settingsOf(
        saved,
        RED.nodes.getCredentials(saved.id),
        (name) => savedVariable(RED, levels, name),
        (name) => flowWithVariable(RED, name),
      );
      runtime.endpoint(id, saved.id).open(settings, () => isUsed(RED, [id, saved.id]));
    }
    runtime.flowsNotRunning([...earlier.keys()].filter((id) => !configured.has(id)));
  });
}

function configurationOf(RED: NodeAPI, endpoints: readonly EnabledEndpoint[]): Configured {
  return new Map(
    endpoints.map(({ id, saved, levels }) => [
      id,
      JSON.stringify([saved, RED.nodes.getCredentials(saved.id), savedVariables(RED, levels)]),
    ]),
  );
}

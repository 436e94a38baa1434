import type { NodeAPI } from "node-red";
import type { WebhookEndpoint } from "../../src/engine/endpoint";
import { onFlowsNotRunning } from "../runtime/node-red-internals";
import type { HapanaRuntime } from "../runtime/runtime";
import { settingsOf } from "./config";
import type { Refusals } from "./refusals";
import { completeRotations } from "./rotation";
import { type EnabledEndpoint, enabledEndpoints, flowWithVariable, isUsed } from "./saved-nodes";
import { savedVariable, savedVariables } from "./saved-variables";
import { stateWords } from "./state-words";

/** The settings with which an endpoint was opened, by its node's id; they contain secrets. */
type Configured = ReadonlyMap<string, string>;

/**
 * Lets endpoints listen while the flows do not run: they were stopped, Node-RED is in safe mode, or a module is
 * missing. Node-RED then creates no nodes, but knows their saved settings; events are stored, and delivered when the flows start.
 * @param RED Node-RED's API
 * @param runtime where the endpoints are
 * @param refusals logs the requests that they refuse
 */
export function listenWithoutFlows(RED: NodeAPI, runtime: HapanaRuntime, refusals: Refusals): void {
  let configured: Configured = new Map();
  const tell = (endpoint: WebhookEndpoint, isInUse: boolean) => {
    const words = stateWords(RED, endpoint.state, isInUse);
    const levels = { error: "error", warn: "warn", log: "info" } as const;
    if (words) RED.log[levels[words.level]](lineOf(endpoint, words.text));
  };
  RED.events.on("flows:started", () => {
    configured = configurationOf(RED, enabledEndpoints(RED));
  });
  onFlowsNotRunning(RED, () => {
    const all = enabledEndpoints(RED);
    // As their nodes would: otherwise senders with the previous secret would be refused until the flows run.
    for (const { saved } of all) completeRotations(RED, saved.id);
    const earlier = configured;
    configured = configurationOf(RED, all);
    const gone = [...earlier.keys()].filter((id) => !configured.has(id));
    for (const id of gone) refusals.leave(runtime.endpoint(id));
    const opened: (() => void)[] = [];
    for (const { id, saved, levels } of all) {
      const endpoint = runtime.endpoint(id, id === saved.id ? undefined : saved.id);
      refusals.follow(endpoint, (text) => RED.log.warn(lineOf(endpoint, text)));
      // Its node knew more: the variables that only Node-RED can resolve.
      if (configured.get(id) === earlier.get(id)) continue;
      const settings = settingsOf(
        saved,
        RED.nodes.getCredentials(saved.id),
        (name) => savedVariable(RED, levels, name),
        (name) => flowWithVariable(RED, name),
      );
      const isInUse = () => isUsed(RED, [id, saved.id]);
      endpoint.open(settings, isInUse);
      opened.push(() => tell(endpoint, isInUse()));
    }
    runtime.flowsNotRunning(gone);
    // Only now is it known who has which path.
    for (const tellOf of opened) tellOf();
  });
}

/** Logs like its node. */
function lineOf({ name }: WebhookEndpoint, text: string): string {
  return `[hapana-endpoint:${name}] ${text}`;
}

function configurationOf(RED: NodeAPI, endpoints: readonly EnabledEndpoint[]): Configured {
  return new Map(
    endpoints.map(({ id, saved, levels }) => [
      id,
      JSON.stringify([saved, RED.nodes.getCredentials(saved.id), savedVariables(RED, levels)]),
    ]),
  );
}

import type { NodeStatus } from "node-red";
import type { EndpointState } from "../shared/webhook-endpoint";

/** What a webhook-in node has seen since it was deployed; nothing of an event's content. */
export interface Activity {
  /** How many events were sent. */
  events: number;
  lastEvent: { name: string; at: number } | undefined;
  /** How many events the flow could not finish because of an error. */
  failed: number;
  /** How many events were set aside because Node-RED kept ending on them. */
  setAside: number;
}

/** Looks a text up: a key below `status`, and what goes into it. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/**
 * What a webhook-in node's status says: what keeps it from working, else what needs a look, else how it is doing.
 * @param endpoint the state of its endpoint; `undefined` where it has none
 * @param isDurable whether the endpoint's events are safe on disk
 * @param activity what the node has seen
 * @param translate looks the words up
 */
export function statusOf(
  endpoint: EndpointState | undefined,
  isDurable: boolean,
  activity: Activity,
  translate: Translate,
): NodeStatus {
  if (!endpoint) return { fill: "red", shape: "ring", text: translate("noEndpoint") };
  const { fault, storageFault, lastRefusal, refusals, unselected } = endpoint;
  if (fault) return { fill: "red", shape: "ring", text: translate(`fault.${fault.code}`, { ...fault }) };
  if (storageFault) return { fill: "red", shape: "ring", text: storageWords(storageFault, translate) };
  if (activity.setAside > 0) {
    return { fill: "red", shape: "dot", text: translate("setAside", { count: activity.setAside }) };
  }
  if (lastRefusal && lastRefusal.at > (activity.lastEvent?.at ?? 0)) {
    const reason = translate(`refusal.${lastRefusal.code}`);
    return { fill: "yellow", shape: "ring", text: translate("refused", { count: refusals, reason }) };
  }
  if (activity.failed > 0)
    return { fill: "yellow", shape: "dot", text: translate("failed", { count: activity.failed }) };
  if (!isDurable) return { fill: "yellow", shape: "dot", text: translate("notDurable", { events: activity.events }) };
  if (endpoint.isOpenToAnyone) {
    return { fill: "yellow", shape: "dot", text: translate("openToAnyone", { events: activity.events }) };
  }
  if (!activity.lastEvent) return { fill: "green", shape: "ring", text: translate("waiting") };
  const { name, at } = activity.lastEvent;
  const time = new Date(at).toLocaleTimeString();
  const text = translate("lastEvent", { name, time, events: activity.events });
  return {
    fill: "green",
    shape: "dot",
    text: unselected > 0 ? translate("unselected", { text, count: unselected }) : text,
  };
}

const storageCodes = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "INUSE", "NEWER", "MEMORYFULL"]);

function storageWords(code: string, translate: Translate): string {
  return storageCodes.has(code) ? translate(`storage.${code}`) : translate("storage.other", { code });
}

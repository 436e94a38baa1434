import type { NodeStatus } from "node-red";
import type { EndpointState } from "../runtime/webhook-endpoint";
import type { Activity } from "./activity";
import { ageOf } from "./age";

/** Of these nothing is ticked in a node, so that no event comes out. */
export type Unticked = "events" | "locations";

/** Looks a text up: a key below `status`, and what goes into it. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/**
 * What a webhook-in node's status says: what keeps it from working, else what needs a look, else how it is doing.
 * @param endpoint the state of its endpoint
 * @param isDurable whether the endpoint's events are safe on disk
 * @param activity what the node has seen
 * @param unticked whether something is not ticked without which no event comes out
 * @param translate looks the words up
 * @param now milliseconds since 1970
 * @param language the language of times; the machine's unless given
 */
export function statusOf(
  endpoint: EndpointState,
  isDurable: boolean,
  activity: Activity,
  unticked: Unticked | undefined,
  translate: Translate,
  now: number,
  language?: string,
): NodeStatus {
  const { fault, storageFault } = endpoint;
  const refusals = endpoint.refusals - activity.before.refusals;
  const unselected = endpoint.unselected - activity.before.unselected;
  const lastRefusal = refusals > 0 ? endpoint.lastRefusal : undefined;
  if (fault) return { fill: "red", shape: "ring", text: translate(`fault.${fault.code}`, { ...fault }) };
  if (storageFault) return { fill: "red", shape: "ring", text: storageWords(storageFault, translate) };
  if (unticked) return { fill: "yellow", shape: "ring", text: translate(`nothing.${unticked}`) };
  if (activity.setAside > 0) {
    return { fill: "red", shape: "dot", text: translate("setAside", { count: activity.setAside }) };
  }
  if (lastRefusal && lastRefusal.at > (activity.lastEvent?.at ?? 0)) {
    const reason = translate(`refusal.${lastRefusal.code}`);
    return { fill: "yellow", shape: "ring", text: translate("refused", { count: refusals, reason }) };
  }
  if (activity.failed > 0)
    return { fill: "yellow", shape: "dot", text: translate("failed", { count: activity.failed }) };
  const counted = countedWords(activity, translate);
  if (!isDurable) return { fill: "yellow", shape: "dot", text: translate("notDurable", { counted }) };
  if (endpoint.isOpenToAnyone) {
    return { fill: "yellow", shape: "dot", text: translate("openToAnyone", { counted }) };
  }
  if (!activity.lastEvent) return { fill: "green", shape: "ring", text: translate("waiting") };
  const { name, at, isUnrecognised, isWired } = activity.lastEvent;
  const age = ageOf(at, now, language);
  const text = translate("lastEvent", { name, age, counted });
  // Whoever opens the URL in a browser is not Hapana.
  if (lastRefusal && lastRefusal.code !== "notPost" && now - lastRefusal.at < hour) {
    const reason = firstClause(translate(`refusal.${lastRefusal.code}`));
    const refused = { text, count: refusals, age: ageOf(lastRefusal.at, now, language), reason };
    return { fill: "yellow", shape: "dot", text: translate("alsoRefused", refused) };
  }
  const fill = isUnrecognised ? "yellow" : "green";
  if (unselected > 0) return { fill, shape: "dot", text: translate("unselected", { text, count: unselected }) };
  return { fill, shape: "dot", text: isWired ? text : translate("unwired", { text }) };
}

/** So long, a refusal is still worth a look: where one of several webhooks has a wrong token, the others' events come in between. */
const hour = 60 * 60_000;

/** Tests are told apart: who sees only them must not think that Hapana has posted. */
function countedWords({ events, tests }: Activity, translate: Translate): string {
  if (tests === 0) return translate("counted", { events });
  return events > 0 ? translate("countedTests", { events, tests }) : translate("onlyTests", { tests });
}

/** What is wrong, without what to do about it: that is in the debug sidebar, and there is little room. */
function firstClause(reason: string): string {
  return reason.split(/\s?[:：]/)[0] ?? reason;
}

const storageCodes = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "INUSE", "NEWER", "MEMORYFULL"]);

function storageWords(code: string, translate: Translate): string {
  return storageCodes.has(code) ? translate(`storage.${code}`) : translate("storage.other", { code });
}

import type { NodeStatus } from "node-red";
import type { EndpointState } from "../../src/engine/endpoint";
import type { FlowCounts } from "../../src/engine/inboxes";
import { definitionOf, type EventType } from "../../src/events/catalog";
import { unseenOf } from "../../src/inbox/unseen";
import { unrecognised } from "../../src/receiver/receive";
import { ageOf } from "./age";
import type { Baseline } from "./baseline";

/** Of these nothing is ticked in a node, so that no event comes out. */
export type Unticked = "events" | "locations";

/** Looks a text up: a key below `status`, and what goes into it. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** How it stands with where an endpoint keeps its events. */
export interface StorageSituation {
  storageFault: string | undefined;
  isDurable: boolean;
  /** Its inbox cannot be used, and events wait on this machine's disk instead. */
  isSpooling: boolean;
  /** How many wait there. */
  spooled: number;
}

/** All that a status is made of. */
export interface Situation {
  /** The endpoint's state, and why its inbox refuses events, if it does. */
  endpoint: EndpointState & StorageSituation;
  /** What is known of the node's events. */
  counts: FlowCounts;
  /** How often an event came again at its endpoint, and was not sent on. */
  duplicates: number;
  /** How many events of its endpoint wait for other nodes, which are gone. */
  unclaimed: number;
  before: Baseline;
  /** Whether something is not ticked without which no event comes out. */
  unticked: Unticked | undefined;
  /** Whether the output of an event has a wire. */
  isWired(event: string): boolean;
}

/**
 * What a webhook-in node's status says: what keeps it from working, else what needs a look, else how it is doing.
 * @param situation what it is made of
 * @param translate looks the words up
 * @param now milliseconds since 1970
 * @param language the language of times; the machine's unless given
 */
export function statusOf(situation: Situation, translate: Translate, now: number, language?: string): NodeStatus {
  const { endpoint, counts, duplicates, unclaimed, before, unticked, isWired } = situation;
  const { fault, storageFault, isSpooling, spooled } = endpoint;
  const refusals = endpoint.refusals - before.refusals;
  const unselected = endpoint.unselected - before.unselected;
  const lastRefusal = refusals > 0 ? endpoint.lastRefusal : undefined;
  if (fault) return { fill: "red", shape: "ring", text: translate(`fault.${fault.code}`, { ...fault }) };
  if (isSpooling && storageFault) {
    const text = translate("spooling", { reason: storageWords(storageFault, translate), count: spooled });
    return { fill: "yellow", shape: "ring", text };
  }
  if (storageFault) return { fill: "red", shape: "ring", text: storageWords(storageFault, translate) };
  if (spooled > 0) return { fill: "yellow", shape: "dot", text: translate("forwarding", { count: spooled }) };
  if (unticked) return { fill: "yellow", shape: "ring", text: translate(`nothing.${unticked}`) };
  // Until one has come all the same.
  if (endpoint.mayLackRawBodies && !counts.last) {
    return { fill: "yellow", shape: "ring", text: translate("rawBodies") };
  }
  const unseen = unseenOf(counts);
  if (unseen.setAside > 0) {
    return { fill: "red", shape: "dot", text: translate("setAside", { count: unseen.setAside }) };
  }
  const failedWords = () => translate("failed", { count: unseen.failed });
  const withFailures = (text: string) =>
    unseen.failed > 0 ? translate("alsoFailed", { text, failed: failedWords() }) : text;
  if (lastRefusal && lastRefusal.at > (counts.last?.at ?? 0)) {
    const reason = translate(`refusal.${lastRefusal.code}`);
    return { fill: "yellow", shape: "ring", text: withFailures(translate("refused", { count: refusals, reason })) };
  }
  // Where none has come that was done, there is no more to say.
  const isAllFailed = unseen.failed > 0 && counts.failed >= counts.sent + counts.sentTests;
  if (isAllFailed) return { fill: "yellow", shape: "dot", text: failedWords() };
  const sent = countedWords(counts, translate);
  const counted = duplicates > 0 ? translate("duplicates", { counted: sent, count: duplicates }) : sent;
  if (!endpoint.isDurable) return { fill: "yellow", shape: "dot", text: translate("notDurable", { counted }) };
  if (endpoint.isOpenToAnyone) {
    return { fill: "yellow", shape: "dot", text: translate("openToAnyone", { counted }) };
  }
  if (!counts.last) {
    const nothingYet = translate("waiting");
    if (unclaimed > 0) {
      const text = translate("unclaimed", { text: nothingYet, count: unclaimed });
      return { fill: "yellow", shape: "ring", text };
    }
    const text = unselected > 0 ? translate("unselected", { text: nothingYet, count: unselected }) : nothingYet;
    return counts.waiting > 0 ? backlog("green", text, counts, translate) : { fill: "green", shape: "ring", text };
  }
  const { event, test, at } = counts.last;
  const title = titleOf(event);
  const name = test ? translate("test", { name: title }) : title;
  const text = withFailures(translate("lastEvent", { name, age: ageOf(at, now, language), counted }));
  // Whoever opens the URL in a browser is not Hapana.
  if (lastRefusal && lastRefusal.code !== "notPost" && now - lastRefusal.at < hour) {
    const reason = firstClause(translate(`refusal.${lastRefusal.code}`));
    const refused = { text, count: refusals, age: ageOf(lastRefusal.at, now, language), reason };
    return { fill: "yellow", shape: "dot", text: translate("alsoRefused", refused) };
  }
  const fill = event === unrecognised || unseen.failed > 0 ? "yellow" : "green";
  if (counts.slow > 0)
    return {
      fill: "yellow",
      shape: "dot",
      text: translate("slow", { text, count: withPart(counts.slow, counts.here?.slow, translate) }),
    };
  if (counts.due > 0) return { fill: "yellow", shape: "dot", text: translate("repeats", { text, count: counts.due }) };
  if (unclaimed > 0) {
    return { fill: "yellow", shape: "dot", text: translate("unclaimed", { text, count: unclaimed }) };
  }
  if (counts.waiting > 0) return backlog(fill, text, counts, translate);
  if (unselected > 0) return { fill, shape: "dot", text: translate("unselected", { text, count: unselected }) };
  return { fill, shape: "dot", text: isWired(event) ? text : translate("unwired", { text }) };
}

/** So long, a refusal is still worth a look: where one of several webhooks has a wrong token, the others' events come in between. */
const hour = 60 * 60_000;

function backlog(fill: "green" | "yellow", text: string, { waiting }: FlowCounts, translate: Translate): NodeStatus {
  return { fill, shape: "dot", text: translate("backlog", { text, count: waiting }) };
}

function titleOf(event: string): string {
  return event === unrecognised ? unrecognised : definitionOf(event as EventType).title;
}

/** Tests are told apart: who sees only them must not think that Hapana has posted. */
function countedWords({ sent, sentTests, here }: FlowCounts, translate: Translate): string {
  const events = alsoHere(translate("counted", { events: sent }), sent, here?.sent, translate);
  if (sentTests === 0) return events;
  const text =
    sent > 0
      ? translate("countedTests", { counted: events, tests: sentTests })
      : translate("onlyTests", { tests: sentTests });
  return alsoHere(text, sentTests, here?.sentTests, translate);
}

/** How many of what was counted last came out here, where several Node-REDs share them. It stands in brackets already. */
function alsoHere(counted: string, count: number, here: number | undefined, translate: Translate): string {
  return here === undefined || count === 0 ? counted : translate("ofWhichHere", { counted, here });
}

/** How many, and how many of them here, where several Node-REDs share them. */
function withPart(count: number, here: number | undefined, translate: Translate): number | string {
  return here === undefined || count === 0 ? count : translate("partHere", { count, here });
}

/** What is wrong, without what to do about it: that is in the debug sidebar, and there is little room. */
export function firstClause(reason: string): string {
  return reason.split(/\s?[:：]/)[0] ?? reason;
}

const storageCodes = new Set([
  ...["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "INUSE", "NEWER", "MEMORYFULL", "UNFIT", "REPLACED", "INTERNAL"],
  ...["UNREACHABLE", "BUSY", "LOGIN", "RIGHTS", "STANDBY", "TLS", "OUTDATED"],
]);

/** Why the storage refuses events. */
export function storageWords(code: string, translate: Translate): string {
  return storageCodes.has(code) ? translate(`storage.${code}`) : translate("storage.other", { code });
}

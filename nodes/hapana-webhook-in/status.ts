import type { NodeStatus } from "node-red";
import type { EndpointState } from "../../src/engine/endpoint";
import type { FlowCounts } from "../../src/engine/inboxes";
import { definitionOf, type EventType } from "../../src/events/catalog";
import { unseenOf } from "../../src/inbox/unseen";
import { unrecognised } from "../../src/receiver/receive";
import { storageWords } from "../hapana-endpoint/storage-words";
import { briefly, fitting, type Words } from "../runtime/status-text";
import { ageOf } from "./age";
import type { Baseline } from "./baseline";

/** If none of these is ticked, no event comes out. */
type Unticked = "events" | "locations";

/** The state of an endpoint's event storage. */
interface StorageSituation {
  storageFault: string | undefined;
  isDurable: boolean;
  /** Its inbox is unavailable, and events wait on this machine's disk instead. */
  isSpooling: boolean;
  /** How many wait there. */
  spooled: number;
}

/** What a status depends on. */
export interface Situation {
  /** The endpoint's state, and why its inbox refuses events, if it does. */
  endpoint: EndpointState & StorageSituation;
  /** The counts of the node's events. */
  counts: FlowCounts;
  /** How many events of its endpoint wait for other nodes, now gone. */
  unclaimed: number;
  before: Baseline;
  /** What lacks a tick, so that no event comes out, if anything. */
  unticked: Unticked | undefined;
  /** Whether an event's output has a wire. */
  isWired(event: string): boolean;
}

/**
 * A webhook-in node's status: what keeps it from working, else what needs attention, else its progress; if there are several,
 * the first in this order.
 * @param situation what it depends on
 * @param words its dictionaries
 * @param now milliseconds since 1970
 * @param language the language of times; the machine's by default
 */
export function statusOf(situation: Situation, words: Words, now: number, language?: string): NodeStatus {
  const { own, common } = words;
  const { endpoint, counts, unclaimed, before, unticked, isWired } = situation;
  const { fault, storageFault, isSpooling, spooled } = endpoint;
  if (fault) return red("ring", briefly(common(`fault.${fault.code}`, { ...fault })));
  if (storageFault) {
    const reason = briefly(storageWords(storageFault, common));
    if (!isSpooling) return red("ring", reason);
    return yellow("ring", fitting(own("spooling", { reason, count: spooled }), reason));
  }
  if (spooled > 0) return yellow("dot", own("forwarding", { count: spooled }));
  if (unticked) return yellow("ring", briefly(own(`nothing.${unticked}`)));
  // Until one has come anyway.
  if (endpoint.mayLackRawBodies && !counts.last) return yellow("ring", briefly(own("rawBodies")));
  const unseen = unseenOf(counts);
  if (unseen.setAside > 0) return red("dot", own("setAside", { count: unseen.setAside }));
  const refusals = endpoint.refusals - before.refusals;
  const refusal = refusals > 0 ? endpoint.lastRefusal : undefined;
  if (refusal && isWorthALook(refusal, counts.last?.at ?? 0, now)) {
    const reason = briefly(common(`refusal.${refusal.code}`));
    return yellow("ring", fitting(own("refused", { count: refusals, reason }), reason));
  }
  if (unseen.failed > 0) return yellow("dot", own("failed", { count: unseen.failed }));
  if (counts.slow > 0) return yellow("dot", own("slow", { count: counts.slow }));
  if (counts.due > 0) return yellow("dot", own("repeats", { count: counts.due }));
  if (unclaimed > 0) return yellow(counts.last ? "dot" : "ring", own("unclaimed", { count: unclaimed }));
  const counted = countedWords(counts, words);
  const withCount = (text: string) => own("withCount", { text, counted });
  const risk = !endpoint.isDurable ? own("notDurable") : endpoint.isOpenToAnyone && own("openToAnyone");
  if (risk) return yellow("dot", fitting(withCount(risk), risk));
  if (counts.waiting > 0) return green("dot", own("backlog", { count: counts.waiting }));
  if (!counts.last) {
    const unselected = endpoint.unselected - before.unselected;
    return green("ring", unselected > 0 ? own("unselected", { count: unselected }) : own("waiting"));
  }
  const { event, test, at } = counts.last;
  const name = event === unrecognised ? unrecognised : definitionOf(event as EventType).title;
  if (!isWired(event)) return green("dot", own("unwired", { name }));
  const age = ageOf(at, now, language);
  // Tests are marked: they must not look like events that Hapana has posted.
  if (test) return green("dot", fitting(own("lastTest", { name, age }), own("onlyTests", { tests: counts.sentTests })));
  const last = own("last", { name, age });
  // If several Node-REDs share the events, this node's count says more than which event was last.
  const less = counts.here ? [withCount(age), counted] : [last];
  const text = fitting(withCount(last), ...less);
  return event === unrecognised ? yellow("dot", text) : green("dot", text);
}

type Shape = "ring" | "dot";

const coloured =
  (fill: "red" | "yellow" | "green") =>
  (shape: Shape, text: string): NodeStatus => ({ fill, shape, text });
const [red, yellow, green] = [coloured("red"), coloured("yellow"), coloured("green")];

/** If one of several webhooks has a wrong token, the others' events arrive in between. */
const hour = 60 * 60_000;

/** Whether nothing has come since; else for an hour, unless someone has just opened the URL in a browser. */
function isWorthALook({ code, at }: { code: string; at: number }, lastEvent: number, now: number): boolean {
  return at > lastEvent || (code !== "notPost" && now - at < hour);
}

/** How many have come out, and how many of them here, if several Node-REDs share them. */
function countedWords({ sent, sentTests, here }: FlowCounts, { own }: Words): string {
  if (sent === 0 && sentTests > 0) return own("onlyTests", { tests: sentTests });
  const counted = own("counted", { events: sent });
  return here && sent > 0 ? own("ofWhichHere", { counted, here: here.sent }) : counted;
}

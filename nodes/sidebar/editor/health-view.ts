import { explain } from "../../editor/icon-button";
import { urlOf } from "../../hapana-endpoint/editor/known-url";
import { storageWords } from "../../hapana-endpoint/storage-words";
import { linkButton, wordButton } from "./button";
import type { Health } from "./health";
import type { Filter } from "./logged";
import { may } from "./permissions";
import { fullTime, shortTime } from "./times";
import { say, sayOfEndpoint } from "./words";

/** The actions of a line. */
interface HealthActions {
  /** Shows the events of a state. */
  show(filter: Filter): void;
  acknowledge(endpoint: string): void;
}

/** Draws the endpoints' state, the most urgent first. */
export function drawHealth(endpoints: readonly Health[], actions: HealthActions): JQuery {
  const list = $("<ul>", { class: "hapana-health", "aria-label": say("health.title") });
  return list.append(...endpoints.filter(isOfInterest).map((health) => drawEndpoint(health, actions)));
}

/** A deleted one that still has waiting or failed events that need attention. */
function isOfInterest({ isThere, waiting = 0, unclaimed = 0, unseen = 0 }: Health): boolean {
  return isThere || waiting + unclaimed + unseen > 0;
}

const tones = ["good", "warning", "bad"] as const;

/** All endpoints in one line: each with its name and what needs attention; those that do come first. */
export function inShort(endpoints: readonly Health[]): { tone: (typeof tones)[number]; words: string } {
  const all = endpoints.filter(isOfInterest).map((health) => {
    const problem = problemOf(health);
    const counts = urgentStates.filter((state) => health[state]);
    const urgent = problem ? [problem] : counts.map((state) => say(`count.${state}`, { count: health[state] ?? 0 }));
    return { tone: toneOf(health, problem), words: [health.name, ...urgent].join(" · ") };
  });
  const worstFirst = all.toSorted((one, other) => tones.indexOf(other.tone) - tones.indexOf(one.tone));
  return { tone: worstFirst[0]?.tone ?? "good", words: worstFirst.map(({ words }) => words).join(", ") };
}

/** What needs attention. */
const urgentStates = ["failed", "setAside", "unclaimed"] as const;

function drawEndpoint(health: Health, actions: HealthActions): JQuery {
  const problem = problemOf(health);
  const item = $("<li>", { class: `hapana-tone-${toneOf(health, problem)}` });
  const first = $("<div>", { class: "hapana-line" }).appendTo(item);
  $("<i>", { class: `fa ${problem ? "fa-exclamation-circle" : "fa-circle"}`, "aria-hidden": "true" }).appendTo(first);
  $("<span>", { class: "hapana-title", text: health.name }).appendTo(first);
  const { last } = health;
  if (last) {
    const title = say("health.last", { time: fullTime(last) });
    $("<time>", { class: "hapana-time", datetime: last, text: shortTime(last), title }).appendTo(first);
  }
  if (problem) $("<div>", { class: "hapana-problem", role: "alert", text: problem }).appendTo(item);
  else
    $("<div>", { class: "hapana-second hapana-url", text: urlWords(health), title: urlWords(health) }).appendTo(item);
  const shared = sharedWords(health);
  if (shared) $("<div>", { class: "hapana-second", text: shared }).appendTo(item);
  const facts = factsOf(health, actions);
  if (facts.length > 0)
    $("<div>", { class: "hapana-counts" })
      .append(...facts)
      .appendTo(item);
  return item;
}

/** The other processes with the same storage, and which of them are missing. */
function sharedWords({ sharedBy = [] }: Health): string | undefined {
  if (sharedBy.length === 0) return undefined;
  const names = sharedBy.map(({ name, isHere, isAlive, seen }) => {
    if (isHere) return say("health.thisOne", { name });
    return isAlive ? name : say("health.away", { name, time: shortTime(seen) });
  });
  return say("health.shared", { count: sharedBy.length, names: names.join(", ") });
}

function toneOf(
  { unseen = 0, unclaimed = 0, isSpooling }: Health,
  problem: string | undefined,
): (typeof tones)[number] {
  // Nothing is lost, nor refused.
  if (problem) return isSpooling ? "warning" : "bad";
  return unseen + unclaimed > 0 ? "warning" : "good";
}

/** Why nothing arrives, or would be stored. */
function problemOf({ isThere, fault, storageFault, isSpooling, spooled = 0 }: Health): string | undefined {
  if (!isThere) return say("health.gone");
  if (fault) return sayOfEndpoint(`fault.${fault.code}`, { ...fault });
  if (!storageFault) return undefined;
  const reason = storageWords(storageFault, sayOfEndpoint);
  return isSpooling ? say("health.spooling", { reason, count: spooled }) : reason;
}

function urlWords({ endpoint, path }: Health): string {
  const node = RED.nodes.node(endpoint) as (NodeRed.EditorNode & { publicUrl?: string; path: string }) | null;
  const url = node ? urlOf({ publicUrl: node.publicUrl, path: node.path }) : undefined;
  return url ?? path ?? say("health.notListening");
}

function factsOf(health: Health, actions: HealthActions): JQuery[] {
  const {
    endpoint,
    waiting,
    failed,
    setAside,
    unseen = 0,
    unclaimed,
    slow,
    duplicates,
    refusals = 0,
    lastRefusal,
  } = health;
  const facts: JQuery[] = [];
  const count = (state: string, number = 0) => {
    if (number === 0) return;
    const words = say(`count.${state}`, { count: number });
    const show = () => actions.show({ endpoint, state });
    facts.push(linkButton(words, show));
  };
  count("failed", failed);
  count("setAside", setAside);
  if (unseen > 0 && may.change()) {
    const seen = wordButton(say("button.acknowledge"), () => actions.acknowledge(endpoint));
    explain(seen, say("button.acknowledgeHint"));
    facts.push(seen);
  }
  count("unclaimed", unclaimed);
  count("slow", slow);
  count("waiting", waiting);
  count("duplicate", duplicates);
  if (refusals > 0 && lastRefusal) {
    const time = shortTime(lastRefusal.at);
    const reason = sayOfEndpoint(`refusal.${lastRefusal.code}`);
    facts.push(
      $("<span>", { class: "hapana-refused", text: say("health.refused", { count: refusals, time, reason }) }),
    );
  }
  const { spooled = 0, isSpooling } = health;
  if (spooled > 0 && !isSpooling) facts.push($("<span>", { text: say("health.forwarding", { count: spooled }) }));
  if (health.isDurable === false) facts.push($("<span>", { text: say("health.notDurable") }));
  return facts;
}

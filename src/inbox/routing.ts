import { unrecognised } from "../receiver/receive";
import type { LoggedState, Recipient, Subscriber } from "./inbox";

/** What decides whether a subscriber gets an event. */
export interface Routed {
  event: string;
  siteID: string | undefined;
}

/**
 * Unrecognised events go to everybody. An empty location among the selected ones means none: only some were wanted, but none
 * was chosen.
 * @returns whether the subscriber selects the event
 */
export function selects(
  { events, sites, isListener }: Pick<Subscriber, "events" | "sites" | "isListener">,
  { event, siteID }: Routed,
): boolean {
  if (event === unrecognised) return !isListener;
  if (!events.includes(event)) return false;
  const wanted = siteID?.trim() ?? "";
  return sites.length === 0 || (wanted !== "" && sites.some((site) => site.trim() === wanted));
}

/** What is stored about a subscriber. */
export interface SlotFacts extends Subscriber {
  isActive: boolean;
  /** Since when it has been active, or absent, in milliseconds since 1970. */
  since: number;
  /** It stands for what nobody takes at its endpoint. */
  isNobody?: boolean;
  /** For a listener, which exists once per process that shares the inbox: the process. */
  instance?: string;
}

/** A subscriber's slot at an endpoint, as far as it decides who gets an event. */
interface Place {
  readonly facts: SlotFacts;
}

/**
 * Who gets an event: every active subscriber that selects it; otherwise nobody, if an absent one would have had it, or one may be
 * about to come. Listeners get it in any case.
 * @param slots the slots at its endpoint
 * @param areFlowsStopped whether a deploy is in progress, so that the next subscribers are unknown
 * @returns the slots; and whether the event waits for a taker
 */
export function recipientsAmong<Slot extends Place>(
  slots: readonly Slot[],
  event: Routed,
  areFlowsStopped: boolean,
): { recipients: Slot[]; isUnclaimed: boolean } {
  const wanting = slots.filter(({ facts }) => !facts.isNobody && selects(facts, event));
  const listening = wanting.filter(({ facts }) => facts.isListener && facts.isActive);
  const takers = wanting.filter(({ facts }) => !facts.isListener);
  const active = takers.filter(({ facts }) => facts.isActive);
  const isDecided = active.length > 0 || (takers.length === 0 && !areFlowsStopped);
  return { recipients: [...active, ...listening], isUnclaimed: !isDecided };
}

/** The recipients of a resend: by default, all. */
export interface Wanted {
  readonly subscriber?: string | undefined;
  /** Only those in this state. */
  readonly state?: LoggedState | undefined;
}

/**
 * Who gets an event again: active subscribers that select it, or had it; otherwise those that had it and may come back, or be replaced.
 * @param slots the slots at its endpoint
 * @param had its state for those that had it
 */
export function recipientsAgain<Slot extends Place>(
  slots: readonly Slot[],
  event: Routed,
  had: ReadonlyMap<Slot, Recipient>,
  { subscriber, state }: Wanted,
): Slot[] {
  const takes = ({ facts }: Slot) =>
    !facts.isNobody && (event.event === unrecognised || facts.events.includes(event.event));
  const all = [...new Set([...slots, ...had.keys()])].filter(takes);
  const isWanted = (slot: Slot) => state === undefined || !isOfRecipients(state) || had.get(slot)?.state === state;
  if (subscriber !== undefined)
    return all.filter((slot) => slot.facts.id === subscriber && (!had.has(slot) || isWanted(slot)));
  const takers = all.filter(({ facts }) => !facts.isListener);
  const there = takers.filter((slot) => slot.facts.isActive && (had.has(slot) || selects(slot.facts, event)));
  const gone = takers.filter((slot) => had.has(slot) && !slot.facts.isActive && isWanted(slot));
  const wanted = there.filter(isWanted);
  if (wanted.length > 0) return wanted;
  // The active heirs of absent subscribers.
  const others = gone.length > 0 ? there.filter((slot) => !had.has(slot)) : [];
  return others.length > 0 ? others : gone;
}

const isOfRecipients = (state: LoggedState) => state === "failed" || state === "setAside" || state === "delivered";

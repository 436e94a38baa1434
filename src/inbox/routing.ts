import { unrecognised } from "../receiver/receive";
import type { LoggedState, Recipient, Subscriber } from "./inbox";

/** What decides whether a subscriber gets an event. */
export interface Routed {
  event: string;
  siteID: string | undefined;
}

/**
 * What is not recognised goes to everybody. An empty location among the selected stands for none: only some were wanted, but none
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

/** What is written of a subscriber. */
export interface SlotFacts extends Subscriber {
  isActive: boolean;
  /** Since when it has been there, or not, in milliseconds since 1970. */
  since: number;
  /** It stands for what nobody takes at its endpoint. */
  isNobody?: boolean;
  /** Of a listener, which is there once in each process that shares the inbox: where that runs. */
  instance?: string;
}

/** A subscriber's place at an endpoint, as far as it decides who gets an event. */
interface Place {
  readonly facts: SlotFacts;
}

/**
 * Who gets an event: everybody who is there and selects it; else, if somebody who is gone would have had it, or somebody may be
 * about to come, nobody. Listeners get it in any case.
 * @param slots the places at its endpoint
 * @param areFlowsStopped whether nobody knows who will be there after the deploy that is under way
 * @returns the places; and whether it waits for somebody to take it
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

/** To whom an event is sent again: all unless said otherwise. */
export interface Wanted {
  readonly subscriber?: string | undefined;
  /** Only to those with whom it stands so. */
  readonly state?: LoggedState | undefined;
}

/**
 * Who gets an event again: whoever is there and selects it, or had it; else, who had it and may come back, or be replaced.
 * @param slots the places at its endpoint
 * @param had what has become of it with those who had it
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
  // Who is there instead of those who are gone.
  const others = gone.length > 0 ? there.filter((slot) => !had.has(slot)) : [];
  return others.length > 0 ? others : gone;
}

const isOfRecipients = (state: LoggedState) => state === "failed" || state === "setAside" || state === "delivered";

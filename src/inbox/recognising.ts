import { definitionOf } from "../events/catalog";
import { type ReceivedDelivery, type ReceivedEvent, unrecognised } from "../receiver/receive";
import { quickFingerprint } from "./fingerprint";
import { deliveryName } from "./names";
import type { StoredEvent } from "./stored-event";

/** Only the latest event of a client can be a repetition, and only for this long: active → suspended → active is three. */
export const repetitionMilliseconds = 10 * 60_000;

/**
 * What an event is known by, besides what it says: by a name that is known, it is known.
 * @param signed the name of its delivery by what was signed of it
 */
export function namesOf(
  endpoint: string,
  { deliveryId, hasOwnId, test }: ReceivedDelivery,
  { event }: ReceivedEvent,
  signed: string | undefined,
): string[] {
  return [
    ...(hasOwnId ? [deliveryName(endpoint, deliveryId, { event, test })] : []),
    ...(signed === undefined ? [] : [signed]),
  ];
}

/**
 * The fingerprint of an event's kind and client, by which a repetition is found. Two of the same do no harm: the bodies are
 * compared.
 */
export function clientFingerprint(
  endpoint: string,
  { test }: ReceivedDelivery,
  { event, clientID, distinction }: ReceivedEvent,
): string | undefined {
  if (event === unrecognised) return undefined;
  return quickFingerprint(endpoint, test ? "test" : "", event, clientID ?? "", distinction ?? "");
}

/** Whether the same again is the same event: it says how things stand, or has what tells it from all others. */
export function isSameForCertain({ event, distinction }: ReceivedEvent): boolean {
  return event !== unrecognised && (distinction !== undefined || definitionOf(event).isState);
}

/** Whether what was signed of a delivery came before with this event, and not one of its events is of that kind. */
export function isReplay(delivery: ReceivedDelivery, before: Pick<StoredEvent, "event" | "test">): boolean {
  return before.test !== delivery.test || delivery.events.every(({ event }) => event !== before.event);
}

/**
 * A repetition is known by its own names from then on: it may come again when the client's latest event is another. Not by an
 * id that came with a signature that is known: an id is not signed, and whoever repeats a request could give it that of a
 * later one.
 * @param names all names of the event
 * @param isKnown whether a name is known
 * @returns those by which it is to be known
 */
export function newNamesOf(names: readonly string[], isKnown: (name: string) => boolean): readonly string[] {
  const unknown = names.filter((name) => !isKnown(name));
  const isKnownBySignature = unknown.length < names.length && unknown[0] === names[0];
  return isKnownBySignature ? [] : unknown;
}

import { definitionOf } from "../events/catalog";
import { type ReceivedDelivery, type ReceivedEvent, unrecognised } from "../receiver/receive";
import { shortFingerprint } from "./fingerprint";
import { deliveryName } from "./names";
import type { StoredEvent } from "./stored-event";

/** Only the latest event of a client can have a duplicate, and only for this long: active → suspended → active is three events. */
export const repetitionMilliseconds = 10 * 60_000;

/**
 * What identifies an event, besides its content: an event with a known name is known.
 * @param signed the name of its delivery by its signed content
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
 * The fingerprint of an event's kind and client, used to find duplicates. A collision does no harm: the bodies are
 * compared.
 */
export function clientFingerprint(
  endpoint: string,
  { test }: ReceivedDelivery,
  { event, clientID, distinction }: ReceivedEvent,
): string | undefined {
  if (event === unrecognised) return undefined;
  return shortFingerprint(endpoint, test ? "test" : "", event, clientID ?? "", distinction ?? "");
}

/** Whether the same content means the same event: it describes a state, or contains something that distinguishes it from all others. */
export function isSameForCertain({ event, distinction }: ReceivedEvent): boolean {
  return event !== unrecognised && (distinction !== undefined || definitionOf(event).isState);
}

/** Whether a delivery's signed content arrived before with this event, and none of its events is of that kind. */
export function isReplay(delivery: ReceivedDelivery, before: Pick<StoredEvent, "event" | "test">): boolean {
  return before.test !== delivery.test || delivery.events.every(({ event }) => event !== before.event);
}

/**
 * A duplicate is known by its own names from then on: it may arrive again when the client's latest event is another. This excludes
 * an id that came with a known signature: ids are not signed, so somebody replaying a request could give it the id of a
 * later one.
 * @param names all names of the event
 * @param isKnown whether a name is known
 * @returns those that identify it
 */
export function newNamesOf(names: readonly string[], isKnown: (name: string) => boolean): readonly string[] {
  const unknown = names.filter((name) => !isKnown(name));
  const isKnownBySignature = unknown.length < names.length && unknown[0] === names[0];
  return isKnownBySignature ? [] : unknown;
}

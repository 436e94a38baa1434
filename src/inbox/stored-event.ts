import type { ReceivedDelivery, ReceivedEvent } from "../receiver/receive";

/** An event as the inbox keeps it. */
export interface StoredEvent extends Omit<ReceivedEvent, "clientID" | "distinction" | "bodyJson" | "isPayloadBody"> {
  /** Its place in the inbox; higher than that of every event before it. */
  sequence: number;
  deliveryId: string;
  /** ISO 8601, UTC. */
  receivedAt: string;
  test: boolean;
  /** The id of a delivery with an event of the same content: this may be a repeat of it. */
  possibleDuplicate?: string;
  /** Its content was removed because the client asked for it. */
  removed?: true;
  /** It waited elsewhere before it was stored: its place in the inbox does not tell what came before it. */
  hasWaited?: true;
}

/**
 * @param delivery what was received
 * @param id its id
 * @param received one of its events
 * @param index its place among them
 * @param sequence its place in the inbox
 */
export function toStoredEvent(
  delivery: ReceivedDelivery,
  id: string,
  received: ReceivedEvent,
  index: number,
  sequence: number,
): StoredEvent {
  const { event, payload, siteID, issues, reason, body, envelope } = received;
  const deliveryId = eventIdOf(delivery, id, index);
  const { receivedAt, test } = delivery;
  const stored: StoredEvent = { sequence, event, payload, siteID, issues, deliveryId, receivedAt, test, body };
  if (reason !== undefined) stored.reason = reason;
  if (envelope !== undefined) stored.envelope = envelope;
  if (delivery.hasWaited) stored.hasWaited = true;
  return stored;
}

/** The id of one of a delivery's events: in a list, they are numbered. */
export function eventIdOf({ events }: Pick<ReceivedDelivery, "events">, id: string, index: number): string {
  return events.length > 1 ? `${id}#${index + 1}` : id;
}

/** The id of an event's delivery, derived from the event's own: in a list, those are numbered. */
export function wholeIdOf(deliveryId: string): string {
  return /^(.*)#\d+$/s.exec(deliveryId)?.[1] ?? deliveryId;
}

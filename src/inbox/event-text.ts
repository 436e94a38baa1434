import { copyOf } from "../events/copy";
import { isEqual } from "../events/equal";
import type { ReceivedEvent } from "../receiver/receive";
import type { StoredEvent } from "./inbox";

/** An event as it is written: without a payload that says the same as the body. */
type Written = Omit<StoredEvent, "payload"> & { payload?: unknown };

/** What is written of an event besides itself, to find it by. */
export interface EventIndex {
  /** What the delivery is known by, where Hapana gave it an id. */
  deliveryKey: string | undefined;
  /** A fingerprint of the kind of event and its client, by which a repetition is looked for. */
  client: string | undefined;
}

/**
 * Writes an event as JSON text. Most events arrive flat, so that their payload is their body: it is then written once.
 * `receivedAt` and `client` come first, so that they can be read without the rest: see {@link recallRecent}.
 * @param event the event; its sequence is its key, and not part of the text
 * @param index what to find it by
 * @param received what is known of its body
 */
export function toText(
  event: StoredEvent,
  { deliveryKey, client }: EventIndex,
  { bodyText, isPayloadBody }: Pick<ReceivedEvent, "bodyText" | "isPayloadBody">,
): string {
  const { receivedAt, payload, siteID, issues, reason, deliveryId, test } = event;
  // Put together by hand, because every event is written.
  return (
    `{"receivedAt":"${receivedAt}"` +
    (client === undefined ? "" : `,"client":"${client}"`) +
    `,"event":"${event.event}"` +
    (isPayloadBody ? "" : member("payload", payload)) +
    member("siteID", siteID) +
    (issues.length === 0 ? ',"issues":[]' : member("issues", issues)) +
    member("reason", reason) +
    member("deliveryId", deliveryId) +
    `,"test":${test}` +
    member("deliveryKey", deliveryKey) +
    endOf(bodyText)
  );
}

/** The body comes last, so that the text need not be read to see that it is the same to the letter. */
function endOf(bodyText: string): string {
  return `,"body":${bodyText}}`;
}

/**
 * @param text what {@link toText} wrote
 * @param received another event
 * @returns whether the bodies of both say the same
 */
export function hasBody(text: string, { body, bodyText }: Pick<ReceivedEvent, "body" | "bodyText">): boolean {
  return text.endsWith(endOf(bodyText)) || isEqual((JSON.parse(text) as Written).body, body);
}

function member(name: string, value: unknown): string {
  return value === undefined ? "" : `,"${name}":${JSON.stringify(value)}`;
}

/**
 * Reads what {@link toText} wrote. Payload and body are objects of their own: a flow may change one and still look at the other.
 * @param text the JSON text
 * @param sequence the event's key
 */
export function fromText(text: string, sequence: number): StoredEvent {
  const { deliveryKey, client, ...event } = JSON.parse(text) as Written & EventIndex;
  return { ...event, sequence, payload: "payload" in event ? event.payload : copyOf(event.body) };
}

import { copyOf } from "../events/copy";
import { isEqual } from "../events/equal";
import { jsonText } from "../receiver/json";
import { type ReceivedEvent, unrecognised } from "../receiver/receive";
import { checksumOf } from "./checksum";
import type { StoredEvent } from "./stored-event";

/** What is stored of an event besides itself. */
export interface EventFacts {
  endpoint: string;
  /** Milliseconds since 1970, used for its age: never earlier than the previous event's. */
  at: number;
  /** Its names, in rows of their own: by its delivery's id, and by its signed content. */
  names: readonly string[];
  /** Whether Hapana assigned its delivery an id. */
  hasOwnId: boolean;
  /** The fingerprint of its kind and client, used to find duplicates. */
  client: string | undefined;
}

/** An event as stored: without a payload that equals the body. */
type Written = Partial<EventFacts> &
  Pick<EventFacts, "endpoint" | "at"> & {
    event: Omit<StoredEvent, "payload" | "body" | "sequence"> & { payload?: unknown };
    body: unknown;
  };

const checksumLength = 8;

/** What is known of an event's body. */
type Body = Pick<ReceivedEvent, "bodyJson" | "isPayloadBody">;

/**
 * Writes an event as JSON text after its checksum, which also covers its sequence. Most events arrive flat, so that the payload is
 * the body: it is then written once. The body comes last, so that bodies can be compared without parsing the text.
 * @param event the event; its sequence is its key, and not part of the text
 * @param facts what is kept with it
 * @param body what is known of its body
 * @param seed what the checksum covers besides the text
 */
export function toRow(event: StoredEvent, facts: EventFacts, body: Body, seed = seedOf(event.sequence)): string {
  const text = `${headOf(event, facts, body.isPayloadBody)}${jsonText(body.bodyJson)}}`;
  return checksumOf(text, seed) + text;
}

/** The same as bytes of UTF-8: a body that is kept as bytes is copied, and nothing else. */
export function toRowBytes(event: StoredEvent, facts: EventFacts, { bodyJson, isPayloadBody }: Body): Buffer {
  const head = Buffer.from(headOf(event, facts, isPayloadBody));
  const body = typeof bodyJson === "string" ? Buffer.from(bodyJson) : bodyJson;
  const row = Buffer.allocUnsafeSlow(checksumLength + head.length + body.length + 1);
  head.copy(row, checksumLength);
  row.set(body, checksumLength + head.length);
  row.write("}", row.length - 1, "latin1");
  row.write(checksumOf(row.subarray(checksumLength), seedOf(event.sequence)), "latin1");
  return row;
}

/** What comes before the body. */
function headOf(event: StoredEvent, facts: EventFacts, isPayloadBody: boolean): string {
  const { receivedAt, payload, siteID, issues, reason, deliveryId, test } = event;
  const { possibleDuplicate, envelope, removed, hasWaited } = event;
  const { endpoint, at, names, hasOwnId, client } = facts;
  const head = {
    at,
    endpoint,
    names: names.length === 0 ? undefined : names,
    hasOwnId: hasOwnId || undefined,
    client,
    event: {
      event: event.event,
      receivedAt,
      payload: isPayloadBody ? undefined : payload,
      ...{ siteID, issues, reason, deliveryId, possibleDuplicate, envelope, removed, hasWaited, test },
    },
  };
  return `${JSON.stringify(head).slice(0, -1)},"body":`;
}

/** What {@link toRow} gets for the body of an event whose content was removed. */
export const removedContent = { body: null, bodyJson: "null", isPayloadBody: true };

/** What remains of an event whose content was removed. */
export function withoutContent({ sequence, event, receivedAt, deliveryId, siteID, test }: StoredEvent): StoredEvent {
  return {
    ...{ sequence, event, receivedAt, deliveryId, siteID, test, removed: true },
    ...{ payload: null, body: null, issues: [] },
  };
}

/** An event that was read, and what is stored with it. */
export interface ReadEvent {
  event: StoredEvent;
  facts: EventFacts;
  /** It is damaged: this is a placeholder, with whatever could be recovered. */
  isUnreadable?: true;
}

/**
 * Reads the output of {@link toRow}. Payload and body are separate objects: a flow may change one while the other is still being read.
 * @param row the text
 * @param sequence from the key
 * @param seed as it was written with
 * @returns `undefined` if the row is damaged
 */
export function fromRow(row: string | undefined, sequence: number, seed = seedOf(sequence)): ReadEvent | undefined {
  if (row === undefined) return undefined;
  const text = row.slice(checksumLength);
  if (checksumOf(text, seed) !== row.slice(0, checksumLength)) return undefined;
  const { event, body, endpoint, at, names = [], hasOwnId = false, client } = JSON.parse(text) as Written;
  const payload = "payload" in event ? event.payload : copyOf(body);
  return { event: { ...event, sequence, payload, body }, facts: { endpoint, at, names, hasOwnId, client } };
}

/** A placeholder for an event whose row is damaged. */
export function unreadable(row: string, sequence: number): ReadEvent {
  const facts = factsOf(row) ?? { at: 0, endpoint: "", names: [], hasOwnId: false, client: undefined };
  const receivedAt = new Date(facts.at <= latestDate ? facts.at : 0).toISOString();
  const deliveryId = `unreadable-${sequence}`;
  const nothing = { payload: null, body: null, siteID: undefined, issues: [], test: false };
  return { event: { sequence, event: unrecognised, deliveryId, receivedAt, ...nothing }, facts, isUnreadable: true };
}

/** Stored for an event of which nothing is left, so that the log lists it, and pruning finds it. */
export function lostRow(endpoint: string, at: number): string {
  return `${"0".repeat(checksumLength)}{"at":${at},"endpoint":${JSON.stringify(endpoint)},"event":{}}`;
}

/** The latest possible date, in milliseconds since 1970. */
const latestDate = 8.64e15;

/** A checksum's seed has 32 bits, a sequence up to 48. */
function seedOf(sequence: number): number {
  return sequence >>> 0;
}

/** Whether the body in an event's row equals another event's. */
export function hasBody(
  row: string,
  sequence: number,
  { body, bodyJson }: Pick<ReceivedEvent, "body" | "bodyJson">,
  seed = seedOf(sequence),
): boolean {
  if (row.endsWith(`,"body":${jsonText(bodyJson)}}`)) return true;
  const read = fromRow(row, sequence, seed);
  return read !== undefined && isEqual(read.event.body, body);
}

const factsPattern =
  /^[0-9a-f]{8}\{"at":(\d+),"endpoint":("(?:[^"\\]|\\.)*")(?:,"names":\[([\w",-]*)\])?(?:,"hasOwnId":(true))?(?:,"client":"([\w-]*)")?,"event":/;

/** What pruning needs from a row, without parsing the rest; `undefined` if it is damaged. */
export function factsOf(row: string): EventFacts | undefined {
  const [, at, endpoint, names, hasOwnId, client] = factsPattern.exec(row) ?? [];
  if (endpoint === undefined) return undefined;
  try {
    return {
      at: Number(at),
      endpoint: JSON.parse(endpoint) as string,
      names: names === undefined ? [] : (JSON.parse(`[${names}]`) as string[]),
      hasOwnId: hasOwnId !== undefined,
      client,
    };
  } catch {
    return undefined;
  }
}

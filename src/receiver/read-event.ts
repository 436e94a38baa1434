import { definitionOf, type EventType } from "../events/catalog";
import { copyOf } from "../events/copy";
import { isEqual } from "../events/equal";
import { saying } from "../events/sayings";
import { type FieldIssue, validate } from "../events/validate";
import type { Announcement } from "./announcements";
import { classify, type NotRecognised, type Recognised } from "./classify";
import type { Json } from "./json";
import type { OpenedEvent } from "./open-envelope";
import { assemble } from "./part";
import { type Around, envelopeOf } from "./surroundings";

/**
 * The name, and in Node-RED the topic, of whatever is not recognised as one of Hapana's events.
 * @example
 * const [explanation] = explain({ clientID: "c1" }, "/hapana");
 * explanation?.event === unrecognised; // true
 */
export const unrecognised = "unrecognised";

/** Something that was not recognised as one of Hapana's events. */
export interface UnrecognisedEvent {
  event: typeof unrecognised;
  /** The body. */
  payload: unknown;
}

/** One event of a delivery, ready to be stored and sent. */
export interface ReceivedEvent {
  event: EventType | typeof unrecognised;
  /** The typed payload; for an unrecognised event, the body. */
  payload: unknown;
  clientID: string | undefined;
  /** What distinguishes it from another event of the client with the same content, if anything does. */
  distinction: string | undefined;
  siteID: string | undefined;
  issues: FieldIssue[];
  /** Why an event is unrecognised, as text. */
  reason?: string;
  /** The event as it arrived. */
  body: unknown;
  /** If there were several events in one delivery: what surrounded them. */
  envelope?: Readonly<Record<string, unknown>>;
  /** The body as JSON. */
  bodyJson: Json;
  /** Whether the payload equals the body. */
  isPayloadBody: boolean;
}

/**
 * Turns an opened event into what is stored and sent: determines which one it is, and builds its typed payload.
 * @param opened the event, out of its envelope
 * @param urlType the event type in the URL, if any
 * @param outside what headers and the URL's query say about the type
 * @param bodyJson its body as JSON, if available
 */
export function readEvent(
  opened: OpenedEvent,
  urlType: EventType | undefined,
  outside: readonly Announcement[],
  bodyJson: Json = JSON.stringify(opened.body),
): ReceivedEvent {
  const classification = classify(opened, urlType, outside);
  const received =
    "event" in classification
      ? recognised(opened, classification, bodyJson)
      : notRecognised(opened, classification, bodyJson);
  if (opened.around) addEnvelope(received, opened.around);
  return received;
}

function recognised(opened: OpenedEvent, classification: Recognised, bodyJson: Json): ReceivedEvent {
  const { body, part } = opened;
  const { fields, issues: leftOut } = part
    ? assemble(part, classification.event)
    : { fields: opened.fields ?? {}, issues: [] };
  const { event, payload, issues } = validate(classification.event, fields);
  const oddities = leftOut.length > 0 ? classification.issues.concat(leftOut) : classification.issues;
  // While both still share their lists and objects, most are equal at a glance.
  const isPayloadBody = isEqual(payload, body);
  return {
    event,
    payload: separate(payload),
    clientID: payload.clientID,
    distinction: definitionOf(event).distinction?.(payload),
    siteID: payload.siteID ?? undefined,
    issues: oddities.length > 0 ? oddities.concat(issues) : issues,
    body,
    bodyJson,
    isPayloadBody,
  };
}

function notRecognised({ body }: OpenedEvent, { reason }: NotRecognised, bodyJson: Json): ReceivedEvent {
  return {
    event: unrecognised,
    // A flow may change one while the other is still being read.
    payload: copyOf(body),
    clientID: undefined,
    distinction: undefined,
    siteID: undefined,
    issues: [],
    reason,
    body,
    bodyJson,
    isPayloadBody: true,
  };
}

function addEnvelope(received: ReceivedEvent, around: Around): void {
  const envelope = envelopeOf(around);
  if (envelope === "none") return;
  if (envelope !== "tooLong") received.envelope = envelope.content;
  else received.issues.push({ field: "envelope", problem: saying("tooLong") });
}

/** The payload's fields are its own; their lists and objects are still the body's. */
function separate<Payload extends object>(payload: Payload): Payload {
  const fields = payload as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    if (typeof fields[key] === "object") fields[key] = copyOf(fields[key]);
  }
  return payload;
}

import { catalog, type EventType } from "../events/catalog";
import { fold, recogniseEventType } from "../events/spelling";

/**
 * What the key of an object may mean. Hapana's articles show the JSON as pictures only, so whether fields come flat, with an
 * event type, or inside something is not known: every customary key is understood, in any spelling.
 */
export interface KeyRole {
  /** The field of an event that it is, under Hapana's own name. */
  readonly field: string | undefined;
  /** Whether it may announce the event's type, and whether it does nothing else. */
  readonly announces: "certainly" | "possibly" | undefined;
  /** Whether the event is customarily put inside it. */
  readonly contains: boolean;
  /** The event that it names, as in `{"checkIn": {…}}`. */
  readonly event: EventType | undefined;
}

const certainAnnouncements = new Set(
  ["eventType", "event", "eventName", "webhookType", "webhookEvent", "webhookName", "type"].map(fold),
);

const possibleAnnouncements = new Set(
  ["webhook", "topic", "action", "trigger", "kind", "hook", "name", "notificationType", "messageType"].map(fold),
);

const containers = new Set(
  ["data", "payload", "body", "event", "events", "eventData", "record", "records", "object", "content", "message"]
    .concat(["attributes", "result", "results", "resource", "detail", "details", "item", "items", "params", "json"])
    .concat(["request", "webhook", "webhookData", "notification", "value", "values", "properties", "entity", "model"])
    .map(fold),
);

const fields = new Map(
  catalog.flatMap(({ schema }) => Object.keys(schema.shape).map((name) => [fold(name), name] as const)),
);

const nothing: KeyRole = { field: undefined, announces: undefined, contains: false, event: undefined };

/**
 * Keys repeat from delivery to delivery. The bound keeps a hostile sender from filling the memory; the generation before
 * keeps the usual keys when it is reached.
 */
let remembered = new Map<string, KeyRole>();
let rememberedBefore = remembered;
const mostRemembered = 5_000;
const longestKey = 60;

/**
 * Tells what a key may mean.
 * @param key any key of an object in a body
 * @returns its role
 */
export function roleOf(key: string): KeyRole {
  const known = remembered.get(key);
  if (known) return known;
  if (key.length > longestKey) return nothing;
  const role = rememberedBefore.get(key) ?? readRole(key);
  if (remembered.size === mostRemembered) {
    rememberedBefore = remembered;
    remembered = new Map();
  }
  remembered.set(key, role);
  return role;
}

function readRole(key: string): KeyRole {
  const folded = fold(key);
  const announces = certainAnnouncements.has(folded)
    ? "certainly"
    : possibleAnnouncements.has(folded)
      ? "possibly"
      : undefined;
  return { field: fields.get(folded), announces, contains: containers.has(folded), event: recogniseEventType(key) };
}

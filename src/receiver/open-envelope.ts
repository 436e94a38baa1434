import { type Announcement, maxAnnouncements, readAnnouncement } from "./announcements";
import { roleOf } from "./key-roles";
import { maxEvents } from "./limits";
import { assemble, clientOf, type Part } from "./part";
import type { Item } from "./put-together";
import { isClient, readBody } from "./read-parts";
import type { Around } from "./surroundings";
import { isObject, isOpenable, type JsonObject } from "./written-json";

/** One event, taken out of its envelope. */
export interface OpenedEvent {
  /** Its fields, under their keys as written; `undefined` if no client was found, so that it is not an event. */
  readonly fields: JsonObject | undefined;
  /** Where its type is written, outermost first. */
  readonly announcements: readonly Announcement[];
  /** What arrived, unchanged; if there were several events, this one's part. */
  readonly body: unknown;
  /** How it was assembled; `undefined` if the body consists only of its fields. */
  readonly part: Part | undefined;
  /** If there were several events, what surrounded them. */
  readonly around: Around | undefined;
}

/**
 * Finds the events in a body: flat, under a key, under usual or unusual keys, in JSON strings, nested several levels
 * deep, in lists. The object that has its own `clientID` is the event; docs/reading.md has the rules.
 * @param body the parsed body
 * @returns the events, at least one; if there are too many for a delivery, enough to show that
 * @example
 * openEnvelope({ event: "checkIn", data: { clientID: "c1" } })[0]?.fields; // { clientID: "c1" }
 */
export function openEnvelope(body: unknown): OpenedEvent[] {
  const flat = isObject(body) ? readFlat(body) : undefined;
  // One more than allowed shows that there are too many.
  return flat
    ? [flat]
    : readBody(body)
        .slice(0, maxEvents + 1)
        .map(toOpened);
}

function toOpened({ part, body, around }: Item): OpenedEvent {
  const fields = clientOf(part) === undefined ? undefined : assemble(part, undefined).fields;
  return { fields, announcements: part.announcements, body, part, around };
}

const nothing: readonly Announcement[] = [];

/** Most bodies are just an event's fields and its type: then there is nothing to open. */
function readFlat(object: JsonObject): OpenedEvent | undefined {
  let announcements = nothing;
  let named: readonly string[] = [];
  let hasClient = false;
  let respelled = 0;
  for (const key of Object.keys(object)) {
    const role = roleOf(key);
    const { field } = role;
    if (!field) {
      const value = object[key];
      if (isOpenable(value) || key === "__proto__" || announcements.length === maxAnnouncements) return undefined;
      const announcement = readAnnouncement(key, value, role);
      if (announcement) announcements = [...announcements, announcement];
      if (announcement?.says === "event") named = [...named, key];
      continue;
    }
    if (field !== key) respelled += 1;
    // Two spellings of one field may have different values.
    if (respelled > 1 || (field !== key && Object.hasOwn(object, field))) return undefined;
    if (field !== "clientID") continue;
    if (!isClient(object[key])) return undefined;
    hasClient = true;
  }
  if (!hasClient) return undefined;
  const fields = named.length === 0 ? object : without(object, named);
  return { fields, announcements, body: object, part: undefined, around: undefined };
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  // Without `delete`, which makes an object slow to read.
  const rest: Record<string, unknown> = {};
  for (const key of Object.keys(object)) if (!keys.includes(key)) rest[key] = object[key];
  return rest;
}

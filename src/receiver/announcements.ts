import type { EventType } from "../events/catalog";
import { readTypeName, type TypeName } from "../events/type-name";
import type { Headers } from "./headers";
import { type KeyRole, roleOf } from "./key-roles";
import { isObject, looksLikeJson } from "./written-json";

/** A place where an event's type is written. */
export interface Announcement {
  /** The key, as written; or a description, if it is not in the body. */
  readonly key: string;
  /** What it says: an `event`; one that was undone or changed (`undone`); the name of an unknown event (`foreign`); or a word that
   * is not an event's name at all, such as the `"sms"` of a `type` (`word`).
   * is no event's name at all, as the `"sms"` of a `type` (`word`).
   */
  readonly says: "event" | "undone" | "foreign" | "word";
  /** The event that it names, even if it is undone. */
  readonly event: EventType | undefined;
  /** Whether nothing else is usually written there. */
  readonly isCertain: boolean;
}

/** Far more than any sender uses, few enough that a hostile one cannot fill the memory. */
export const maxAnnouncements = 10;

/**
 * Reads a name in a place for types.
 * @param key of the place
 * @param name the value
 * @param role the key's
 * @returns `undefined` if it says nothing about a type
 */
export function readAnnouncement(key: string, name: unknown, role: KeyRole): Announcement | undefined {
  const { announces } = role;
  if (!announces || typeof name !== "string") return undefined;
  const isCertain = announces !== "possibly";
  const read = readTypeName(name);
  if (read && meansType(read, name, role)) return { key, ...saying(read), isCertain };
  if (!saysSomething(name)) return undefined;
  if (announces === "certainly" || isEventName(name)) return { key, says: "foreign", event: undefined, isCertain };
  return announces === "asType" ? { key, says: "word", event: undefined, isCertain } : undefined;
}

/** A bare `"deleted"` counts in an action field; a variant of an event counts in a pure type field, or if it can be nothing else. */
function meansType(read: TypeName, name: string, { announces, tellsAction }: KeyRole): boolean {
  if (read.kind === "undone" && read.event === undefined) return tellsAction;
  return read.kind !== "variant" || announces === "certainly" || (read.isStrange && isEventName(name));
}

/** The role of places that certainly contain a type: a header, or the URL's query. */
export function announced(key: string, name: string): Announcement | undefined {
  const read = readTypeName(name);
  if (read) return { key, ...saying(read), isCertain: true };
  return saysSomething(name) ? { key, says: "foreign", event: undefined, isCertain: true } : undefined;
}

function saying({ kind, event }: TypeName): Pick<Announcement, "says" | "event"> {
  return { says: kind === "event" ? "event" : "undone", event };
}

/** What an object that describes the delivery says about the event's type. */
export function describedIn(value: unknown): Announcement[] {
  if (!isObject(value)) return [];
  return Object.keys(value)
    .flatMap((key) => readAnnouncement(key, value[key], roleOf(key)) ?? [])
    .filter(isOfEvent)
    .slice(0, maxAnnouncements);
}

/** Whether it is about one of the events. */
export function isOfEvent({ says }: Announcement): boolean {
  return says === "event" || says === "undone";
}

/** `"type": "webhook"` does not say which. */
function saysSomething(name: string): boolean {
  return (
    !looksLikeJson(name) && !/^[\s._-]*(hapana|webhook|event|notification|callback|[\s._-])*$/i.test(name.slice(0, 100))
  );
}

/** `"topic": "towel.returned"` names an unknown event; `"name": "Alex"` names none. */
function isEventName(name: string): boolean {
  return (
    name.length <= 80 && (/^[a-z]+(?:[._:/-][a-z]+|[A-Z][a-z]+)+$/.test(name) || /^[a-z]+[ ._-][a-z]+ed$/i.test(name))
  );
}

/** Headers that may contain an event's type; `ce-type` is CloudEvents'. */
const typeHeaders: ReadonlySet<string> = new Set([
  ...["x-hapana-event", "x-hapana-event-type", "x-hapana-event-name", "x-hapana-topic", "ce-type", "x-event"],
  ...["x-event-type", "x-event-name", "x-event-key", "x-webhook-event", "x-webhook-topic", "x-webhook-type"],
]);

/** In the order of the table, whatever order they came in. Most deliveries have none, which is quick to check. */
function typeHeadersIn(headers: Headers): readonly string[] {
  for (const name in headers) if (typeHeaders.has(name)) return [...typeHeaders];
  return nothing;
}

const nothing: readonly never[] = [];

/**
 * What is said about the event's type outside the body.
 * @param headers the request's
 * @param query what follows the question mark in the URL
 */
export function announcedOutside(headers: Headers, query: string | undefined): readonly Announcement[] {
  const names = typeHeadersIn(headers);
  if (names.length === 0 && !query) return nothing;
  const found: Announcement[] = [];
  const note = (announcement: Announcement | undefined) => {
    if (announcement && found.length < maxAnnouncements) found.push(announcement);
  };
  for (const name of names) {
    const value = headers[name];
    // Node.js joins the values of a repeated header.
    if (typeof value === "string") for (const each of value.split(",", maxAnnouncements)) note(announced(name, each));
  }
  if (!query) return found;
  for (const [name, value] of new URLSearchParams(query)) {
    const role = roleOf(name);
    if (role.announces !== "possibly") note(readAnnouncement(`?${name}`, value, role));
  }
  return found;
}

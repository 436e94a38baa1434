import type { EventType } from "../events/catalog";
import { fold, recogniseEventType } from "../events/spelling";
import { roleOf } from "./key-roles";
import { parseText } from "./parse-json";
import { isProblem } from "./problems";

/** A place in the body where an event's type is written. */
export interface Announcement {
  /** The key, as written. */
  key: string;
  /** The event that it names; `undefined` where the name is none of the six. */
  event: EventType | undefined;
}

/** One event, taken out of whatever it came in. */
export interface OpenedEvent {
  /** Its fields; `undefined` where no client could be found, so that it is no event. */
  fields: Record<string, unknown> | undefined;
  /** Where its type is written, outermost first. */
  announcements: Announcement[];
  /** What arrived, untouched. */
  body: unknown;
}

type JsonObject = Record<string, unknown>;

/** An object around or at an event, read once however many events stand in it. */
interface Level {
  readonly hasClient: boolean;
  /** How many fields it has besides the client and the site. */
  readonly fieldCount: number;
  /** Whether those fields are an event's, rather than an envelope's own words. */
  readonly isEventData: boolean;
  /** What an event inside it has, where it has none of its own. */
  readonly lent: ReadonlyMap<string, unknown>;
  /** Whether it has been cut down to what several events may share. */
  readonly isShared: boolean;
}

interface Context {
  readonly outer: readonly Level[];
  readonly announcements: readonly Announcement[];
  readonly body: unknown;
  readonly depth: number;
}

const deepest = 10;

/** Fewer than this, besides clientID and siteID, may be an accident. */
const enoughFields = 2;

/** Fields of an event that are also what envelopes are made of: alone, they make no event. */
const envelopeWords = new Set(["status", "message", "messageId", "subject"]);

/** Objects beside the event in which its type may be written. */
const describingKeys = new Set(
  ["event", "webhook", "meta", "metadata", "header", "headers", "context", "info"].map(fold),
);

/** What several events may share: what is longer would be stored once for each of them. */
const longestShared = 200;

/** Far more than any sender writes, few enough that a hostile one cannot fill the memory. */
const mostAnnouncements = 10;

/**
 * Finds the events in a body: flat, under a key, nested in customary or unheard-of keys, in JSON strings, several levels
 * deep, in lists.
 * @param body the parsed body
 * @returns the events, at least one; not one of them is silently left out
 */
export function openEnvelope(body: unknown): OpenedEvent[] {
  if (isObject(body) && isFlatEvent(body)) return [{ fields: body, announcements: [], body }];
  const opened = open(body, { outer: [], announcements: [], body, depth: 0 });
  return opened.length > 0 ? opened : [{ fields: undefined, announcements: announcementsIn(body), body }];
}

/** Most bodies are an event's fields and nothing else: then there is nothing to be opened. */
function isFlatEvent(object: JsonObject): boolean {
  let hasClient = false;
  for (const key of Object.keys(object)) {
    const { field, announces } = roleOf(key);
    if (!field || announces) return false;
    if (field !== "clientID") continue;
    if (!isClient(object[key])) return false;
    hasClient = true;
  }
  return hasClient;
}

function open(value: unknown, context: Context): OpenedEvent[] {
  if (context.depth > deepest) return [];
  if (typeof value === "string") return openString(value, context);
  if (Array.isArray(value)) return openList(value, context);
  return isObject(value) ? openObject(value, context) : [];
}

function openString(value: string, context: Context): OpenedEvent[] {
  const parsed = parseNested(value);
  return parsed === undefined ? [] : open(parsed, { ...context, depth: context.depth + 1 });
}

function openList(list: readonly unknown[], context: Context): OpenedEvent[] {
  const outer = list.length > 1 ? context.outer.map(shared) : context.outer;
  const items = list.map((item) => open(item, { ...context, outer, body: item, depth: context.depth + 1 }));
  if (items.every((opened) => opened.length === 0)) return [];
  return items.flatMap((opened, index) =>
    opened.length > 0
      ? opened
      : [{ fields: undefined, announcements: [...context.announcements], body: list[index] as unknown }],
  );
}

function openObject(object: JsonObject, context: Context): OpenedEvent[] {
  const announcements = [...context.announcements, ...announcementsIn(object)];
  const level = readLevel(object);
  const isEvent = level.hasClient
    ? level.isEventData
    : level.fieldCount > 0 && context.outer.some(({ lent }) => lent.has("clientID"));
  const asEvent = () => [{ fields: fieldsOf(object, context.outer), announcements, body: context.body }];
  if (isEvent) return asEvent();
  const inner = openChildren(object, level, {
    outer: [level, ...context.outer],
    announcements,
    body: context.body,
    depth: context.depth + 1,
  });
  return inner.length === 0 && level.hasClient ? asEvent() : inner;
}

/** Keys that name an event come first, and all of them; then the customary containers; then whatever else holds one. */
function openChildren(object: JsonObject, { hasClient }: Level, context: Context): OpenedEvent[] {
  const children = Object.entries(object).filter(([key, value]) => mayHold(key, value, hasClient));
  const named = children.filter(([key]) => roleOf(key).event);
  const outer = named.length > 1 ? context.outer.map(shared) : context.outer;
  const opened = named.flatMap(([key, value]) => {
    const { event } = roleOf(key);
    const body = named.length > 1 ? value : context.body;
    return open(value, { ...context, outer, body, announcements: [...context.announcements, { key, event }] });
  });
  if (opened.length > 0) return opened;
  const unnamed = children.filter(([key]) => !roleOf(key).event);
  const containersFirst = [
    ...unnamed.filter(([key]) => roleOf(key).contains),
    ...unnamed.filter(([key]) => !roleOf(key).contains),
  ];
  for (const [, value] of containersFirst) {
    const opened = open(value, context);
    if (opened.length > 0) return opened;
  }
  return [];
}

function mayHold(key: string, value: unknown, besideClient: boolean): boolean {
  if (typeof value === "string" ? !looksLikeJson(value) : typeof value !== "object" || value === null) return false;
  return roleOf(key).field === undefined || !besideClient;
}

function readLevel(object: JsonObject): Level {
  const fields = new Map<string, unknown>();
  for (const [key, value] of Object.entries(object)) {
    const { field } = roleOf(key);
    if (!field || fields.has(field) || isNoClient(field, value) || (isObject(value) && holdsClient(value))) continue;
    fields.set(field, value);
  }
  const eventFields = [...fields.keys()].filter((field) => !isIdentity(field));
  const isEventData = eventFields.length >= enoughFields && !eventFields.every((field) => envelopeWords.has(field));
  const lent = isEventData ? fields : new Map([...fields].filter(([field]) => isIdentity(field)));
  return { hasClient: holdsClient(object), fieldCount: eventFields.length, isEventData, lent, isShared: false };
}

/** The same level, as it lends to several events. */
function shared(level: Level): Level {
  if (level.isShared) return level;
  const lent = new Map([...level.lent].filter(([, value]) => isBrief(value)));
  return { ...level, lent, isShared: true };
}

function isBrief(value: unknown): boolean {
  return typeof value === "string" ? value.length <= longestShared : typeof value !== "object";
}

/** The fields at the event's own level, without its announcements; the client, the site and other gaps from outside. */
function fieldsOf(object: JsonObject, outer: readonly Level[]): JsonObject {
  const fields: JsonObject = {};
  const present = new Set<string>();
  for (const [key, value] of Object.entries(object)) {
    const { field } = roleOf(key);
    if (key === "__proto__" || isAnnouncement(key, value) || isNoClient(field, value)) continue;
    fields[key] = value;
    if (field) present.add(field);
  }
  for (const { lent } of outer) {
    for (const [field, value] of lent) {
      if (present.has(field)) continue;
      fields[field] = value;
      present.add(field);
    }
  }
  return fields;
}

/** What is written in the object itself; and, where that is an event's name, in an object that only describes. */
function announcementsIn(value: unknown): Announcement[] {
  if (!isObject(value)) return [];
  const own = ownAnnouncements(value);
  const described = Object.entries(value)
    .filter(
      ([key, content]) => isObject(content) && describingKeys.has(fold(key.slice(0, 20))) && !holdsClient(content),
    )
    .flatMap(([, content]) => ownAnnouncements(content as JsonObject).filter(({ event }) => event));
  return [...own, ...described].slice(0, mostAnnouncements);
}

function ownAnnouncements(object: JsonObject): Announcement[] {
  const found: Announcement[] = [];
  for (const [key, content] of Object.entries(object)) {
    const { announces } = roleOf(key);
    if (!announces || typeof content !== "string") continue;
    const event = recogniseEventType(content);
    if (event) found.push({ key, event });
    else if (announces === "certainly" ? saysSomething(content) : isEventName(content)) {
      found.push({ key, event: undefined });
    }
  }
  return found;
}

function isAnnouncement(key: string, value: unknown): boolean {
  return roleOf(key).announces !== undefined && recogniseEventType(value) !== undefined;
}

/** `"type": "webhook"` says nothing about which. */
function saysSomething(name: string): boolean {
  return !looksLikeJson(name) && !/^[\s._-]*(hapana|webhook|event|notification|[\s._-])*$/i.test(name.slice(0, 100));
}

/** `"topic": "booking.cancelled"` names an event that is none of the six; `"name": "Alex"` names none. */
function isEventName(name: string): boolean {
  return name.length <= 80 && /^[a-z]+(?:[._:/-][a-z]+|[A-Z][a-z]+)+$/.test(name);
}

function isIdentity(field: string): boolean {
  return field === "clientID" || field === "siteID";
}

function holdsClient(object: JsonObject): boolean {
  return Object.entries(object).some(([key, value]) => roleOf(key).field === "clientID" && isClient(value));
}

/** A `clientID` that identifies nobody must not stand in the way of one that does. */
function isNoClient(field: string | undefined, value: unknown): boolean {
  return field === "clientID" && !isClient(value);
}

function isClient(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && value.trim() !== "");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function looksLikeJson(value: string): boolean {
  return /^\s*[[{"]/.test(value) && /[\]}"]/.test(value.trimEnd().slice(-1));
}

function parseNested(value: string): unknown {
  if (!looksLikeJson(value)) return undefined;
  const parsed = parseText(value);
  return isProblem(parsed) ? undefined : parsed.value;
}

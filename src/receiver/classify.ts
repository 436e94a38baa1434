import { catalog, definitionOf, type EventType, eventTypes } from "../events/catalog";
import type { FieldIssue } from "../events/validate";
import type { Announcement } from "./announcements";
import { roleOf } from "./key-roles";
import type { OpenedEvent } from "./open-envelope";

/** Which event it is, by which rule, and what was odd about telling. */
export interface Recognised {
  readonly event: EventType;
  readonly rule: string;
  readonly issues: readonly FieldIssue[];
}

/** Why it cannot be told, in words. */
export interface NotRecognised {
  readonly reason: string;
}

export type Classification = Recognised | NotRecognised;

/**
 * Tells which event it is: by a known type written where a type belongs, else by the URL, else by a type written where one may be, else by
 * its fields where only one event has them. What has been undone is none.
 * @param opened the event, out of its envelope
 * @param urlType the event type in the URL, where there was one
 * @param outside what headers and the URL's query say
 * @returns the event type or the reason
 */
export function classify(
  { fields, announcements: inside, part }: OpenedEvent,
  urlType: EventType | undefined,
  outside: readonly Announcement[] = [],
): Classification {
  const announcements = outside.length > 0 ? [...outside, ...inside] : inside;
  // Most say nothing besides their URL.
  if (announcements.length === 0 && urlType && fields && !part) return byUrl[urlType];
  const undone = announcements.find((announcement) => undoes(announcement, urlType));
  if (!fields) return { reason: undone ? whyUndone(undone) : whyNobody };
  if (part?.contradiction !== undefined) return { reason: part.contradiction };
  if (undone) return { reason: whyUndone(undone) };
  const [first, ...others] = announcements.filter(isCertain);
  if (first) return { event: first.event, rule: ruleOf(first), issues: contradictions(first, others, urlType) };
  const foreign = announcements.find(({ says }) => says === "foreign");
  if (urlType) return foreign ? { ...byUrl[urlType], issues: [overruled(foreign)] } : byUrl[urlType];
  return classifyWithoutUrl(fields, announcements, foreign);
}

const byUrl = Object.fromEntries(
  eventTypes.map((event) => [event, { event, rule: "The URL names it.", issues: [] }]),
) as unknown as Readonly<Record<EventType, Recognised>>;

function classifyWithoutUrl(
  fields: Readonly<Record<string, unknown>>,
  announcements: readonly Announcement[],
  foreign: Announcement | undefined,
): Classification {
  const keys = Object.keys(fields);
  const telling = tellingIn(keys);
  const possible = announcements.find(isKnown);
  if (foreign?.isCertain && foreign.key.toLowerCase() !== "type") return { reason: whyForeign(foreign) };
  if (possible && telling.every((event) => event === possible.event))
    return { event: possible.event, rule: ruleOf(possible), issues: [] };
  if (foreign) return { reason: whyForeign(foreign) };
  return classifyByShape(keys, telling);
}

type Known = Announcement & { readonly event: EventType };

function isKnown(announcement: Announcement): announcement is Known {
  return announcement.says === "event" && announcement.event !== undefined;
}

function isCertain(announcement: Announcement): announcement is Known {
  return announcement.isCertain && isKnown(announcement);
}

/** Where a type belongs, whatever is undone is no event; where one may be, only what the URL asks for. */
function undoes({ says, event, isCertain }: Announcement, urlType: EventType | undefined): boolean {
  return says === "undone" && (isCertain || event === undefined || urlType === undefined || event === urlType);
}

const giveOwnUrl = "Give each webhook its own URL: the endpoint's path, a slash and the event type.";

/** Node-RED's debug sidebar shows the first 80 characters of a reason: they are to tell the most. */
const whyNobody =
  "There is no clientID in it that can be the event's own. Another person's is none, nor one of how things stood before. " +
  "If it is not only a test of the connection, ask Hapana to send the clientID.";

function whyUndone({ key, event }: Announcement): string {
  const what = event
    ? `What is written under "${key}" undoes or changes ${event}. It does not come out as one`
    : `"${key}" says that something was undone. It does not come out as an event`;
  return `${what}, because it must not open a door. If you need it, take it from the output unrecognised.`;
}

function whyForeign({ key }: Announcement): string {
  return `The type under "${key}" is none of the known events. If it is one of them under another name, its URL can say so. ${giveOwnUrl}`;
}

function ruleOf({ key, event }: Known): string {
  return `"${key}" says ${event}.`;
}

function contradictions(first: Known, others: readonly Known[], urlType: EventType | undefined): FieldIssue[] {
  const issues = others
    .filter(({ event }) => event !== first.event)
    .map(({ key, event }) => ({ field: key, problem: `says ${event}, but "${first.key}" says ${first.event}` }));
  if (urlType && urlType !== first.event) {
    issues.unshift({ field: first.key, problem: `says ${first.event}, but the URL says ${urlType}` });
  }
  return issues;
}

function overruled(foreign: Announcement): FieldIssue {
  return { field: foreign.key, problem: "names none of the known events, so the URL decided" };
}

const fieldsOfEvents = new Map<EventType, ReadonlySet<string>>(
  catalog.map(({ type, schema }) => [type, new Set(Object.keys(schema.shape))]),
);

const tellingFields: ReadonlyMap<string, EventType> = new Map(
  catalog.flatMap(({ type, tellingFields }) => tellingFields.map((name) => [name, type] as const)),
);

function tellingIn(keys: readonly string[]): EventType[] {
  const events: EventType[] = [];
  for (const key of keys) {
    const event = tellingFields.get(roleOf(key).field ?? "");
    if (event) events.push(event);
  }
  return events;
}

/** Two telling fields of one event and none of another; or a single one, where no field is foreign to that event. */
function classifyByShape(keys: readonly string[], telling: readonly EventType[]): Classification {
  const [event] = telling;
  if (!event) return { reason: ambiguous(keys) };
  const isOnlyOne = telling.every((other) => other === event);
  const allFit = () => keys.every((key) => fieldsOfEvents.get(event)?.has(roleOf(key).field ?? ""));
  if (isOnlyOne && (telling.length > 1 || allFit()))
    return { event, rule: "No other event has these fields.", issues: [] };
  return {
    reason: isOnlyOne
      ? untold(`a single one of ${titlesOf([event])} is too little beside others that it does not have`)
      : untold(`they belong to more than one (${titlesOf(telling)})`),
  };
}

function ambiguous(keys: readonly string[]): string {
  const names = keys.map((key) => roleOf(key).field).filter((name) => name !== undefined);
  const fitting = eventTypes.filter((type) => names.every((name) => fieldsOfEvents.get(type)?.has(name)));
  const fit = fitting.length === eventTypes.length ? "all events" : titlesOf(fitting);
  return untold(`none belongs to one event alone${fitting.length > 1 ? ` (they fit ${fit})` : ""}`);
}

function untold(why: string): string {
  return `It does not say which event it is. ${giveOwnUrl} Its fields do not tell: ${why}.`;
}

function titlesOf(events: readonly EventType[]): string {
  return [...new Set(events)].map((event) => definitionOf(event).title).join(", ");
}

import { catalog, definitionOf, type EventType, eventTypes } from "../events/catalog";
import { type SayingCode, saying } from "../events/sayings";
import type { FieldIssue } from "../events/validate";
import type { Announcement } from "./announcements";
import { roleOf } from "./key-roles";
import type { OpenedEvent } from "./open-envelope";

/** Which event it is, by which rule, and any contradictions. */
export interface Recognised {
  readonly event: EventType;
  readonly rule: string;
  readonly issues: readonly FieldIssue[];
}

/** Why it is unclear, as text. */
export interface NotRecognised {
  readonly reason: string;
}

export type Classification = Recognised | NotRecognised;

/**
 * Determines which event it is: by a known type in a type field, else by the URL, else by a type in a possible type field, else by
 * fields that only one event has. An event that was undone does not count.
 * @param opened the event, out of its envelope
 * @param urlType the event type in the URL, if any
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
  if (!fields) return { reason: undone ? whyUndone(undone) : saying("nobody") };
  if (part?.contradiction !== undefined) return { reason: part.contradiction };
  if (undone) return { reason: whyUndone(undone) };
  const [first, ...others] = announcements.filter(isCertain);
  if (first) return { event: first.event, rule: ruleOf(first), issues: contradictions(first, others, urlType) };
  const foreign = announcements.find(({ says }) => says === "foreign");
  if (urlType) return foreign ? { ...byUrl[urlType], issues: [overruled(foreign)] } : byUrl[urlType];
  return classifyWithoutUrl(fields, announcements, foreign);
}

const byUrl = Object.fromEntries(
  eventTypes.map((event) => [event, { event, rule: saying("urlNamesIt"), issues: [] }]),
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

/** In a type field, anything that is undone is not an event; in a possible one, only what the URL asks for. */
function undoes({ says, event, isCertain }: Announcement, urlType: EventType | undefined): boolean {
  return says === "undone" && (isCertain || event === undefined || urlType === undefined || event === urlType);
}

// Node-RED's debug sidebar shows the first 80 characters of a reason: they must say what matters most.
function whyUndone({ key, event }: Announcement): string {
  return event ? saying("undone", { key, event }) : saying("somethingUndone", { key });
}

function whyForeign({ key }: Announcement): string {
  return `${saying("foreign", { key })} ${saying("giveOwnUrl")}`;
}

function ruleOf({ key, event }: Known): string {
  return saying("keySays", { key, event });
}

function contradictions(first: Known, others: readonly Known[], urlType: EventType | undefined): FieldIssue[] {
  const issues = others
    .filter(({ event }) => event !== first.event)
    .map(({ key, event }) => ({
      field: key,
      problem: saying("keySaysOther", { event, key: first.key, other: first.event }),
    }));
  if (urlType && urlType !== first.event) {
    issues.unshift({ field: first.key, problem: saying("urlSaysOther", { event: first.event, other: urlType }) });
  }
  return issues;
}

function overruled(foreign: Announcement): FieldIssue {
  return { field: foreign.key, problem: saying("urlDecided") };
}

const fieldsOfEvents = new Map<EventType, ReadonlySet<string>>(
  catalog.map(({ type, fields }) => [type, new Set(Object.keys(fields))]),
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

/** Two telling fields of one event and none of another; or a single one, if no field is foreign to that event. */
function classifyByShape(keys: readonly string[], telling: readonly EventType[]): Classification {
  const [event] = telling;
  if (!event) return { reason: ambiguous(keys) };
  const isOnlyOne = telling.every((other) => other === event);
  const allFit = () => keys.every((key) => fieldsOfEvents.get(event)?.has(roleOf(key).field ?? ""));
  if (isOnlyOne && (telling.length > 1 || allFit())) return { event, rule: saying("onlyEvent"), issues: [] };
  return {
    reason: isOnlyOne ? untold("oneFieldOnly", [event]) : untold("fieldsOfSeveral", telling),
  };
}

function ambiguous(keys: readonly string[]): string {
  const names = keys.map((key) => roleOf(key).field).filter((name) => name !== undefined);
  const fitting = eventTypes.filter((type) => names.every((name) => fieldsOfEvents.get(type)?.has(name)));
  if (fitting.length === eventTypes.length) return untold("fieldsFitAll");
  return fitting.length > 1 ? untold("fieldsFit", fitting) : untold("fieldsFitNone");
}

function untold(why: SayingCode, events: readonly EventType[] = []): string {
  const titles = [...new Set(events)].map((event) => definitionOf(event).title).join(", ");
  return `${saying("notSaid")} ${saying("giveOwnUrl")} ${saying(why, { events: titles })}`;
}

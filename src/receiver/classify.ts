import { catalog, definitionOf, type EventType } from "../events/catalog";
import type { FieldIssue } from "../events/validate";
import { roleOf } from "./key-roles";
import type { Announcement, OpenedEvent } from "./open-envelope";

/** Which event it is and what was odd about telling; or, in words, why it cannot be told. */
export type Classification = { event: EventType; issues: FieldIssue[] } | { reason: string };

/**
 * Tells which event it is: by a known type written in the body, else by the URL, else by its fields where only one event
 * has them.
 * @param opened the event, out of its envelope
 * @param urlType the event type in the URL, where there was one
 * @returns the event type or the reason
 */
export function classify(opened: OpenedEvent, urlType: EventType | undefined): Classification {
  if (!opened.fields) return { reason: "There is no clientID in it, so it is not an event of a client." };
  const [first, ...others] = opened.announcements.filter(isKnown);
  if (first) return { event: first.event, issues: contradictions(first, others, urlType) };
  const foreign = opened.announcements[0];
  if (urlType) return { event: urlType, issues: foreign ? [overruled(foreign)] : [] };
  if (foreign) {
    return { reason: `The type under "${foreign.key}" is none of the events that Hapana documents.` };
  }
  return classifyByShape(opened.fields);
}

type KnownAnnouncement = Announcement & { event: EventType };

function isKnown(announcement: Announcement): announcement is KnownAnnouncement {
  return announcement.event !== undefined;
}

function contradictions(
  first: KnownAnnouncement,
  others: readonly KnownAnnouncement[],
  urlType: EventType | undefined,
): FieldIssue[] {
  const issues = others
    .filter(({ event }) => event !== first.event)
    .map(({ key, event }) => ({ field: key, problem: `says ${event}, but "${first.key}" says ${first.event}` }));
  if (urlType && urlType !== first.event) {
    issues.unshift({ field: first.key, problem: `says ${first.event}, but the URL says ${urlType}` });
  }
  return issues;
}

function overruled(foreign: Announcement): FieldIssue {
  return { field: foreign.key, problem: "names none of the events that Hapana documents, so the URL decided" };
}

const fieldsOfEvents = new Map<EventType, ReadonlySet<string>>(
  catalog.map(({ type, schema }) => [type, new Set(Object.keys(schema.shape))]),
);

/** The fields that exactly one event has, and which. */
const tellingFields: ReadonlyMap<string, EventType> = new Map(
  catalog.flatMap(({ type }) =>
    [...(fieldsOfEvents.get(type) ?? [])]
      .filter((name) => catalog.every((other) => other.type === type || !fieldsOfEvents.get(other.type)?.has(name)))
      .map((name) => [name, type] as const),
  ),
);

/** Two telling fields of one event and none of another; or a single one, where no field is foreign to that event. */
function classifyByShape(fields: Readonly<Record<string, unknown>>): Classification {
  const keys = Object.keys(fields);
  const telling = keys.map((key) => tellingFields.get(roleOf(key).field ?? "")).filter((event) => event !== undefined);
  const [event] = telling;
  if (!event) return { reason: ambiguous(keys) };
  const isOnlyOne = telling.every((other) => other === event);
  const allFit = keys.every((key) => fieldsOfEvents.get(event)?.has(roleOf(key).field ?? ""));
  if (isOnlyOne && (telling.length > 1 || allFit)) return { event, issues: [] };
  return { reason: "It does not say which event it is, and its fields are a mixture. Give each webhook its own URL." };
}

function ambiguous(keys: readonly string[]): string {
  const names = keys.map((key) => roleOf(key).field).filter((name) => name !== undefined);
  const fitting = catalog.filter(({ type }) => names.every((name) => fieldsOfEvents.get(type)?.has(name)));
  const titles = fitting.map(({ type }) => definitionOf(type).title).join(", ");
  return (
    `It does not say which event it is, and its fields fit ${titles ? `more than one (${titles})` : "none"}. ` +
    "Give each webhook its own URL: the endpoint's path, a slash and the event type."
  );
}

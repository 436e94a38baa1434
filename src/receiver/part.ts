import type { EventType } from "../events/catalog";
import { definitionOf } from "../events/catalog";
import { isEqual } from "../events/equal";
import { saying } from "../events/sayings";
import type { FieldIssue } from "../events/validate";
import { type Announcement, maxAnnouncements } from "./announcements";
import { isEnvelopeWord, isIdentity, isPersonal } from "./key-roles";

/** A field that was found. */
export interface Found {
  /** Its key, as written. */
  readonly key: string;
  readonly value: unknown;
}

/** What has been read of an event so far; parts of one event are merged. */
export interface Part {
  /** By Hapana's own names. */
  readonly fields: Map<string, Found>;
  /** Other members of its objects, by key: they pass through. */
  readonly others: Map<string, unknown>;
  /** Where its type is written, outermost first. */
  readonly announcements: Announcement[];
  /** What was ignored, or is doubtful. */
  readonly issues: FieldIssue[];
  /** Ignored fields that may be an envelope's or somebody else's: reported if the event turns out to lack them. */
  readonly doubtful: { readonly field: string; readonly from: string }[];
  /** Parts that belong to it if it turns out to be that event: inside a client, a key that names an event is only a nested object. */
  readonly ifEvent: { readonly event: EventType; readonly key: string; readonly part: Part }[];
  /** How it was read, rule by rule, as text. */
  readonly steps: string[];
  /** Whether its own words, such as a status, may be an envelope's. */
  hasEnvelopeWords: boolean;
  /** Why it is unclear whose event it is. */
  contradiction: string | undefined;
}

/** A part about which nothing is known yet. */
export function emptyPart(): Part {
  return {
    ...{ fields: new Map(), others: new Map(), announcements: [], issues: [], doubtful: [] },
    ...{ ifEvent: [], steps: [], hasEnvelopeWords: false, contradiction: undefined },
  };
}

/** The client of a part. */
export function clientOf({ fields }: Part): string | undefined {
  const client = fields.get("clientID");
  return client && String(client.value);
}

/** The fields besides the client and the site. */
export function eventFieldsOf({ fields }: Part): string[] {
  return [...fields.keys()].filter((field) => !isIdentity(field));
}

/** Whether it has more of an event than an envelope would. */
export function hasEventData(part: Part): boolean {
  return eventFieldsOf(part).some((field) => !isEnvelopeWord(field));
}

/** Which fields one part takes from another. */
export type Lending = (field: string) => boolean;

/** All of them. */
export const everything: Lending = () => true;
/** The client and the site. */
export const identityOnly: Lending = isIdentity;
/** The location. */
export const siteOnly: Lending = (field) => field === "siteID";
/** What can belong to nobody else, and to no envelope. */
export const unmistakable: Lending = (field) => isIdentity(field) || !(isPersonal(field) || isEnvelopeWord(field));

/**
 * Fills the gaps of a part. Its own values are never replaced; if the other part differs, that is reported.
 * @param part to be filled
 * @param other the source
 * @param from where the source is, for issues
 * @param lends which fields
 * @returns the fields that were filled
 */
export function fillGaps(part: Part, other: Part, from: string, lends: Lending = everything): string[] {
  const filled: string[] = [];
  for (const [field, found] of other.fields) {
    const own = part.fields.get(field);
    if (!lends(field)) {
      const isEnvelopesOwn = from === "" && isEnvelopeWord(field);
      if (!own && lends === unmistakable && !isEnvelopesOwn)
        part.doubtful.push({ field, from: placeWithin(from, found) });
    } else if (!own) {
      part.fields.set(field, found);
      filled.push(field);
    } else if (!saySame(own.value, found.value)) {
      part.issues.push({
        field: placeWithin(from, found),
        problem: saying("ownValue"),
      });
    }
  }
  part.issues.push(...other.issues);
  part.doubtful.push(...other.doubtful);
  return filled;
}

/** How a place in the body is called in an issue. */
export function placeOf(key: string): string {
  return key === "" ? '""' : key;
}

/** The same, for a field inside something. */
export function placeWithin(from: string, { key }: Found): string {
  return from === "" ? placeOf(key) : `${placeOf(from)}.${key}`;
}

/** Takes over another part's members that are not fields. */
export function takeOthers(part: Part, other: Part): void {
  for (const [key, value] of other.others) if (!part.others.has(key)) part.others.set(key, value);
}

/** Adds further places where the type is written. */
export function announce(part: Part, announcements: readonly Announcement[], place: "before" | "behind"): void {
  const room = maxAnnouncements - part.announcements.length;
  if (room <= 0) return;
  const added = announcements.slice(0, room);
  if (place === "before") part.announcements.unshift(...added);
  else part.announcements.push(...added);
}

/** Whether two values of a field are equal: an identifier's digits may come as a number. */
export function saySame(one: unknown, other: unknown): boolean {
  return isEqual(one, other) || (isScalar(one) && isScalar(other) && String(one) === String(other));
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

/** A part's fields under their keys as written, and what was left out of it. */
interface Assembled {
  readonly fields: Record<string, unknown>;
  readonly issues: readonly FieldIssue[];
}

/**
 * Merges everything that belongs to a part, once it is known which event it is.
 * @param part what was read
 * @param event which event it is, if known
 */
export function assemble(part: Part, event: EventType | undefined): Assembled {
  const inside = part.ifEvent.filter((each) => each.event === event);
  if (inside.length === 0) return { fields: fieldsOf(part, event), issues: issuesOf(part, event) };
  const whole: Part = {
    ...{ ...part, fields: new Map(part.fields), others: new Map(part.others) },
    ...{ issues: [...part.issues], doubtful: [...part.doubtful] },
  };
  for (const { key, part: inner } of inside) {
    fillGaps(whole, inner, key);
    takeOthers(whole, inner);
    whole.others.delete(key);
  }
  return { fields: fieldsOf(whole, event), issues: issuesOf(whole, event) };
}

function issuesOf({ fields, issues, doubtful }: Part, event: EventType | undefined): readonly FieldIssue[] {
  if (event === undefined || doubtful.length === 0) return issues;
  const { fields: known } = definitionOf(event);
  const lacking = doubtful.filter(({ field }) => field in known && !fields.has(field));
  return issues.concat(lacking.map(({ from }) => ({ field: from, problem: saying("maybeEnvelopes") })));
}

function fieldsOf(part: Part, event: EventType | undefined): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [field, { key, value }] of part.fields) {
    const isWord = part.hasEnvelopeWords && isEnvelopeWord(field);
    if (!isWord || (event && field in definitionOf(event).fields)) fields[key] = value;
  }
  for (const [key, value] of part.others) if (key !== "__proto__" && !Object.hasOwn(fields, key)) fields[key] = value;
  return fields;
}

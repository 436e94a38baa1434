import { saying } from "../events/sayings";
import { readTypeName } from "../events/type-name";
import { type Announcement, isOfEvent } from "./announcements";
import { type Holding, isEnvelopeWord, isPersonal, type KeyRole, roleOf } from "./key-roles";
import {
  announce,
  clientOf,
  eventFieldsOf,
  everything,
  fillGaps,
  hasEventData,
  identityOnly,
  type Lending,
  type Part,
  placeOf,
  placeWithin,
  siteOnly,
  takeOthers,
  unmistakable,
} from "./part";
import type { Around } from "./surroundings";
import { type JsonObject, unfold } from "./written-json";

/** One event among several, or the only one. */
export interface Item {
  part: Part;
  body: unknown;
  around: Around | undefined;
}

/** The result of reading a value: one part of an event, or several events. */
export type Reading =
  | { readonly kind: "one"; readonly part: Part }
  | { readonly kind: "several"; readonly items: Item[] };

/** Something inside an object. */
export interface Child {
  readonly key: string;
  readonly value: unknown;
  readonly role: KeyRole;
}

/** The result of reading it. */
export interface ReadChild extends Child {
  readonly reading: Reading;
}

/** What several events may share: longer values would be stored once for each of them. */
const longestShared = 200;

/** Which of several clients is the event's: the current state first, then the one that a key names; unknown keys last. */
export const ranks: Readonly<Partial<Record<Holding, number>>> = {
  now: 5,
  event: 4,
  envelope: 3,
  client: 2,
  somebody: 1.5,
};
export const rankOf = ({ role }: Pick<Child, "role">): number => ranks[role.holds] ?? 1;

/** @returns whether all of it was taken */
export function takeInside(part: Part, { key, role, reading }: ReadChild, isBare: boolean): boolean {
  if (reading.kind !== "one") return false;
  const inner = reading.part;
  if (isOfAnother(inner, part)) {
    part.issues.push(ofAnother(key));
    return false;
  }
  if (role.event) {
    if (!isBare) {
      part.ifEvent.push({ event: role.event, key, part: inner });
      return false;
    }
    announce(part, [{ key, says: "event", event: role.event, isCertain: false }], "behind");
  }
  const issues = part.issues.length;
  const isPlace = role.holds === "place" && clientOf(inner) === undefined;
  const filled = fillFrom(part, inner, { key, role }, isPlace ? siteOnly : everything);
  if (filled.length > 0) part.steps.push(saying("filledFromInside", { key, fields: filled.join(", ") }));
  // What is inside an event of its own says nothing about it; nor does a client of the event.
  if (isBare && (role.holds === "now" || role.holds === "envelope"))
    announce(part, inner.announcements.map(lessCertain), "behind");
  if (part.issues.length > issues || isPlace) return false;
  takeOthers(part, inner);
  return true;
}

/** Fills gaps from what is under a key; a person who is not marked as the client may be somebody else. */
export function fillFrom(
  part: Part,
  other: Part,
  { key, role }: Pick<Child, "key" | "role">,
  lends: Lending,
): string[] {
  const filled = fillGaps(part, other, key, lends);
  const personal = filled.filter(isPersonal);
  if (role.holds === "somebody" && clientOf(other) === undefined && personal.length > 0)
    part.issues.push({
      field: placeOf(key),
      problem: saying("maybeSomebodyElse", { fields: personal.join(", ") }),
    });
  return filled;
}

/** What is under keys that say it was undone, as in `{"checkInCancelled": {…}}`; beside an event, only if one is named. */
export function undoneAmong(children: readonly Child[], isBesideEvent: boolean): Announcement[] {
  const undone = children.filter(({ value, role }) => role.holds === "undone" && isFull(value));
  return undone.flatMap(({ key }): Announcement[] => {
    const event = readTypeName(key)?.event;
    return event || !isBesideEvent ? [{ key, says: "undone", event, isCertain: true }] : [];
  });
}

function isFull(value: unknown): boolean {
  return Object.keys(unfold(value) ?? {}).length > 0;
}

/** Inside a client, a type may belong to a nested object: the URL has priority. */
function lessCertain(announcement: Announcement): Announcement {
  return { ...announcement, isCertain: false };
}

export function withAnnouncement({ key, role }: Child, items: Item[]): Item[] {
  const { event } = role;
  if (event) for (const { part } of items) announce(part, [{ key, says: "event", event, isCertain: true }], "before");
  return items;
}

/** Several events share whatever is short in what surrounds them. */
export function lendToAll(lender: Part, items: Item[], object: JsonObject, key: string): Reading & { kind: "several" } {
  const lends = lendingOf(lender);
  const fields = [...lender.fields];
  const lent = fields.filter(([field, { value }]) => isBrief(value) && lends(field));
  const doubtful = fields
    .filter((each) => !lent.includes(each) && !isEnvelopeWord(each[0]))
    .map(([field, found]) => ({ field, from: placeWithin("", found) }));
  const surroundings = new Map<Around | undefined, Around>();
  for (const item of items) {
    for (const [field, found] of lent) if (!item.part.fields.has(field)) item.part.fields.set(field, found);
    item.part.doubtful.push(...doubtful);
    announce(item.part, lender.announcements, "before");
    const around = surroundings.get(item.around) ?? { object, key, inner: item.around };
    surroundings.set(item.around, around);
    item.around = around;
  }
  return { kind: "several", items };
}

function isBrief(value: unknown): boolean {
  return typeof value === "string" ? value.length <= longestShared : typeof value !== "object";
}

/** What something beside or around the event contributes. */
export function lendingFrom({ holds }: KeyRole, isKnown: boolean): Lending {
  if (holds === "description") return identityOnly;
  if (holds === "place") return siteOnly;
  return isKnown ? everything : unmistakable;
}

/** What an envelope contributes: everything, if it has much of an event; otherwise only what cannot be its own. */
function lendingOf(part: Part): Lending {
  return hasEventData(part) && eventFieldsOf(part).length > 1 ? everything : unmistakable;
}

type CoreChild = ReadChild & { readonly reading: { readonly kind: "one"; readonly part: Part } };

export function putTogether(own: Part, core: CoreChild, beside: readonly ReadChild[]): Part {
  const { part } = core.reading;
  // The client's own type or name says nothing about the event.
  const isPerson = core.role.holds === "client" || core.role.holds === "somebody";
  if (isPerson) part.announcements.splice(0, Infinity, ...part.announcements.filter(saysTypeOnly));
  part.steps.push(saying("clientUnder", { key: core.key }));
  if (core.role.event)
    announce(part, [{ key: core.key, says: "event", event: core.role.event, isCertain: true }], "before");
  for (const child of [...beside].sort((one, other) => rankOf(other) - rankOf(one))) takeBeside(part, core, child);
  fillGaps(part, own, "", isPerson ? everything : lendingOf(own));
  if (isPerson && eventFieldsOf(own).length > 0) takeOthers(part, own);
  announce(part, own.announcements, "before");
  return part;
}

function saysTypeOnly({ key }: Announcement): boolean {
  return roleOf(key).announces === "certainly" || roleOf(key).event !== undefined;
}

function takeBeside(part: Part, core: CoreChild, { key, role, reading }: ReadChild): void {
  if (reading.kind !== "one") return;
  const other = reading.part;
  if (isOfAnother(other, part)) {
    // If two are equally likely, it is unclear which one it is about.
    if (rankOf({ role }) === rankOf(core)) part.contradiction = saying("twoClients", { other: core.key, key });
    else part.issues.push(ofAnother(key));
    return;
  }
  if (role.event && !hasClient(reading))
    announce(part, [{ key, says: "event", event: role.event, isCertain: true }], "behind");
  else if (role.holds === "envelope") announce(part, other.announcements.filter(isOfEvent), "behind");
  const isKnown = rankOf({ role }) > 1 || role.holds === "thing" || hasClient(reading);
  const filled = fillFrom(part, other, { key, role }, hasClient(reading) ? everything : lendingFrom(role, isKnown));
  if (filled.length > 0) part.steps.push(saying("filledFromBeside", { key, fields: filled.join(", ") }));
  if (isKnown) takeOthers(part, other);
  else if (filled.length > 0 && role.holds !== "place")
    part.issues.push({
      field: placeOf(key),
      problem: saying("notCustomary", { fields: filled.join(", ") }),
    });
}

export function isOfAnother(other: Part, part: Part): boolean {
  const client = clientOf(other);
  return client !== undefined && client !== clientOf(part);
}

function ofAnother(key: string): { field: string; problem: string } {
  return { field: placeOf(key), problem: saying("ofAnotherClient") };
}

export function hasClient(reading: Reading): boolean {
  if (reading.kind === "one") return clientOf(reading.part) !== undefined;
  return reading.items.some(({ part }) => clientOf(part) !== undefined);
}

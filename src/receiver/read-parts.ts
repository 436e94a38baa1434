import { readTypeName } from "../events/type-name";
import { type Announcement, describedIn, isOfEvent, mostAnnouncements, readAnnouncement } from "./announcements";
import { type Holding, isEnvelopeWord, isPersonal, type KeyRole, roleOf } from "./key-roles";
import {
  announce,
  clientOf,
  emptyPart,
  eventFieldsOf,
  everything,
  type Found,
  fillGaps,
  hasEventData,
  identityOnly,
  type Lending,
  type Part,
  placeOf,
  placeWithin,
  saySame,
  siteOnly,
  takeOthers,
  unmistakable,
} from "./part";
import type { Around } from "./surroundings";
import { isObject, isOpenable, type JsonObject, unfold } from "./written-json";

/** One event among several, or the only one. */
export interface Item {
  part: Part;
  body: unknown;
  around: Around | undefined;
}

/** What was read of a value: one part of an event, or several events. */
type Reading = { readonly kind: "one"; readonly part: Part } | { readonly kind: "several"; readonly items: Item[] };

/** Something inside an object. */
interface Child {
  readonly key: string;
  readonly value: unknown;
  readonly role: KeyRole;
}

/** What was read of it. */
interface ReadChild extends Child {
  readonly reading: Reading;
}

const deepest = 10;

/** What several events may share: what is longer would be stored once for each of them. */
const longestShared = 200;

/**
 * Reads a body: each object once, from the inside out.
 * @param body the parsed body
 * @returns the events in it; one without a client where there is none
 */
export function readBody(body: unknown): Item[] {
  const reading = readValue(body, 0);
  const items = reading?.kind === "several" ? reading.items : [];
  if (items.some(({ part }) => clientOf(part) !== undefined)) return items;
  const [first] = items;
  const part = reading?.kind === "one" ? reading.part : (first?.part ?? emptyPart());
  return [{ part, body, around: undefined }];
}

function readValue(value: unknown, depth: number): Reading | undefined {
  if (depth > deepest) return undefined;
  const unfolded = unfold(value);
  if (unfolded === undefined) return undefined;
  return Array.isArray(unfolded) ? readList(unfolded, depth) : readObject(unfolded as JsonObject, depth);
}

function readList(list: readonly unknown[], depth: number): Reading | undefined {
  const openable = list.length === 1 ? list : list.filter(isOpenable);
  if (openable.length === 1) return readValue(openable[0], depth + 1);
  const readings = list.map((item) => readValue(item, depth + 1));
  if (!readings.some(hasFields)) return undefined;
  const items = readings.flatMap((reading, index): Item[] => {
    if (reading?.kind === "several") return reading.items;
    return [{ part: reading?.part ?? emptyPart(), body: list[index], around: undefined }];
  });
  return { kind: "several", items };
}

function hasFields(reading: Reading | undefined): boolean {
  return reading?.kind === "several" || (reading !== undefined && reading.part.fields.size > 0);
}

function readObject(object: JsonObject, depth: number): Reading | undefined {
  const { part, children } = readOwn(object);
  if (clientOf(part) !== undefined) return readClient(part, children, depth + 1);
  const reading = readAround(part, children, object, depth + 1);
  const isNothing = reading.kind === "one" && reading.part.fields.size === 0 && reading.part.announcements.length === 0;
  return isNothing ? undefined : reading;
}

/** What stands in an object itself, and what may be found inside it. */
function readOwn(object: JsonObject): { part: Part; children: Child[] } {
  const part = emptyPart();
  const children: Child[] = [];
  const isOfClient = holdsClient(object);
  for (const key of Object.keys(object)) {
    const value = object[key];
    const role = roleOf(key);
    const announcement = role.field && isOfClient ? undefined : readAnnouncement(key, value, role);
    if (announcement && part.announcements.length < mostAnnouncements) part.announcements.push(announcement);
    if (announcement?.says === "event" && !role.field) continue;
    if (isField(value, role, isOfClient)) addField(part, role.field, { key, value });
    else if (isOpenable(value) && !(role.field && isOfClient)) children.push({ key, value, role });
    else if (!role.field) part.others.set(key, value);
  }
  return { part, children };
}

/** A `clientID` that identifies nobody must not stand in the way of one that does; nor what holds the event, as a message of a queue. */
function isField(value: unknown, role: KeyRole, isOfClient: boolean): boolean {
  if (!role.field || (role.field === "clientID" && !isClient(value))) return false;
  if (isOfClient) return true;
  return !(isObject(value) && holdsClient(value)) && !(role.holds === "envelope" && isOpenable(value));
}

function addField(part: Part, field: string | undefined, found: Found): void {
  if (field === undefined) return;
  const earlier = part.fields.get(field);
  if (!earlier || (found.key === field && earlier.key !== field)) part.fields.set(field, found);
  const other = earlier && (part.fields.get(field) === found ? earlier : found);
  if (other && !saySame(other.value, part.fields.get(field)?.value))
    part.issues.push({ field: other.key, problem: "was left out: the same field stands there in another spelling" });
}

/** What is inside a client and may fill its gaps. */
const inside: ReadonlySet<Holding> = new Set(["now", "event", "envelope", "client", "somebody", "place"] as const);

/** The object that has its own client is the event: what is inside it only fills gaps. */
function readClient(part: Part, children: readonly Child[], depth: number): Reading {
  const isBare = !hasEventData(part);
  const own = new Map(part.others);
  if (isBare) part.others.clear();
  const unknown: Child[] = [];
  let isFilled = false;
  const passOn = ({ key, value }: Child) => (isBare ? own : part.others).set(key, value);
  for (const child of children) {
    const { holds } = child.role;
    if (holds === "description") announce(part, describedIn(unfold(child.value)), "behind");
    if (!inside.has(holds)) {
      if (holds === "unknown" && isBare) unknown.push(child);
      else passOn(child);
      continue;
    }
    const reading = readValue(child.value, depth);
    if (reading?.kind !== "one" || !takeInside(part, { ...child, reading }, isBare)) passOn(child);
    else isFilled ||= reading.part.fields.size > 0;
  }
  if (isBare && !isFilled) isFilled = takeUnknown(part, unknown, depth, passOn);
  else for (const each of unknown) passOn(each);
  if (isBare) announce(part, undoneAmong(children, isFilled), "behind");
  if (isBare && isFilled) part.hasEnvelopeWords = true;
  else if (isBare) for (const [key, value] of own) part.others.set(key, value);
  return { kind: "one", part };
}

/** @returns whether it was taken in whole */
function takeInside(part: Part, { key, role, reading }: ReadChild, isBare: boolean): boolean {
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
  if (filled.length > 0) part.steps.push(`"${key}" is inside it and filled ${filled.join(", ")}.`);
  // Of an event of its own, what is inside it says nothing; nor does a client of the event.
  if (isBare && (role.holds === "now" || role.holds === "envelope"))
    announce(part, inner.announcements.map(lessCertain), "behind");
  if (part.issues.length > issues || isPlace) return false;
  takeOthers(part, inner);
  return true;
}

/** Fills gaps from what stands under a key; somebody who is not said to be the client may be another. */
function fillFrom(part: Part, other: Part, { key, role }: Pick<Child, "key" | "role">, lends: Lending): string[] {
  const filled = fillGaps(part, other, key, lends);
  const personal = filled.filter(isPersonal);
  if (role.holds === "somebody" && clientOf(other) === undefined && personal.length > 0)
    part.issues.push({
      field: placeOf(key),
      problem: `may be somebody else; ${personal.join(", ")} came from there`,
    });
  return filled;
}

/** What stands under keys that say it was undone, as `{"checkInCancelled": {…}}`; beside an event, only where one is named. */
function undoneAmong(children: readonly Child[], isBesideEvent: boolean): Announcement[] {
  const undone = children.filter(({ value, role }) => role.holds === "undone" && isFull(value));
  return undone.flatMap(({ key }): Announcement[] => {
    const event = readTypeName(key)?.event;
    return event || !isBesideEvent ? [{ key, says: "undone", event, isCertain: true }] : [];
  });
}

function isFull(value: unknown): boolean {
  return Object.keys(unfold(value) ?? {}).length > 0;
}

/** Inside a client, a type may be a nested object's: the URL goes before it. */
function lessCertain(announcement: Announcement): Announcement {
  return { ...announcement, isCertain: false };
}

/** Where an object has nothing but its client, and only a key that nobody has heard of holds more. */
function takeUnknown(part: Part, children: readonly Child[], depth: number, passOn: (child: Child) => void): boolean {
  let isFilled = false;
  for (const child of children) {
    const reading = readValue(child.value, depth);
    const inner = reading?.kind === "one" && !isOfAnother(reading.part, part) ? reading.part : undefined;
    const filled = inner ? fillGaps(part, inner, child.key, children.length === 1 ? everything : unmistakable) : [];
    if (!inner || filled.length === 0) {
      passOn(child);
      continue;
    }
    isFilled = true;
    takeOthers(part, inner);
    part.issues.push({
      field: placeOf(child.key),
      problem: "is no customary place for an event's fields; they were taken from there",
    });
  }
  return isFilled;
}

/** Which of several clients is the event's: how it stands now before all, then what a key names; the unheard-of last. */
const ranks: Readonly<Partial<Record<Holding, number>>> = { now: 5, event: 4, envelope: 3, client: 2, somebody: 2 };
const rankOf = ({ role }: Child): number => ranks[role.holds] ?? 1;

const neverTheEvent: ReadonlySet<Holding> = new Set(["anotherPerson", "anotherTime", "undone"] as const);

/** An object without a client of its own: one inside it is the event, and what stands beside that is put together with it. */
function readAround(part: Part, children: readonly Child[], object: JsonObject, depth: number): Reading {
  const read = children.flatMap((child): ReadChild[] => {
    if (neverTheEvent.has(child.role.holds)) return [];
    const reading = child.role.holds === "related" ? readRelated(child.value, depth) : readValue(child.value, depth);
    if (reading) return [{ ...child, reading }];
    return [];
  });
  for (const child of children) {
    if (child.role.holds === "description") announce(part, describedIn(unfold(child.value)), "behind");
    keepUnread(part, child, read);
  }
  const withClient = read.filter(({ reading }) => hasClient(reading));
  if (withClient.length === 0) {
    announce(part, undoneAmong(children, false), "behind");
    return readWithoutClient(part, read, object);
  }
  const best = Math.max(...withClient.map(rankOf));
  const first = withClient.filter((child) => rankOf(child) === best);
  const beside = read.filter((child) => !first.includes(child));
  const isSeveral =
    first.some(({ reading }) => reading.kind === "several") || (best === ranks.event && first.length > 1);
  if (isSeveral) return readSeveral(part, first, beside, object);
  const [core, ...others] = first;
  if (core?.reading.kind !== "one") return { kind: "one", part };
  const whole = putTogether(part, { ...core, reading: core.reading }, [...others, ...beside]);
  if (!core.role.event) announce(whole, undoneAmong(children, hasEventData(whole)), "behind");
  return { kind: "one", part: whole };
}

/** What may be a field, and turned out to hold no event, is the field. */
function keepUnread(part: Part, child: Child, read: readonly ReadChild[]): void {
  const { key, value, role } = child;
  if (role.field && !read.some((each) => each.key === key && hasFields(each.reading)))
    addField(part, role.field === "clientID" ? undefined : role.field, { key, value });
  else if (neverTheEvent.has(role.holds) || !read.some((each) => each.key === key)) part.others.set(key, value);
}

/** Things beside the event count where they tell of one client only. */
function readRelated(value: unknown, depth: number): Reading | undefined {
  const reading = readValue(value, depth);
  if (reading?.kind !== "several") return reading;
  const parts = reading.items.map(({ part }) => part).filter((part) => clientOf(part) !== undefined);
  const [first] = parts;
  return first && parts.length === 1 ? { kind: "one", part: first } : undefined;
}

function readWithoutClient(part: Part, read: readonly ReadChild[], object: JsonObject): Reading {
  const isBare = !hasEventData(part);
  const [list, ...otherLists] = read.filter(
    ({ reading, role }) => reading.kind === "several" && rankOf({ role } as Child) > 2,
  );
  if (list?.reading.kind === "several" && otherLists.length === 0)
    return lendToAll(part, withAnnouncement(list, list.reading.items), object, list.key);
  for (const { key, role, reading } of read) {
    if (reading.kind !== "one") continue;
    const isUnknown = role.holds === "unknown";
    if (role.holds === "related") continue;
    fillFrom(part, reading.part, { key, role }, lendingFrom(role, !isUnknown || (isBare && read.length === 1)));
    if (role.event) announce(part, [{ key, says: "event", event: role.event, isCertain: true }], "behind");
    if (role.holds === "description" || role.holds === "place") continue;
    if (!isUnknown || isBare) announce(part, reading.part.announcements, "behind");
    takeOthers(part, reading.part);
  }
  return { kind: "one", part };
}

function readSeveral(
  part: Part,
  first: readonly ReadChild[],
  beside: readonly ReadChild[],
  object: JsonObject,
): Reading {
  for (const { key, role, reading } of beside) {
    if (reading.kind !== "one" || hasClient(reading)) continue;
    if (rankOf({ role } as Child) > 1) fillGaps(part, reading.part, key);
  }
  const items = first.flatMap((child): Item[] => {
    const { key, value, reading } = child;
    const inside: Item[] =
      reading.kind === "several" ? reading.items : [{ part: reading.part, body: value, around: undefined }];
    return lendToAll(part, withAnnouncement(child, inside), object, key).items;
  });
  return { kind: "several", items };
}

function withAnnouncement({ key, role }: Child, items: Item[]): Item[] {
  const { event } = role;
  if (event) for (const { part } of items) announce(part, [{ key, says: "event", event, isCertain: true }], "before");
  return items;
}

/** Several events share what is brief of what is around them. */
function lendToAll(lender: Part, items: Item[], object: JsonObject, key: string): Reading & { kind: "several" } {
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

/** What something beside the event, or around it, lends. */
function lendingFrom({ holds }: KeyRole, isKnown: boolean): Lending {
  if (holds === "description") return identityOnly;
  if (holds === "place") return siteOnly;
  return isKnown ? everything : unmistakable;
}

/** What an envelope lends: all it has, where that is much of an event; else only what can be nothing of its own. */
function lendingOf(part: Part): Lending {
  return hasEventData(part) && eventFieldsOf(part).length > 1 ? everything : unmistakable;
}

type CoreChild = ReadChild & { readonly reading: { readonly kind: "one"; readonly part: Part } };

function putTogether(own: Part, core: CoreChild, beside: readonly ReadChild[]): Part {
  const { part } = core.reading;
  // What a client's own type or name is, says nothing of the event.
  const isPerson = core.role.holds === "client" || core.role.holds === "somebody";
  if (isPerson) part.announcements.splice(0, Infinity, ...part.announcements.filter(saysTypeOnly));
  part.steps.push(`The client is under "${core.key}".`);
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
    // Of two that are as good, nobody can tell which one it is about.
    if (rankOf({ role } as Child) === rankOf(core))
      part.contradiction = `It tells of two clients, under "${core.key}" and under "${key}", and not which of them it is about.`;
    else part.issues.push(ofAnother(key));
    return;
  }
  if (role.event && !hasClient(reading))
    announce(part, [{ key, says: "event", event: role.event, isCertain: true }], "behind");
  else if (role.holds === "envelope") announce(part, other.announcements.filter(isOfEvent), "behind");
  const isKnown = rankOf({ role } as Child) > 1 || role.holds === "thing" || hasClient(reading);
  const filled = fillFrom(part, other, { key, role }, hasClient(reading) ? everything : lendingFrom(role, isKnown));
  if (filled.length > 0) part.steps.push(`"${key}" stands beside it and filled ${filled.join(", ")}.`);
  if (isKnown) takeOthers(part, other);
  else if (filled.length > 0 && role.holds !== "place")
    part.issues.push({
      field: placeOf(key),
      problem: `is no customary place for an event's fields; ${filled.join(", ")} came from there`,
    });
}

function isOfAnother(other: Part, part: Part): boolean {
  const client = clientOf(other);
  return client !== undefined && client !== clientOf(part);
}

function ofAnother(key: string): { field: string; problem: string } {
  return { field: placeOf(key), problem: "tells of another client, so it was left out" };
}

function hasClient(reading: Reading): boolean {
  if (reading.kind === "one") return clientOf(reading.part) !== undefined;
  return reading.items.some(({ part }) => clientOf(part) !== undefined);
}

function holdsClient(object: JsonObject): boolean {
  return Object.keys(object).some((key) => roleOf(key).field === "clientID" && isClient(object[key]));
}

/** Whether a value can identify a client. */
export function isClient(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && value.trim() !== "");
}

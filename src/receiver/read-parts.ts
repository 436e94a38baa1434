import { saying } from "../events/sayings";
import { describedIn, maxAnnouncements, readAnnouncement } from "./announcements";
import { type Holding, type KeyRole, roleOf } from "./key-roles";
import {
  announce,
  clientOf,
  emptyPart,
  everything,
  type Found,
  fillGaps,
  hasEventData,
  type Part,
  placeOf,
  saySame,
  takeOthers,
  unmistakable,
} from "./part";
import {
  type Child,
  fillFrom,
  hasClient,
  type Item,
  isOfAnother,
  lendingFrom,
  lendToAll,
  putTogether,
  type ReadChild,
  type Reading,
  rankOf,
  ranks,
  takeInside,
  undoneAmong,
  withAnnouncement,
} from "./put-together";
import { isObject, isOpenable, type JsonObject, unfold } from "./written-json";

const maxDepth = 10;

/**
 * Reads a body: each object once, from the inside out.
 * @param body the parsed body
 * @returns the events in it; one without a client if there is none
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
  if (depth > maxDepth) return undefined;
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

/** What an object contains itself, and what may be found inside it. */
function readOwn(object: JsonObject): { part: Part; children: Child[] } {
  const part = emptyPart();
  const children: Child[] = [];
  const isOfClient = holdsClient(object);
  for (const key of Object.keys(object)) {
    const value = object[key];
    const role = roleOf(key);
    const announcement = role.field && isOfClient ? undefined : readAnnouncement(key, value, role);
    if (announcement && part.announcements.length < maxAnnouncements) part.announcements.push(announcement);
    if (announcement?.says === "event" && !role.field) continue;
    if (isField(value, role, isOfClient)) addField(part, role.field, { key, value });
    else if (isOpenable(value) && !(role.field && isOfClient)) children.push({ key, value, role });
    else if (!role.field) part.others.set(key, value);
  }
  return { part, children };
}

/** A `clientID` that identifies nobody must not hide one that does; nor must an object around the event, such as a queue's message. */
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
    part.issues.push({ field: other.key, problem: saying("otherSpelling") });
}

/** Inside a client: may fill its gaps. */
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

/** An object that has only its client, while a single unknown key has more. */
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
      problem: saying("notCustomary", { fields: filled.join(", ") }),
    });
  }
  return isFilled;
}

const neverTheEvent: ReadonlySet<Holding> = new Set(["anotherPerson", "anotherTime", "undone"] as const);

/** An object without its own client: one inside it is the event, and what is beside that is merged with it. */
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

/** What might be a field, and turned out to contain no event, is the field. */
function keepUnread(part: Part, child: Child, read: readonly ReadChild[]): void {
  const { key, value, role } = child;
  if (role.field && !read.some((each) => each.key === key && hasFields(each.reading)))
    addField(part, role.field === "clientID" ? undefined : role.field, { key, value });
  else if (neverTheEvent.has(role.holds) || !read.some((each) => each.key === key)) part.others.set(key, value);
}

/** Things beside the event count only if they are about the same client. */
function readRelated(value: unknown, depth: number): Reading | undefined {
  const reading = readValue(value, depth);
  if (reading?.kind !== "several") return reading;
  const parts = reading.items.map(({ part }) => part).filter((part) => clientOf(part) !== undefined);
  const [first] = parts;
  return first && parts.length === 1 ? { kind: "one", part: first } : undefined;
}

function readWithoutClient(part: Part, read: readonly ReadChild[], object: JsonObject): Reading {
  const isBare = !hasEventData(part);
  const [list, ...otherLists] = read.filter(({ reading, role }) => reading.kind === "several" && rankOf({ role }) > 2);
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
    if (rankOf({ role }) > 1) fillGaps(part, reading.part, key);
  }
  const items = first.flatMap((child): Item[] => {
    const { key, value, reading } = child;
    const inside: Item[] =
      reading.kind === "several" ? reading.items : [{ part: reading.part, body: value, around: undefined }];
    return lendToAll(part, withAnnouncement(child, inside), object, key).items;
  });
  return { kind: "several", items };
}

/** Whether it has its own client. */
export function holdsClient(object: JsonObject): boolean {
  return Object.keys(object).some((key) => roleOf(key).field === "clientID" && isClient(object[key]));
}

/** Whether a value can identify a client. */
export function isClient(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && value.trim() !== "");
}

import { catalog, type EventType } from "./catalog";
import { fold } from "./fold";

/**
 * The meaning of a name in a type field: one of the events; one that is undone or changed, as in `"checkIn.cancelled"`; only
 * that something is undone, as in `"deleted"`; or one with additional words that make it something else, as in `"General Check-
 * In"`: unknown words, or only words that the events themselves use (`"membership purchase"`).
 */
export type TypeName =
  | { readonly kind: "event"; readonly event: EventType }
  | { readonly kind: "undone"; readonly event: EventType | undefined }
  | { readonly kind: "variant"; readonly event: EventType; readonly isStrange: boolean };

const longestName = 80;
const maxWords = 12;

/** Words around a name that do not change its meaning. */
const neutralWords = new Set(
  ["hapana", "webhook", "event", "notification", "callback", "hook", "on", "urn", "com", "io", "net", "org", "api"]
    .concat([
      "created",
      "create",
      "added",
      "completed",
      "complete",
      "occurred",
      "received",
      "recorded",
      "triggered",
      "fired",
      "new",
    ])
    .concat(["success", "successful", "succeeded", "delivered", "sent", "live", "production"])
    .map(singular),
);

/** Words that undo what has happened, in any form: on their own, they undo whatever they are attached to. */
const undoing = beginning(
  ...["cancel", "delet", "deny", "deni", "reject", "refund", "void", "revers", "revert", "undo", "undid", "remov"],
  ...["revok", "declin", "refus", "fail", "chargedback", "chargeback", "retract", "rescind", "annul", "anul", "nullif"],
  ...["forbid", "disallow", "unauthori", "eras", "destroy", "purg", "terminat", "storn", "supprim", "elimin", "withdr"],
);

/** Words that change the meaning of a name next to them. */
const changing = beginning(
  ...["updat", "chang", "modif", "edit", "correct", "adjust", "amend", "merg", "restor", "reopen", "transfer"],
  ...["expir", "abort", "abandon", "block", "invalid", "disput", "pend", "attempt", "request", "schedul"],
  ...["draft", "remind", "preview", "test", "sandbox", "sampl", "demo", "dummy", "ping", "stop", "error"],
  ...["timeout", "archiv", "suspend", "paus", "hold", "held", "duplicat", "roll(?:ed)?back", "unsuccess"],
  ...["incomplete", "will", "about", "upcoming", "before", "end(?:ed)?$", "out$", "no$", "non$", "not$"],
  ...["un$", "never$", "miss(?:ed|ing)?$", "show$", "late$", "bounc", "undeliver", "partial", "disabl"],
  ...["deactivat", "prevent", "ban(?:ned)?$", "barr?(?:ed)?$", "waitlist", "overdue", "due$", "simulat"],
  ...["mock", "fake", "dry", "unconfirm"],
);

function beginning(...stems: readonly string[]): RegExp {
  return new RegExp(`^(?:${stems.join("|")})`);
}

/** Names of an event's opposite. */
const opposites: ReadonlyMap<string, EventType> = new Map([
  ["checkout", "checkIn"],
  ["checkedout", "checkIn"],
  ["noshow", "checkIn"],
]);

/** Prefix of a reversed domain name, as in `com.example.checkIn`. */
const topLevelDomain = /^(?:com|net|org|app|dev|info|biz|cloud|fitness|[a-z]{2})\./i;

const names = new Map<string, EventType>(
  catalog.flatMap(({ type, title, aliases }) =>
    [type, title, ...aliases].flatMap((name) => spellingsOf(name).map((spelling) => [spelling, type] as const)),
  ),
);

/** Most words contain none, which is quick to check. */
const anyName = new RegExp([...names.keys(), ...opposites.keys()].join("|"));

/** With and without their plurals. */
function spellingsOf(name: string): string[] {
  return [wordsOf(name).join(""), fold(name)];
}

/** The subjects of the events: a word that undoes refers to one of them if no other is named. */
const subjects = new Set(
  [...catalog.flatMap(({ type, title, aliases }) => [type, title, ...aliases].flatMap(wordsOf))].concat(
    ["visit", "attendance", "entry", "sale", "order", "payment", "membership", "profile", "member", "customer", "sms"],
    ["email", "text", "communication", "access"],
  ),
);

/**
 * Parses the name of an event type, in any common spelling and decoration.
 * @param name what was written, such as `"Client Check-In"`, `"com.hapana.check_in.v1"` or `"checkIn.cancelled"`
 * @returns its meaning; `undefined` if it is not about one of the events
 * @example readTypeName("onCheckIn"); // { kind: "event", event: "checkIn" }
 * @example readTypeName("purchase.refunded"); // { kind: "undone", event: "packagePurchased" }
 */
export function readTypeName(name: unknown): TypeName | undefined {
  if (typeof name !== "string" || name.length > longestName) return undefined;
  const known = remembered.get(name);
  if (known !== undefined || remembered.has(name)) return known;
  if (remembered.size === maxRemembered) remembered.clear();
  const read = readWords(name);
  remembered.set(name, read);
  return read;
}

/** Names repeat from delivery to delivery; the limit keeps a hostile sender from filling the memory. */
const remembered = new Map<string, TypeName | undefined>();
const maxRemembered = 1_000;

function readWords(name: string): TypeName | undefined {
  const words = wordsOf(lastOf(name));
  if (words.length === 0 || words.length > maxWords) return undefined;
  const joined = words.join("");
  const found = anyName.test(joined) ? (longestNameIn(words) ?? affixedName(joined)) : undefined;
  const isUndoneAbove = /[\\/]/.test(name) && wordsOf(name).some((word) => undoing.test(word));
  if (found) return isUndoneAbove ? { kind: "undone", event: found.event } : judged(found, topLevelDomain.test(name));
  return words.some((word) => undoing.test(word)) && words.every(isOfNoOther)
    ? { kind: "undone", event: undefined }
    : undefined;
}

function isOfNoOther(word: string): boolean {
  return undoing.test(word) || neutralWords.has(word) || subjects.has(word);
}

/** A name found among other words. */
interface Found {
  event: EventType;
  before: readonly string[];
  after: readonly string[];
}

function judged({ event, before, after }: Found, isInDomain: boolean): TypeName {
  const others = [...before, ...after];
  if (others.some((word) => undoing.test(word) || changing.test(word))) return { kind: "undone", event };
  const foreign = (isInDomain ? after : others).filter((word) => !isNeutral(word));
  if (foreign.length === 0) return { kind: "event", event };
  return { kind: "variant", event, isStrange: !foreign.every((word) => subjects.has(word)) };
}

function isNeutral(word: string): boolean {
  return neutralWords.has(word) || /^v?\d{1,4}$/.test(word);
}

/** The largest number of words in a name. */
const longestInWords = 4;

function longestNameIn(words: readonly string[]): Found | undefined {
  for (let length = Math.min(words.length, longestInWords); length > 0; length -= 1) {
    for (let start = 0; start + length <= words.length; start += 1) {
      const joined = words.slice(start, start + length).join("");
      const event = names.get(joined) ?? (joined.endsWith("s") ? names.get(joined.slice(0, -1)) : undefined);
      const opposite = event === undefined ? opposites.get(joined) : undefined;
      const found = event ?? opposite;
      if (found === undefined) continue;
      const before = opposite ? ["not"] : words.slice(0, start);
      return { event: found, before, after: words.slice(start + length) };
    }
  }
  return undefined;
}

/** A name without word boundaries: `HAPANACHECKINEVENT`, `checkincancelled`. */
function affixedName(folded: string): Found | undefined {
  for (const [name, event] of names) {
    const at = folded.indexOf(name);
    if (at < 0) continue;
    const around = [folded.slice(0, at), folded.slice(at + name.length)].map(partsOf);
    const [before = [], after = []] = around;
    if ([...before, ...after].every((word) => isNeutral(word) || undoing.test(word) || changing.test(word)))
      return { event, before, after };
  }
  return undefined;
}

const affix = /^(?:hapana|webhook|event|notification)/;

function partsOf(text: string): string[] {
  const [part] = affix.exec(text) ?? [];
  if (part) return [part, ...partsOf(text.slice(part.length))];
  return text === "" ? [] : [text];
}

/** For a URL, the end of its path; for a class with a namespace (`App\Events\CheckIn`), the class. */
function lastOf(name: string): string {
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*\/([^?#]*)/i.exec(name)?.[1];
  if (path === undefined) return name.slice(name.lastIndexOf("\\") + 1);
  const segments = path.split("/").filter((segment) => segment !== "" && !/^v?\d+(?:\.\d+)*$/i.test(segment));
  return segments.at(-1) ?? "";
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .map(singular);
}

function singular(word: string): string {
  return word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}

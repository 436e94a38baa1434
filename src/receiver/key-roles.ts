import type { EventType } from "../events/catalog";
import { clientProfile } from "../events/client-profile";
import { fieldOf } from "../events/field-names";
import { fold } from "../events/fold";
import { readTypeName, type TypeName } from "../events/type-name";

/**
 * The possible roles of an object's key. Hapana's articles show the JSON only as pictures, so it is not known whether fields
 * come flat, with an event type, or nested: every common key is understood, in any spelling. The tables below are the rules;
 * docs/reading.md explains them.
 */
export interface KeyRole {
  /** The event field that it is, under Hapana's own name. */
  readonly field: string | undefined;
  /**
   * Whether it contains the event's type: certainly; certainly, but the types of other things as well (`type`); or possibly,
   * among other things.
   */
  readonly announces: "certainly" | "asType" | "possibly" | undefined;
  /** Whether it contains what was done to the event, so that `"cancelled"` undoes the event. */
  readonly tellsAction: boolean;
  /** What an object under it is in relation to the event around it or beside it. */
  readonly holds: Holding;
  /** The event that it names, as in `{"checkIn": {…}}`. */
  readonly event: EventType | undefined;
}

/**
 * What an object under a key is: the event's state *now* (as opposed to before), the `event` that the key names, an `envelope`'s content,
 * the `client`, `somebody` who may be the client, a `thing` that the event is about, the `place` where it happened, a `description` of the
 * delivery, `related` things beside the event; or what is never the event: its state at `anotherTime`, `anotherPerson`, and what
 * was `undone`. Any other key has no known role.
 */
export type Holding =
  | ("now" | "event" | "envelope" | "client" | "somebody" | "thing" | "place" | "description" | "related")
  | ("anotherTime" | "anotherPerson" | "undone" | "unknown");

const table = (...names: readonly string[]): ReadonlySet<string> => new Set(names.map(fold));
const words = (...names: readonly string[]): ReadonlySet<string> => new Set(names);

const certainAnnouncements = table(
  ...["eventType", "event", "eventName", "webhookType", "webhookEvent", "webhookName", "detail-type", "eventCode"],
  ...["triggerEvent", "subscriptionType", "X-Hapana-Event", "ce-type"],
);

const possibleAnnouncements = table(
  ...["webhook", "topic", "action", "trigger", "kind", "hook", "name", "notificationType", "messageType", "subject"],
  ...["category", "label"],
);

/** In addition to those that certainly contain a type. */
const actions = table(
  ...["type", "action", "operation", "op", "verb", "kind", "activity", "mutation", "operationType", "opType"],
  ...["actionType", "activityType", "changeType", "changeKind", "mutationType", "eventAction", "eventKind"],
  ...["eventStatus", "recordAction", "webhookAction"],
);

const envelopes = table(
  ...["data", "payload", "body", "event", "events", "eventData", "record", "records", "object", "content", "message"],
  ...["attributes", "result", "results", "resource", "detail", "details", "item", "items", "params", "json", "request"],
  ...["webhook", "webhookData", "notification", "value", "values", "properties", "entity", "model"],
  ...["fields", "entries"],
  ...["entry", "list", "rows", "row", "document", "doc", "dynamodb", "output", "input", "response"],
  ...["variables", "args"],
  ...["arguments", "msg", "envelope", "snapshot", "objects"],
);

const clients = table(
  ...["client", "customer", "member", "profile", "attendee", "participant"],
  ...["recipient", "patron", "athlete", "clientData", "clientDetails", "clientInfo", "customerDetails"],
  ...["memberDetails"],
  "clientProfile",
);

/** The client as well as members of staff. */
const somebodies = table("contact", "person", "account", "user", "userData");

const descriptions = table(
  ...["meta", "metadata", "header", "headers", "context", "info", "hook", "trigger", "subscription", "source", "table"],
);

/** What an event is about, besides the client. */
const things = table(
  ...["session", "class", "package", "visit", "attendance", "communication", "sms", "sale", "order", "payment", "scan"],
  ...["transaction", "booking", "appointment", "timeslot", "credential"],
);

/** Where an event happened: a place has its own name, address and number. */
const places = table(
  ...["location", "site", "studio", "gym", "club", "branch", "facility", "venue", "center", "centre", "company"],
  ...["business", "organization", "organisation", "tenant", "franchise", "brand", "merchant", "store"],
  ...["shop", "outlet"],
);

const related = table("included", "relationships", "links", "_links");

/** Single words in a key: `newImage`, `currentState`. */
const nowWords = words(
  ...["new", "newer", "newest", "after", "current", "curr", "now", "updated", "changed", "later", "final", "inserted"],
);

/** Past or future states, or several side by side. */
const otherTimeWords = words(
  ...["before", "old", "older", "previous", "previously", "prior", "former", "original", "past", "last", "next"],
  ...["upcoming", "future", "history", "first", "latest", "prev", "pre", "earlier", "oldest", "was", "initial"],
  ...["archived", "backup", "stale"],
);

/** As one word, such as `oldimage`. */
const sideInOneWord =
  /^(old|new|previous|prev|prior|current)(image|record|value|values|data|attributes|state|version|row|doc|document|object|client|member)$/i;

const otherPersonWords = words(
  ...["by", "instructor", "trainer", "coach", "teacher", "staff", "employee", "actor", "agent", "sender", "author"],
  ...["owner", "creator", "manager", "admin", "administrator", "operator", "referrer", "referral", "referred", "guest"],
  ...["friend", "family", "parent", "guardian", "child", "children", "sibling", "spouse", "partner", "companion"],
  ...["emergency", "payer", "host", "buddy", "assignee", "salesperson", "rep", "representative", "supervisor"],
  ...["approver", "cashier", "receptionist", "kid", "dependent", "dependant", "relative", "beneficiary", "inviter"],
  ...["invitee", "witness", "substitute", "organizer", "organiser", "seller", "consultant", "therapist"],
  ...["practitioner", "assigned", "kin"],
);

/** Fields that identify a person, and so must not come from what may be somebody else. */
const personalFields: ReadonlySet<string> = new Set(
  Object.keys(clientProfile).filter((name) => !["clientID", "siteID", "customProperties"].includes(name)),
);

/** Fields of an event that envelopes have too: on their own, they do not make an event. */
const envelopeWords = new Set(["status", "message", "messageId", "subject"]);

/** Whether a field identifies the client or the location. */
export function isIdentity(field: string): boolean {
  return field === "clientID" || field === "siteID";
}

/** Whether a field belongs to a person: a name, an address, a number. */
export function isPersonal(field: string): boolean {
  return personalFields.has(field);
}

/** Whether envelopes commonly have such a field as well. */
export function isEnvelopeWord(field: string): boolean {
  return envelopeWords.has(field);
}

const nothing: KeyRole = {
  ...{ field: undefined, announces: undefined, tellsAction: false, holds: "unknown", event: undefined },
};

/**
 * Keys repeat from delivery to delivery. The limit keeps a hostile sender from filling the memory; the previous generation
 * preserves the usual keys when it is reached.
 */
let remembered = new Map<string, KeyRole>();
let rememberedBefore = remembered;
const maxRemembered = 5_000;
const longestKey = 60;

/**
 * Determines a key's role.
 * @param key any key of an object in a body
 * @returns its role
 */
export function roleOf(key: string): KeyRole {
  const known = remembered.get(key);
  if (known) return known;
  if (key.length > longestKey) return nothing;
  const role = rememberedBefore.get(key) ?? readRole(key);
  if (remembered.size === maxRemembered) {
    rememberedBefore = remembered;
    remembered = new Map();
  }
  remembered.set(key, role);
  return role;
}

function readRole(key: string): KeyRole {
  const folded = fold(key);
  const named = readTypeName(key);
  const announces = certainAnnouncements.has(folded)
    ? "certainly"
    : folded === "type"
      ? "asType"
      : possibleAnnouncements.has(folded) || actions.has(folded)
        ? "possibly"
        : undefined;
  return {
    field: fieldOf(key),
    announces,
    tellsAction: actions.has(folded) || certainAnnouncements.has(folded),
    holds: holdingOf(key, folded, named),
    event: named?.kind === "event" ? named.event : undefined,
  };
}

function holdingOf(key: string, folded: string, named: TypeName | undefined): Holding {
  const own = key
    .replace(sideInOneWord, "$1 $2")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const has = (some: ReadonlySet<string>) => own.some((word) => some.has(word) || some.has(word.replace(/s$/, "")));
  if (named && named.kind !== "variant") return named.kind;
  if (has(otherPersonWords)) return "anotherPerson";
  if (has(otherTimeWords) || folded === "from") return "anotherTime";
  if (envelopes.has(folded)) return "envelope";
  if (clients.has(folded)) return "client";
  if (somebodies.has(folded)) return "somebody";
  if (places.has(folded)) return "place";
  if (descriptions.has(folded)) return "description";
  if (things.has(folded)) return "thing";
  if (related.has(folded)) return "related";
  return has(nowWords) || folded === "to" ? "now" : "unknown";
}

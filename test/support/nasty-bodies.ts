import fc from "fast-check";
import { catalog, eventTypes } from "../../src/events/catalog";
import { fold } from "../../src/events/fold";
import { type ValidEvent, validEvent } from "./arbitraries";

const fieldNames = [...new Set(catalog.flatMap(({ schema }) => Object.keys(schema.shape)))];
const respelled = (name: string) => name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();

/** Keys under which the past stands. */
export const olderSides = ["before", "old", "previous", "previous_attributes", "old_record", "OldImage", "oldValue"];
const newerSides = ["after", "new", "current", "record", "NewImage", "newValue"];

/** Keys under which someone else than the client stands. */
export const otherPersons = [
  "bookedBy",
  "referredBy",
  "created_by",
  "instructor",
  "actor",
  "sender",
  "emergencyContact",
];
const lists = ["guests", "attendees", "family", "history"];
const things = [
  "membership",
  "session",
  "booking",
  "client",
  "details",
  "zzz",
  "0",
  "résumé",
  "constructor",
  "toString",
];
const eventKeys = [...eventTypes, ...eventTypes.map(respelled), "Client Check-In", "purchase"];
const containers = ["data", "payload", "body", "records", "object", "attributes", "included", "message", "content"];
const describers = ["event", "meta", "metadata", "webhook", "header", "headers", "context", "info", "hook", "detail"];
const announcing = ["event", "eventType", "type", "webhookEvent", "topic", "name", "action", "trigger", "detail-type"];

const names = [
  ...eventTypes,
  ...eventTypes.map(respelled),
  "checkIn.cancelled",
  "towel.returned",
  "client",
  "Purchase",
];
const clients = ["c1", "c2", "other", " ", "", 7, null];

const scalar = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom("Valid", "Invalid", "active", "inactive", "a@x.com", "sms", "E-Mail", "2026-04-12 07:52:10"),
);

const piece = fc.constantFrom(..."0123456789.,-−+() '’$€", "Rp ", "AUD", "x", "h", "00", "000", "1.234", "49");

/** Text that may be a sum of money, or nearly. */
const money = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(""));

function nested(isLoud: boolean): fc.Arbitrary<unknown> {
  const fieldKeys = [...fieldNames, ...fieldNames.map(respelled)];
  const quiet = [...olderSides, ...newerSides, ...otherPersons, ...lists, ...things, ...eventKeys, ...containers];
  const key = fc.oneof(
    fc.constantFrom(...fieldKeys),
    fc.constantFrom(...quiet),
    fc.string({ maxLength: 4 }).filter(isPlain),
  );
  return fc.letrec((tie) => {
    const object = fc.dictionary(key, tie("value"), { maxKeys: 6 });
    const identified = fc
      .tuple(object, fc.constantFrom("clientID", "client_id"), fc.constantFrom(...clients))
      .map(([object, key, clientID]) => Object.assign(Object.create(null), object, { [key]: clientID }) as object);
    const announced = fc
      .tuple(object, fc.constantFrom(...announcing), fc.constantFrom(...names))
      .map(([object, key, name]) => Object.assign(Object.create(null), object, { [key]: name }) as object);
    return {
      value: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        ...[scalar, object, identified, tie("list"), tie("text")],
        ...(isLoud ? [announced, fc.constantFrom(...names)] : []),
      ),
      list: fc.array(tie("value"), { maxLength: 3 }),
      text: tie("value").map((value) => JSON.stringify(value) ?? ""),
    };
  }).value;
}

const loud = nested(true).filter(isNested);
const quiet = nested(false).filter(isNested);

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

const withMeaning = new Set([...containers, ...describers, ...announcing, ...fieldNames].map(fold));

function isPlain(key: string): boolean {
  return key !== "__proto__" && !withMeaning.has(fold(key));
}

/** Mostly with few fields: the fewer an event has itself, the more might be taken for it. */
const sparseEvent: fc.Arbitrary<ValidEvent> = validEvent.chain(({ type, fields }) =>
  fc.subarray(Object.keys(fields), { maxLength: 2 }).map((kept) => {
    const isKept = (name: string) => name === "clientID" || kept.includes(name);
    return { type, fields: Object.fromEntries(Object.entries(fields).filter(([name]) => isKept(name))) };
  }),
);

/** An event of its own, and what is put into it. */
interface Crowded {
  sent: ValidEvent;
  body: Record<string, unknown>;
}

/**
 * An event with its own clientID, and objects and lists inside it under keys that are not its fields. Where a type may be
 * written, under `meta`, `data`, `record` and their kin, none is; elsewhere there may be any.
 */
export const crowdedEvent: fc.Arbitrary<Crowded> = fc.oneof(validEvent, sparseEvent, sparseEvent).chain((sent) => {
  const own = new Set(Object.keys(catalog.find(({ type }) => type === sent.type)?.schema.shape ?? {}).map(fold));
  const open = [...olderSides, ...otherPersons, ...lists, ...things, ...eventKeys, "checkIns"];
  const anything = fc.tuple(fc.oneof(fc.constantFrom(...open), fc.string({ maxLength: 5 }).filter(isPlain)), loud);
  const untyped = fc.tuple(fc.constantFrom(...containers, ...newerSides, ...describers), quiet);
  const asText = anything.map(([key, value]) => [key, JSON.stringify(value)] as [string, unknown]);
  const extra = fc
    .oneof({ weight: 4, arbitrary: anything }, { weight: 2, arbitrary: untyped }, { weight: 1, arbitrary: asText })
    .filter(([key]) => !own.has(fold(key)));
  return fc.tuple(fc.array(extra, { minLength: 1, maxLength: 4 }), fc.boolean()).map(([extras, isBefore]) => {
    const others = Object.fromEntries(extras.filter(([key]) => !Object.hasOwn(sent.fields, key)));
    return { sent, body: isBefore ? { ...others, ...sent.fields } : { ...sent.fields, ...others } };
  });
});

/** Words of envelopes, too: at the outermost level they need not be the event's. */
const neverOutermost = new Set(["message", "subject", "status", "messageId"]);

/** An event whose fields are spread over the client, objects beside it, and what is around them. */
export const scatteredEvent: fc.Arbitrary<Crowded> = validEvent.chain((sent) => {
  const names = Object.keys(sent.fields).filter((name) => name !== "clientID");
  const places = ["client", "client", "details", "session", sent.type, ""];
  const place = fc.constantFrom(...places);
  return fc
    .tuple(fc.array(place, { minLength: names.length, maxLength: names.length }), fc.boolean())
    .map(([chosen, isLast]) => {
      const client: Record<string, unknown> = { clientID: sent.fields.clientID };
      const others: Record<string, Record<string, unknown>> = {};
      const outermost: Record<string, unknown> = {};
      for (const [index, name] of names.entries()) {
        const key = chosen[index] || (neverOutermost.has(name) ? "details" : "");
        if (key === "client") client[name] = sent.fields[name];
        else if (key === "") outermost[name] = sent.fields[name];
        else others[key] = { ...others[key], [name]: sent.fields[name] };
      }
      return { sent, body: isLast ? { ...outermost, ...others, client } : { client, ...others, ...outermost } };
    });
});

const part = nested(true);
const topKeys = [...containers, ...describers, ...announcing, ...olderSides, ...newerSides, ...otherPersons, ...lists];

/** JSON that nearly is an event, or several, in all that an event may come in. */
export const nastyBody: fc.Arbitrary<unknown> = fc.oneof(
  part,
  fc
    .tuple(
      fc.dictionary(
        fc.oneof(fc.constantFrom(...topKeys, ...things, ...eventKeys), fc.constantFrom(...fieldNames)),
        part,
        {
          maxKeys: 6,
        },
      ),
      fc.option(fc.constantFrom(...clients), { nil: undefined }),
      fc.option(fc.constantFrom(...names), { nil: undefined }),
      fc.option(fc.oneof(money, fc.record({ value: money, currency: fc.constantFrom("AUD", "IDR", "JPY") })), {
        nil: undefined,
      }),
    )
    .map(([object, clientID, event, amount]) =>
      Object.fromEntries(
        Object.entries({ ...object, clientID, event, amount }).filter(([, value]) => value !== undefined),
      ),
    ),
  crowdedEvent.map(({ body }) => body),
  fc.tuple(validEvent, part).map(([{ fields }, other]) => ({ client: fields, details: other })),
  fc.tuple(validEvent, validEvent).map(([older, newer]) => ({ before: older.fields, after: newer.fields })),
);

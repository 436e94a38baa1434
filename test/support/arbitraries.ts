import fc from "fast-check";
import { catalog, definitionOf, type EventType } from "../../src/events/catalog";
import { parseJson } from "../../src/receiver/parse-json";
import type { Wrapped } from "./envelopes";

/** A valid event: its fields are as they must come out again. */
export interface ValidEvent {
  type: EventType;
  fields: Record<string, unknown>;
}

const identifier = fc
  .oneof(fc.string({ minLength: 1, unit: "binary" }), fc.base64String({ minLength: 4 }))
  .filter((text) => text.trim() !== "");
const text = fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.emailAddress(), fc.constant("checkIn"));
/** As it comes out again: plain objects, without a key that would be their prototype, and text for numbers that JavaScript cannot hold. */
const freeform = fc
  .oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), text)
  .map((value) => parseJson(JSON.stringify(value, (key, content) => (key === "__proto__" ? undefined : content))));
const price = fc.double({ noNaN: true, noDefaultInfinity: true }).map((amount) => amount + 0);

/** Fields whose values are not just any text. */
const special: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  amount: price,
  communicationType: fc.constantFrom("sms", "email"),
  customProperties: freeform,
  checkInTime: fc.oneof(text, fc.maxSafeInteger()),
  activePackages: fc.array(
    fc.record(
      { packageID: identifier, packageName: text, packageCategory: text },
      { requiredKeys: [], noNullPrototype: true },
    ),
  ),
};

function fieldsOf(type: EventType): fc.Arbitrary<Record<string, unknown>> {
  const names = Object.keys(definitionOf(type).schema.shape);
  const required = ["clientID", "siteID", ...names.filter((name) => name === "activePackages")];
  const arbitraryOf = (name: string) =>
    name === "clientID" || name === "siteID" ? identifier : fc.oneof(special[name] ?? text, fc.constant(null));
  const model = Object.fromEntries(
    names.map((name) => [
      name,
      name === "activePackages" ? (special[name] as fc.Arbitrary<unknown>) : arbitraryOf(name),
    ]),
  );
  const unheardOf = { fieldToCome: fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom("to come", "")) };
  const all: Record<string, fc.Arbitrary<unknown>> = { ...model, ...unheardOf };
  return fc.record(all, { requiredKeys: required, noNullPrototype: true });
}

/** Any of the events, with any of its fields, and perhaps one that nobody knows yet. */
export const validEvent: fc.Arbitrary<ValidEvent> = fc
  .constantFrom(...catalog.map(({ type }) => type))
  .chain((type) => fieldsOf(type).map((fields) => ({ type, fields })));

const typeKeys = [
  "eventType",
  "event",
  "event_name",
  "EventName",
  "webhookType",
  "webhook-event",
  "type",
  "topic",
  "trigger",
];
const containers = ["data", "payload", "body", "Record", "content", "x", "hapana", "0", "résumé", "event_data"];

function spellings(type: EventType): string[] {
  const words = type.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
  const title = definitionOf(type).title;
  return [
    type,
    type.toUpperCase(),
    words.join("_"),
    words.join("-"),
    words.join("."),
    title,
    `hapana.${words.join("_")}`,
  ];
}

const wrappers: readonly fc.Arbitrary<(inner: unknown) => unknown>[] = [
  fc.constantFrom(...containers).map((key) => (inner: unknown) => ({ [key]: inner })),
  fc.constantFrom(...containers).map((key) => (inner: unknown) => ({ id: "e1", version: 1, [key]: inner, ok: true })),
  fc.constantFrom(...containers).map((key) => (inner: unknown) => ({ [key]: JSON.stringify(inner) })),
  fc.constant((inner: unknown) => [inner]),
];

/**
 * Any envelope around an event: how it says its type, what it stands in, in which order.
 * @returns the event and what is posted
 */
export const envelopedEvent: fc.Arbitrary<{ sent: ValidEvent; wrapped: Wrapped }> = validEvent.chain((sent) =>
  fc
    .record({
      typed: fc.constantFrom("flat", "envelope", "key", "url"),
      key: fc.constantFrom(...typeKeys),
      spelling: fc.constantFrom(...spellings(sent.type)),
      container: fc.constantFrom(...containers),
      wraps: fc.array(fc.oneof(...wrappers), { maxLength: 3 }),
      startsWithMark: fc.boolean(),
    })
    .map(({ typed, key, spelling, container, wraps, startsWithMark }) => {
      const { fields } = sent;
      const named = {
        flat: { [key]: spelling, ...fields },
        envelope: { [key]: spelling, [container]: fields },
        key: { [spelling]: fields },
        url: fields,
      }[typed];
      const text = JSON.stringify(wraps.reduce((inner, wrap) => wrap(inner), named as unknown));
      const wrapped = { body: startsWithMark ? `\ufeff${text}` : text };
      return { sent, wrapped: typed === "url" ? { ...wrapped, below: `/${spelling}` } : wrapped };
    }),
);

/** Header values as Node gives them: latin1 without control characters, sometimes several. */
const headerValue = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.constantFrom("", "identity", "gzip", "application/json", "text/html", "t=1,v1=00", "true", "Bearer t"),
  fc.array(fc.string({ maxLength: 20 }), { maxLength: 3 }),
);

/** Any headers, those that matter among them. */
export const headers = fc.dictionary(
  fc.constantFrom(
    "authorization",
    "x-hapana-signature",
    "x-hapana-delivery",
    "x-hapana-test",
    "content-type",
    "content-encoding",
    "x-other",
  ),
  headerValue,
);

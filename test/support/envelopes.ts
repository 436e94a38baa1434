import { definitionOf, type EventType } from "../../src/events/catalog";

/** What is posted: the body, as JSON or as the very text, and what follows the endpoint's path in the URL. */
export interface Wrapped {
  body: unknown;
  /** With its slash; empty where the URL says nothing of the event. */
  below?: string;
}

/** One way in which an event may arrive: the articles show the JSON as pictures only. */
export interface Envelope {
  name: string;
  wrap(event: EventType, fields: Readonly<Record<string, unknown>>): Wrapped;
}

const words = (event: EventType): string[] => event.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
const snake = (event: EventType): string => words(event).join("_");
const titleOf = (event: EventType): string => definitionOf(event).title;

function respelled(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const toSnake = (name: string) => name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [toSnake(name), value]));
}

function without(fields: Readonly<Record<string, unknown>>, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

const envelope = (name: string, wrap: Envelope["wrap"]): Envelope => ({ name, wrap });
const inBody = (name: string, toBody: (...parameters: Parameters<Envelope["wrap"]>) => unknown): Envelope =>
  envelope(name, (event, fields) => ({ body: toBody(event, fields) }));

/** Every envelope tells all events apart. */
export const envelopes: readonly Envelope[] = [
  envelope("flat, the type in the URL", (event, fields) => ({ body: fields, below: `/${event}` })),
  envelope("flat, the type in the URL in small letters, with a slash at the end", (event, fields) => ({
    body: fields,
    below: `/${event.toLowerCase()}/`,
  })),
  envelope("nested, the type in the URL in another spelling", (event, fields) => ({
    body: { id: "d-1", data: fields },
    below: `/${words(event).join("-")}`,
  })),
  inBody("flat with eventType", (event, fields) => ({ eventType: event, ...fields })),
  inBody("flat with event, after the fields", (event, fields) => ({ ...fields, event: snake(event) })),
  inBody("flat with type in words", (event, fields) => ({ type: titleOf(event), ...fields })),
  inBody("flat with webhook_type, dotted", (event, fields) => ({ webhook_type: words(event).join("."), ...fields })),
  inBody("under a key that is the type", (event, fields) => ({ [event]: fields })),
  inBody("under a key that is the title", (event, fields) => ({ [titleOf(event)]: fields })),
  inBody("under data, event beside it", (event, fields) => ({ event, data: fields })),
  inBody("under payload, between other things", (event, fields) => ({
    id: "evt_1",
    createdAt: "2026-04-12T07:52:10Z",
    webhookName: `hapana.${snake(event)}`,
    version: 2,
    payload: fields,
  })),
  inBody("under body, as a JSON string", (event, fields) => ({ type: event, body: JSON.stringify(fields) })),
  inBody("all of it a JSON string", (event, fields) => JSON.stringify(JSON.stringify({ event, data: fields }))),
  inBody("the type at the level of the data", (event, fields) => ({
    status: "success",
    message: "A webhook of Hapana",
    data: { eventName: event.toUpperCase(), ...fields },
  })),
  inBody("three levels deep", (event, fields) => ({
    notification: { type: "webhook", content: { eventType: titleOf(event), result: { record: fields } } },
  })),
  inBody("a list of one", (event, fields) => [{ event, ...fields }]),
  inBody("a list in an envelope that has the type", (event, fields) => ({ type: event, records: [fields] })),
  inBody("a list under the type", (event, fields) => ({ [snake(event)]: [{ data: fields }] })),
  inBody("under a key that nobody has heard of", (event, fields) => ({ topic: event, zzz: { yyy: fields } })),
  inBody("after a byte order mark, with white space", (event, fields) => {
    return `\ufeff\r\n  ${JSON.stringify({ eventType: event, ...fields }, undefined, 2)}\r\n`;
  }),
  inBody("clientID and siteID at the envelope only", (event, fields) => ({
    event,
    clientID: fields.clientID,
    siteID: fields.siteID,
    data: without(fields, "clientID", "siteID"),
  })),
  inBody("the fields in another spelling", (event, fields) => ({ event_type: event, ...respelled(fields) })),
  inBody("the type in an object that describes", (event, fields) => ({
    metadata: { eventType: event, source: "hapana" },
    data: fields,
  })),
  inBody("as a queue passes it on, with words of its own", (event, fields) => ({
    Type: "Notification",
    MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
    Subject: "Hapana",
    Message: JSON.stringify({ event, data: fields }),
  })),
];

/** The body as it goes over the wire. */
export function toText({ body }: Wrapped): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

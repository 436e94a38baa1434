import { definitionOf, type EventType } from "../../src/events/catalog";
import { envelopes, toText } from "./envelopes";
import type { Around } from "./reading";

/** An event as another system would send it. */
export interface Posted extends Around {
  /** A value; or, where it is text, the very text. */
  body: unknown;
}

/** One way in which an event may arrive that nobody has seen. */
export interface PlausibleEnvelope {
  name: string;
  /** Whether it says nowhere but in the URL which event it is. */
  isUntyped: boolean;
  wrap(event: EventType, fields: Fields): Posted;
}

type Fields = Readonly<Record<string, unknown>>;
type Wrap = (event: EventType, fields: Fields) => unknown;

const words = (event: EventType): string[] => event.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
const snake = (event: EventType): string => words(event).join("_");
const kebab = (event: EventType): string => words(event).join("-");
const dotted = (event: EventType): string => words(event).join(".");
const pascal = (event: EventType): string => capital(event);
const shouted = (event: EventType): string => snake(event).toUpperCase();
const title = (event: EventType): string => definitionOf(event).title;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function respell(value: unknown, spell: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => respell(item, spell));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [spell(name), item]));
}

/** The fields with their keys respelled, those of packages too: but not the studio's own. */
function respelled(fields: Fields, spell: (name: string) => string): Fields {
  const inner = (name: string, value: unknown) => (name === "activePackages" ? respell(value, spell) : value);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [spell(name), inner(name, value)]));
}

const parts = (name: string): string[] => name.replace(/([a-z])([A-Z])/g, "$1 $2").split(" ");
const inSnake = (name: string): string => parts(name).join("_").toLowerCase();
const inKebab = (name: string): string => parts(name).join("-").toLowerCase();
const inCapitals = (name: string): string => inSnake(name).toUpperCase();
const inWords = (name: string): string => parts(name).map(capital).join(" ");

const ofClient = new Set(["clientID", "siteID", "firstName", "lastName", "email", "phone"]);
const only = (fields: Fields, isKept: (name: string) => boolean): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => isKept(name)));
const client = (fields: Fields): Fields => only(fields, (name) => ofClient.has(name));
const rest = (fields: Fields): Fields => only(fields, (name) => !ofClient.has(name));
const without = (fields: Fields, ...names: readonly string[]): Fields => only(fields, (name) => !names.includes(name));

const at = "2026-04-12T07:52:10Z";
const json = JSON.stringify;

const typed: Readonly<Record<string, Wrap>> = {
  // Flat, and the type beside the fields.
  "flat, eventType in Pascal case": (event, fields) => ({ eventType: pascal(event), ...fields }),
  "flat, event_type in snake case, with an id": (event, fields) => ({ id: "1", event_type: snake(event), ...fields }),
  "flat, event-name in kebab case": (event, fields) => ({ "event-name": kebab(event), ...fields }),
  "flat, EventType, and all keys in Pascal case": (event, fields) => ({
    EventType: pascal(event),
    ...respelled(fields, capital),
  }),
  "flat, all keys in snake case": (event, fields) => ({ event: snake(event), ...respelled(fields, inSnake) }),
  "flat, all keys in kebab case": (event, fields) => ({ event: kebab(event), ...respelled(fields, inKebab) }),
  "flat, all keys shouted": (event, fields) => ({ EVENT: shouted(event), ...respelled(fields, inCapitals) }),
  "flat, all keys in words": (event, fields) => ({ "Event Type": title(event), ...respelled(fields, inWords) }),
  "flat, webhookType as the title": (event, fields) => ({ webhookType: title(event), ...fields }),
  "flat, webhookEvent with a domain": (event, fields) => ({ webhookEvent: `com.hapana.${event}`, ...fields }),
  "flat, type dotted, with a name": (event, fields) => ({ type: `hapana.${dotted(event)}`, ...fields }),
  "flat, type with a version": (event, fields) => ({ type: `${event}.v1`, ...fields, created: at }),
  "flat, type as a URL": (event, fields) => ({ type: `https://hapana.com/webhooks/${event}`, ...fields }),
  "flat, type as a URN": (event, fields) => ({ type: `urn:hapana:${event}`, ...fields }),
  "flat, event with on": (event, fields) => ({ event: `on${pascal(event)}`, ...fields }),
  "flat, event as a notification": (event, fields) => ({ event: `${pascal(event)}Notification`, ...fields }),
  "flat, event as a heading": (event, fields) => ({ event: `Webhooks | ${title(event)}`, ...fields }),
  "flat, eventCode shouted": (event, fields) => ({ eventCode: shouted(event), ...fields }),
  "flat, topic with slashes": (event, fields) => ({ topic: `hapana/${kebab(event)}`, ...fields }),
  "flat, action": (event, fields) => ({ action: event, ...fields }),
  "flat, trigger": (event, fields) => ({ trigger: snake(event), ...fields }),
  "flat, notificationType": (event, fields) => ({ notificationType: title(event), ...fields }),
  "flat, JSON-LD": (event, fields) => ({ "@context": "https://hapana.com", "@type": pascal(event), ...fields }),

  // Under a container.
  "under data, at last": (event, fields) => ({ data: fields, event: snake(event), timestamp: at }),
  "under payload": (event, fields) => ({ eventType: event, payload: fields }),
  "under body": (event, fields) => ({ event, body: fields }),
  "under record": (event, fields) => ({ event, record: fields }),
  "under object": (event, fields) => ({ event, object: fields }),
  "under resource: PayPal": (event, fields) => ({
    id: "WH-1",
    event_type: snake(event).toUpperCase().replaceAll("_", "."),
    resource_type: "client",
    summary: "Something has happened",
    resource: fields,
  }),
  "under content": (event, fields) => ({ event, content: fields }),
  "under details": (event, fields) => ({ event, details: fields }),
  "under attributes": (event, fields) => ({ event, attributes: fields }),
  "under result": (event, fields) => ({ event, success: true, result: fields }),
  "under item": (event, fields) => ({ event, item: fields }),
  "under a message that is an object": (event, fields) => ({ type: event, message: fields }),
  "under entity": (event, fields) => ({ event, entity: fields }),
  "under params": (event, fields) => ({ event, params: fields }),
  "under fields": (event, fields) => ({ event, fields }),
  "under eventData": (event, fields) => ({ eventName: event, eventData: fields }),
  "under event_data": (event, fields) => ({ event_name: snake(event), event_data: fields }),
  "under client": (event, fields) => ({ event, client: fields }),
  "under customer": (event, fields) => ({ event: title(event), customer: fields }),
  "under hapana": (event, fields) => ({ hapana: { event, ...fields } }),
  "under Data, in Pascal case": (event, fields) => ({ EventType: pascal(event), Data: respelled(fields, capital) }),
  "under data and attributes, in snake case": (event, fields) => ({
    event: snake(event),
    data: { attributes: respelled(fields, inSnake) },
  }),
  "under data, with words around": (event, fields) => ({
    ...{ success: true, status: "success", code: 200, message: "OK", event },
    data: fields,
    pagination: null,
  }),
  "under data, as a list, with words around": (event, fields) => ({
    ...{ success: true, code: 200, message: "OK", event },
    data: [fields],
    pagination: { page: 1, total: 1 },
  }),
  "under data, as a map from 0": (event, fields) => ({ event, data: { "0": fields } }),
  "under data, as a map from 1": (event, fields) => ({ event, data: { "1": fields } }),
  "under data, as JSON": (event, fields) => ({ event, data: json(fields) }),
  "under data, as JSON of JSON": (event, fields) => ({ event, data: json(json(fields)) }),
  "under payload, as JSON, in a list": (event, fields) => [{ event, payload: json(fields) }],
  "all of it as JSON": (event, fields) => json(json({ event, ...fields })),

  // In an object of its own.
  "event.type and event.data": (event, fields) => ({ event: { id: "1", type: event, data: fields } }),
  "event.name and event.payload": (event, fields) => ({ event: { name: title(event), payload: fields } }),
  "event with the type and the fields: Monday": (event, fields) => ({ event: { type: snake(event), ...fields } }),
  "webhook.name and webhook.data": (event, fields) => ({ webhook: { name: title(event), data: fields } }),
  "hook.event beside data: Zapier": (event, fields) => ({
    hook: { id: 1, event: snake(event), target: "https://hooks.zapier.com/1" },
    data: fields,
  }),
  "header and body": (event, fields) => ({ header: { eventType: event, version: 1 }, body: fields }),
  "Envelope, Header and Body": (event, fields) => ({
    Envelope: { Header: { EventType: event }, Body: { [pascal(event)]: fields } },
  }),
  "metadata and payload": (event, fields) => ({ metadata: { event: snake(event), at }, payload: fields }),
  "context and data": (event, fields) => ({ context: { eventType: event, requestId: "r" }, data: fields }),
  "notification with content": (event, fields) => ({ notification: { eventType: event, content: fields } }),
  "request with a body": (event, fields) => ({ request: { body: { event, ...fields } } }),

  // Under a key that names the event.
  "under the type": (event, fields) => ({ [event]: fields }),
  "under the type in kebab case": (event, fields) => ({ [kebab(event)]: fields }),
  "under the type in Pascal case": (event, fields) => ({ [pascal(event)]: fields }),
  "under the type in snake case, with an id": (event, fields) => ({ id: "1", [snake(event)]: fields, sent: at }),
  "under the type, under data: GraphQL": (event, fields) => ({ data: { [event]: fields } }),
  "under the type, under events": (event, fields) => ({ events: { [event]: fields } }),
  "under the type, as a list of one, under data": (event, fields) => ({ data: { [event]: [fields] } }),
  "under the type, as edges": (event, fields) => ({ data: { [event]: { edges: [{ cursor: "a", node: fields }] } } }),
  "under the type, as JSON": (event, fields) => ({ [snake(event)]: json(fields) }),
  "GraphQL subscription": (event, fields) => ({ id: "1", type: "next", payload: { data: { [event]: fields } } }),

  // As others send it.
  CloudEvents: (event, fields) => ({
    ...{ specversion: "1.0", id: "A234", source: "/hapana", type: `com.hapana.${event}`, time: at },
    datacontenttype: "application/json",
    data: fields,
  }),
  "CloudEvents, with a version and a subject": (event, fields) => ({
    ...{ specversion: "1.0", id: "A234", source: "/hapana", type: `com.hapana.${snake(event)}.v1` },
    subject: "clients/1",
    data: fields,
  }),
  "CloudEvents, a batch of one": (event, fields) => [
    { specversion: "1.0", id: "A234", source: "/hapana", type: `hapana.${event}`, data: fields },
  ],
  "CloudEvents, with JSON for data": (event, fields) => ({
    ...{ specversion: "1.0", id: "A234", source: "/hapana", type: event },
    data: json(fields),
  }),
  "Standard Webhooks": (event, fields) => ({ type: dotted(event), timestamp: at, data: fields }),
  Stripe: (event, fields) => ({
    ...{ id: "evt_1", object: "event", api_version: "2026-01-01", created: 1, type: dotted(event), livemode: false },
    data: { object: { object: "client", ...fields } },
    ...{ pending_webhooks: 1, request: { id: null, idempotency_key: null } },
  }),
  Paddle: (event, fields) => ({
    ...{ event_id: "evt_1", event_type: dotted(event), occurred_at: at, notification_id: "ntf_1" },
    data: fields,
  }),
  "Lemon Squeezy": (event, fields) => ({
    meta: { event_name: snake(event), custom_data: { user_id: 123 } },
    data: { type: "clients", id: "1", attributes: fields },
  }),
  Clerk: (event, fields) => ({ data: fields, object: "event", type: dotted(event) }),
  Mailchimp: (event, fields) => ({ type: event, fired_at: "2026-04-12 07:52:10", data: fields }),
  Calendly: (event, fields) => ({ created_at: at, created_by: "https://x/users/1", event, payload: fields }),
  "Cal.com": (event, fields) => ({ triggerEvent: shouted(event), createdAt: at, payload: fields }),
  HubSpot: (event, fields) => [
    {
      ...{ eventId: 1, subscriptionId: 2, portalId: 3, occurredAt: 4, subscriptionType: snake(event) },
      ...{ attemptNumber: 0, changeSource: "CRM" },
      ...fields,
    },
  ],
  Intercom: (event, fields) => ({
    ...{ type: "notification_event", app_id: "a", id: "notif_1", topic: dotted(event), delivery_attempts: 1 },
    data: { type: "notification_event_data", item: { type: "client", ...fields } },
  }),
  Square: (event, fields) => ({
    ...{ merchant_id: "M", location_id: "L", type: dotted(event), event_id: "e", created_at: at },
    data: { type: "client", id: "1", object: { client: fields } },
  }),
  Slack: (event, fields) => ({
    ...{ token: "t", team_id: "T", type: "event_callback", event_id: "Ev1" },
    event: { type: snake(event), ...fields },
  }),
  Jira: (event, fields) => ({ timestamp: 1, webhookEvent: `hapana:${snake(event)}`, client: fields }),
  GitLab: (event, fields) => ({ object_kind: "client", event_type: snake(event), object_attributes: fields }),
  Trello: (event, fields) => ({ model: { id: "1" }, action: { id: "2", type: event, data: fields } }),
  Xero: (event, fields) => ({
    events: [{ resourceUrl: "https://x", eventCategory: "CLIENT", eventType: event, data: fields }],
    firstEventSequence: 1,
    lastEventSequence: 1,
  }),
  SendGrid: (event, fields) => [{ sg_event_id: "1", timestamp: 1, event: snake(event), ...fields }],
  Pipedrive: (event, fields) => ({
    ...{ v: 1, event, meta: { action: "updated", object: "person", id: 1, timestamp: 1 } },
    ...{ current: fields, previous: null, retry: 0 },
  }),
  Salesforce: (event, fields) => ({
    data: { schema: "s", payload: { EventType: event, ...fields }, event: { replayId: 1 } },
    channel: "/event/Hapana__e",
  }),
  Notion: (event, fields) => ({ id: "1", timestamp: at, type: dotted(event), entity: { id: "2" }, data: fields }),
  "Segment: track": (event, fields) => ({
    ...{ type: "track", event: title(event), userId: "u", anonymousId: "a", messageId: "segment-1", timestamp: at },
    context: { library: { name: "analytics.js", version: "4" }, ip: "203.0.113.1" },
    properties: fields,
  }),
  Mixpanel: (event, fields) => [{ event: title(event), properties: fields }],
  Amplitude: (event, fields) => ({ event_type: event, user_id: "u", time: 1, event_properties: fields }),
  EventBridge: (event, fields) => ({
    ...{ version: "0", id: "e", "detail-type": title(event), source: "hapana.webhooks", account: "1", time: at },
    ...{ region: "ap-southeast-2", resources: [], detail: fields },
  }),
  "SNS, with a subject": (event, fields) => ({
    ...{ Type: "Notification", MessageId: "22b8", TopicArn: "arn:aws:sns:ap:1:hapana", Subject: event },
    ...{ Message: json(fields), Timestamp: at, SignatureVersion: "1" },
  }),
  "SNS, with the type in the message": (event, fields) => ({
    ...{ Type: "Notification", MessageId: "22b8", TopicArn: "arn:aws:sns:ap:1:hapana" },
    ...{ Message: json({ event, ...fields }), Timestamp: at, SignatureVersion: "1" },
  }),
  SQS: (event, fields) => ({
    Records: [{ messageId: "m", body: json({ event, data: fields }), eventSource: "aws:sqs", awsRegion: "ap" }],
  }),
  "SNS in SQS": (event, fields) => ({
    Records: [
      { messageId: "m", body: json({ Type: "Notification", MessageId: "n", Message: json({ event, ...fields }) }) },
    ],
  }),
  "SNS in Lambda": (event, fields) => ({
    Records: [{ EventSource: "aws:sns", Sns: { Type: "Notification", Subject: event, Message: json(fields) } }],
  }),
  "API Gateway": (event, fields) => ({
    ...{ httpMethod: "POST", path: "/", headers: { "content-type": "application/json" }, isBase64Encoded: false },
    body: json({ event, data: fields }),
  }),
  "Event Grid": (event, fields) => [
    {
      ...{
        id: "1",
        topic: "/subscriptions/1/resourceGroups/x",
        subject: "clients/1",
        eventType: `Hapana.${pascal(event)}`,
      },
      ...{ eventTime: at, dataVersion: "1.0", metadataVersion: "1", data: fields },
    },
  ],
  "Kafka REST": (event, fields) => ({ records: [{ key: "c", value: { event, ...fields }, partition: 0 }] }),
  Debezium: (event, fields) => ({
    payload: { event, before: null, after: fields, source: { connector: "mysql" }, op: "u", ts_ms: 1 },
  }),
  n8n: (event, fields) => [
    {
      ...{ headers: { host: "n8n.example.com", "content-type": "application/json" }, params: {}, query: {} },
      body: { event, ...fields },
      executionMode: "production",
    },
  ],
  "n8n items": (event, fields) => [{ json: { event, data: fields } }],
  "JSON:API": (event, fields) => ({ data: { type: kebab(event), id: "1", attributes: fields } }),
  "JSON:API, with meta": (event, fields) => ({
    jsonapi: { version: "1.1" },
    meta: { event },
    data: { type: "clients", id: "1", attributes: fields, links: { self: "https://x/1" } },
  }),
  HAL: (event, fields) => ({
    _links: { self: { href: "/events/1" } },
    event,
    _embedded: { client: fields },
  }),
  "Activity Streams": (event, fields) => ({
    ...{ "@context": "https://www.w3.org/ns/activitystreams", eventType: event },
    actor: { type: "Service", name: "Hapana" },
    object: fields,
  }),
  OData: (event, fields) => ({ "@odata.context": "https://x/$metadata", eventType: event, value: [fields] }),
  ".NET": (event, fields) => ({ d: { __type: "Hapana.Event", EventType: event, ...fields } }),
  "FHIR-like bundle": (event, fields) => ({ eventType: event, type: "history", entry: [{ resource: fields }] }),
  Xano: (event, fields) => ({ response: { status: 200, result: { event_type: event, items: [fields] } } }),

  // In parts.
  "the client, and the rest under the type": (event, fields) => ({
    event,
    client: client(fields),
    [event]: rest(fields),
  }),
  "the client, and the rest beside it": (event, fields) => ({ event, client: client(fields), ...rest(fields) }),
  "the client, and the rest under details": (event, fields) => ({
    event,
    data: { client: client(fields), details: rest(fields) },
  }),
  "the site above": (event, fields) => ({
    event,
    siteID: fields.siteID,
    data: without(fields, "siteID"),
  }),
  "the site in an object of its own": (event, fields) => ({
    event,
    site: { siteID: fields.siteID, name: "Bondi" },
    data: without(fields, "siteID"),
  }),
};

const untyped: Readonly<Record<string, Wrap>> = {
  "nothing but the fields": (_, fields) => fields,
  "nothing but the fields, in snake case": (_, fields) => respelled(fields, inSnake),
  "nothing but the fields, in Pascal case": (_, fields) => respelled(fields, capital),
  "nothing but a list": (_, fields) => [fields],
  "under data, and an id": (_, fields) => ({ id: "evt_1", created: at, data: fields }),
  "under client, in a word's company": (_, fields) => ({ status: "ok", client: fields }),
  "type says only client": (_, fields) => ({ type: "client", data: fields }),
  Supabase: (_, fields) => ({ type: "UPDATE", table: "clients", schema: "public", record: fields, old_record: null }),
  DynamoDB: (_, fields) => ({
    Records: [{ eventID: "1", eventName: "INSERT", dynamodb: { Keys: { id: "1" }, NewImage: fields } }],
  }),
  "as JSON, under message": (_, fields) => ({ message: json(fields) }),
};

const around: Readonly<Record<string, (event: EventType, fields: Fields) => Posted>> = {
  "CloudEvents in the headers": (event, fields) => ({
    body: fields,
    headers: { "ce-specversion": "1.0", "ce-id": "A234", "ce-source": "/hapana", "ce-type": `com.hapana.${event}` },
  }),
  "the type in X-Hapana-Event": (event, fields) => ({ body: fields, headers: { "x-hapana-event": event } }),
  "the type in X-Hapana-Event, as a topic": (event, fields) => ({
    body: { data: fields },
    headers: { "x-hapana-event": `${words(event).join("/")}` },
  }),
  "the type in the query": (event, fields) => ({ body: fields, query: { event: kebab(event) } }),
};

const plain = (isUntyped: boolean, wraps: Readonly<Record<string, Wrap>>): PlausibleEnvelope[] =>
  Object.entries(wraps).map(([name, wrap]) => ({
    name,
    isUntyped,
    wrap: (event, fields) => ({ body: wrap(event, fields) }),
  }));

const known: readonly PlausibleEnvelope[] = envelopes.map(({ name, wrap }) => ({
  name,
  isUntyped: wrap("checkIn", {}).below !== undefined,
  wrap: (event, fields) => ({ body: toText(wrap(event, fields)) }),
}));

/** Those that every event must come out of, and as many more as can be thought of. */
export const plausibleEnvelopes: readonly PlausibleEnvelope[] = [
  ...known,
  ...plain(false, typed),
  ...plain(true, untyped),
  ...Object.entries(around).map(([name, wrap]) => ({ name, isUntyped: false, wrap })),
];

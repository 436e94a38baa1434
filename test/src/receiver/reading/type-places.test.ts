import assert from "node:assert/strict";
import { catalog } from "../../../../src/events/catalog";
import { type Around, documented, members, read } from "../../../support/reading";

type Fields = Readonly<Record<string, unknown>>;
type Place = (name: string, fields: Fields) => { body: unknown } & Around;

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const key =
  (name: string): Place =>
  (type, fields) => ({ body: { [name]: type, data: fields } });
const header =
  (name: string): Place =>
  (type, fields) => ({ body: fields, headers: { [name]: type } });
const query =
  (name: string): Place =>
  (type, fields) => ({ body: fields, query: { [name]: type } });

const places: Readonly<Record<string, Place>> = {
  "EventBridge: detail-type": (type, fields) => ({
    body: {
      version: "0",
      id: "e1",
      "detail-type": type,
      source: "hapana",
      account: "1",
      resources: [],
      detail: fields,
    },
  }),
  "SNS: Subject": (type, fields) => ({
    body: {
      Type: "Notification",
      MessageId: "m1",
      TopicArn: "arn:aws:sns:x:1:y",
      Subject: type,
      Message: JSON.stringify(fields),
    },
  }),
  "the header ce-type": header("ce-type"),
  "the header ce-type, with a domain": (type, fields) => ({
    body: fields,
    headers: { "ce-type": `com.hapana.${type}` },
  }),
  "the header X-Hapana-Event": header("x-hapana-event"),
  "the header X-Hapana-Event, in snake case": (type, fields) => ({
    body: fields,
    headers: { "x-hapana-event": snake(type) },
  }),
  "the header X-Hapana-Event, around data": (type, fields) => ({
    body: { data: fields },
    headers: { "x-hapana-event": type },
  }),
  "the header X-Event-Type": header("x-event-type"),
  "the header X-Webhook-Event": header("x-webhook-event"),
  "the header X-Hapana-Event-Type": header("x-hapana-event-type"),
  "a header that was sent twice, as Node.js joins it": (type, fields) => ({
    body: fields,
    headers: { "x-hapana-event": `${type}, ${type}` },
  }),
  "?event=": query("event"),
  "?event=, in snake case": (type, fields) => ({ body: fields, query: { event: snake(type) } }),
  "?type=": query("type"),
  "?eventType=": query("eventType"),
  "?event_type=": query("event_type"),
  "?Event=": query("Event"),
  "?webhookType=": query("webhookType"),
  "hook.event": (type, fields) => ({ body: { hook: { id: 1, event: type, target: "https://x" }, data: fields } }),
  "webhook.event": (type, fields) => ({ body: { webhook: { id: 1, event: type }, data: fields } }),
  "webhook.type": (type, fields) => ({ body: { webhook: { type }, payload: fields } }),
  "meta.event_name": (type, fields) => ({ body: { meta: { event_name: type, test_mode: false }, data: fields } }),
  "metadata.eventType": (type, fields) => ({ body: { metadata: { eventType: type }, data: fields } }),
  "header.event": (type, fields) => ({ body: { header: { event: type, version: 1 }, data: fields } }),
  "event.type": (type, fields) => ({ body: { event: { id: "e1", type, data: fields } } }),
  "event.name": (type, fields) => ({ body: { event: { id: "e1", name: type }, data: fields } }),
  eventCode: key("eventCode"),
  event_code: key("event_code"),
  triggerEvent: key("triggerEvent"),
  trigger_event: key("trigger_event"),
  subscriptionType: key("subscriptionType"),
  subscription_type: key("subscription_type"),
  "eventType, flat": (type, fields) => ({ body: { eventType: type, ...fields } }),
  "eventCode, flat": (type, fields) => ({ body: { eventCode: type, ...fields } }),
  "subscriptionType, flat": (type, fields) => ({ body: { ...fields, subscriptionType: type } }),
  "event-type": key("event-type"),
  "Event Type": key("Event Type"),
  webhook_event: key("webhook_event"),
  topic: key("topic"),
};

describe("a type is found where senders put it, and decides at the base URL", () => {
  for (const [where, place] of Object.entries(places)) {
    it(where, async () => {
      for (const { type, sample } of catalog) {
        const { body, ...around } = place(type, sample);
        const { event, payload, issues, reason } = await read(body, around);
        assert.equal(event, type, reason);
        assert.deepEqual([documented(type, payload), issues], [sample, []]);
      }
    });
  }
});

describe("a type is found where senders put it, and agrees with its own URL", () => {
  for (const [where, place] of Object.entries(places)) {
    it(where, async () => {
      for (const { type, sample } of catalog) {
        const { body, ...around } = place(type, sample);
        const { event, payload, issues, reason } = await read(body, { ...around, url: type });
        assert.equal(event, type, reason);
        assert.deepEqual([documented(type, payload), issues], [sample, []]);
      }
    });
  }
});

const checkIn = { clientID: "c1", siteID: "s", checkInStatus: "Invalid", sessionName: "Yoga", barcode: "1" };
const message = { clientID: "c1", siteID: "s", messageId: "m1", communicationType: "sms", message: "Hi" };
const purchase = { clientID: "c1", siteID: "s", packageName: "Gold", amount: 49, packageType: "membership" };
const status = { clientID: "c1", siteID: "s", status: "inactive", activePackages: [] };

describe("a plain type with a foreign word does not switch the shape off", () => {
  members({
    client: { is: "checkIn", body: { type: "client", ...checkIn }, has: checkIn },
    email: { is: "outboundMessage", body: { type: "email", ...message }, has: message },
    membership: { is: "packagePurchased", body: { type: "membership", ...purchase }, has: purchase },
    sms: { is: "outboundMessage", body: { type: "sms", ...message }, has: message },
    "client, at a status": { is: "clientStatusChange", body: { type: "client", ...status }, has: status },
    "client, around data": { is: "checkIn", body: { type: "client", data: checkIn }, has: checkIn },
    "client, inside data": { is: "checkIn", body: { data: { type: "client", ...checkIn } }, has: checkIn },
    member: { is: "checkIn", body: { type: "member", ...checkIn }, has: checkIn },
    person: { is: "checkIn", body: { type: "person", ...checkIn }, has: checkIn },
    object: { is: "packagePurchased", body: { type: "object", data: purchase }, has: purchase },
    "Client, in capitals": { is: "checkIn", body: { Type: "Client", ...checkIn }, has: checkIn },
    sessionpackage: { is: "packagePurchased", body: { type: "sessionpackage", ...purchase }, has: purchase },
    UPDATE: { is: "clientStatusChange", body: { type: "UPDATE", table: "clients", record: status }, has: status },
    json: { is: "checkIn", body: { type: "json", data: checkIn }, has: checkIn },
    "JSON:API's type": {
      is: "checkIn",
      body: { data: { type: "clients", id: "1", attributes: checkIn } },
      has: checkIn,
    },
    Notification: { is: "checkIn", body: { Type: "Notification", Message: JSON.stringify(checkIn) }, has: checkIn },
  });
});

describe("a plain type with a foreign word does not trouble the URL", () => {
  const profile = { clientID: "c1", siteID: "s", email: "a@x.com", firstName: "A" };
  members({
    client: { at: "accountCreated", body: { type: "client", ...profile }, has: profile },
    email: { at: "outboundMessage", body: { type: "email", ...message }, has: message },
    membership: { at: "packagePurchased", body: { type: "membership", ...purchase }, has: purchase },
    "client, around data": { at: "clientUpdated", body: { type: "client", data: profile }, has: profile },
    member: { at: "clientUpdated", body: { type: "member", ...profile }, has: profile },
    UPDATE: { at: "clientUpdated", body: { type: "UPDATE", record: profile }, has: profile },
    Notification: {
      at: "clientUpdated",
      body: { Type: "Notification", Message: JSON.stringify(profile) },
      has: profile,
    },
    visit: { at: "checkIn", body: { type: "visit", ...checkIn }, has: checkIn },
    sms: { at: "outboundMessage", body: { type: "sms", ...message }, has: message },
    object: { at: "accountCreated", body: { type: "object", data: profile }, has: profile },
  });
});

describe("a plain type that looks like an event's name does hide the shape", () => {
  members({
    "towel.returned": { is: "unrecognised", body: { type: "towel.returned", ...checkIn } },
    "booking.created": { is: "unrecognised", body: { type: "booking.created", ...checkIn } },
    booking_created: { is: "unrecognised", body: { type: "booking_created", ...checkIn } },
    bookingCreated: { is: "unrecognised", body: { type: "bookingCreated", data: checkIn } },
    "invoice.paid": { is: "unrecognised", body: { type: "invoice.paid", ...purchase } },
    "com.hapana.booking.created": { is: "unrecognised", body: { type: "com.hapana.booking.created", data: checkIn } },
    "email.opened": { is: "unrecognised", body: { type: "email.opened", ...message } },
    "sms.delivered": { is: "unrecognised", body: { type: "sms.delivered", ...message } },
    "member.lifecycle.changed": { is: "unrecognised", body: { type: "member.lifecycle.changed", ...status } },
    "payment-failed": { is: "unrecognised", body: { type: "payment-failed", data: purchase } },
  });
});

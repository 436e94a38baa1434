import assert from "node:assert/strict";
import { catalog, type EventType } from "../../../../src/events/catalog";
import { type Around, read, readAll } from "../../../support/reading";

type Fields = Readonly<Record<string, unknown>>;
type Place = (name: string, fields: Fields) => { body: unknown } & Around;

const undoing = [
  ...["cancelled", "canceled", "deleted", "denied", "rejected", "refunded", "voided", "reversed", "failed", "undone"],
  ...["noShow", "removed", "revoked", "declined", "reverted", "expired", "invalidated", "aborted", "withdrawn"],
  ...["scheduled", "requested", "attempted", "pending", "missed", "late", "draft", "preview", "test.failed"],
];

const spellings: Readonly<Record<string, (event: string, word: string) => string>> = {
  "with a dot": (event, word) => `${event}.${word}`,
  "with an underscore": (event, word) => `${event.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_${word}`,
  "in camel case": (event, word) => `${event}${word.charAt(0).toUpperCase()}${word.slice(1)}`,
  "in words": (event, word) => `${event.replace(/[A-Z]/g, " $&")} ${word}`,
  "before it": (event, word) => `${word}.${event}`,
  "with a domain and a version": (event, word) => `com.hapana.${event}.${word}.v1`,
};

const places: Readonly<Record<string, Place>> = {
  "the body's event": (name, fields) => ({ body: { event: name, ...fields } }),
  "the body's event, around data": (name, fields) => ({ body: { event: name, data: fields } }),
  "the body's eventType": (name, fields) => ({ body: { eventType: name, ...fields } }),
  "the body's type": (name, fields) => ({ body: { type: name, data: fields } }),
  "detail-type": (name, fields) => ({ body: { version: "0", "detail-type": name, source: "hapana", detail: fields } }),
  "an SNS Subject": (name, fields) => ({
    body: { Type: "Notification", MessageId: "m", Subject: name, Message: JSON.stringify(fields) },
  }),
  "hook.event": (name, fields) => ({ body: { hook: { event: name }, data: fields } }),
  "meta.event_name": (name, fields) => ({ body: { meta: { event_name: name }, data: fields } }),
  "the header ce-type": (name, fields) => ({ body: fields, headers: { "ce-type": name } }),
  "the header X-Hapana-Event": (name, fields) => ({ body: fields, headers: { "x-hapana-event": name } }),
  "?event=": (name, fields) => ({ body: fields, query: { event: name } }),
  "inside data": (name, fields) => ({ body: { data: { event: name, ...fields } } }),
  eventCode: (name, fields) => ({ body: { eventCode: name, data: fields } }),
  triggerEvent: (name, fields) => ({ body: { triggerEvent: name, data: fields } }),
  "a list of one": (name, fields) => ({ body: [{ event: name, ...fields }] }),
};

async function assertIsNone({ body, ...around }: { body: unknown } & Around): Promise<void> {
  const { event, reason } = await read(body, around);
  assert.equal(event, "unrecognised", JSON.stringify([around, body]).slice(0, 200));
  assert.ok(reason);
}

describe("a type that is undone or changed is unrecognised, even on its own URL", () => {
  const type = "checkIn";
  const fields = { clientID: "c1", siteID: "s", checkInStatus: "Valid", barcode: "1" };

  for (const word of undoing) {
    it(`${word}, in all spellings, at the URL and at the base URL`, async () => {
      for (const spell of Object.values(spellings)) {
        for (const url of [type, undefined]) await assertIsNone({ body: { event: spell(type, word), ...fields }, url });
      }
    });
  }

  for (const [where, place] of Object.entries(places)) {
    it(`${where}, with every word`, async () => {
      for (const word of undoing) {
        for (const url of [type, undefined]) await assertIsNone({ ...place(`${type}.${word}`, fields), url });
      }
    });
  }

  for (const [how, spell] of Object.entries(spellings)) {
    it(`${how}, in each event`, async () => {
      for (const { type, sample } of catalog) {
        for (const url of [type, undefined])
          await assertIsNone({ body: { event: spell(type, "cancelled"), data: sample }, url });
      }
    });
  }

  const known: readonly [name: string, event: EventType][] = [
    ["Client Check-In Cancelled", "checkIn"],
    ["Check-In Denied", "checkIn"],
    ["checkin.no_show", "checkIn"],
    ["check_in_no-show", "checkIn"],
    ["Cancelled Check-In", "checkIn"],
    ["undoCheckIn", "checkIn"],
    ["cancelCheckIn", "checkIn"],
    ["checkIn.cancel", "checkIn"],
    ["checkIn.delete", "checkIn"],
    ["checkIn/undo", "checkIn"],
    ["CHECKIN_CANCELLED", "checkIn"],
    ["checkincancelled", "checkIn"],
    ["checkIn (cancelled)", "checkIn"],
    ["purchase.refunded", "packagePurchased"],
    ["Package Purchase Refund", "packagePurchased"],
    ["purchase.voided", "packagePurchased"],
    ["packagePurchaseFailed", "packagePurchased"],
    ["purchase.chargeback", "packagePurchased"],
    ["account.created.failed", "accountCreated"],
    ["accountCreated.rolledback", "accountCreated"],
    ["client.updated.rejected", "clientUpdated"],
    ["clientStatusChange.reverted", "clientStatusChange"],
    ["Client Status Change Scheduled", "clientStatusChange"],
    ["outboundMessage.bounced", "outboundMessage"],
    ["Communication Outbound Failed", "outboundMessage"],
    ["outboundMessage.undelivered", "outboundMessage"],
  ];
  for (const [name, event] of known) {
    it(`${name}, posted to ${event}`, async () => {
      const { sample } = catalog.find(({ type }) => type === event) ?? { sample: {} };
      await assertIsNone({ body: { event: name, ...sample }, url: event });
      await assertIsNone({ body: { type: name, data: sample }, url: event });
      await assertIsNone({ body: sample, headers: { "ce-type": name }, url: event });
    });
  }
});

describe("a URL that undoes its event is not that event's", () => {
  const fields = { clientID: "c1", siteID: "s", checkInStatus: "Valid", barcode: "1" };
  for (const url of [
    ...["checkIn.cancelled", "checkInCancelled", "check-in-denied", "checkin_deleted", "cancelledCheckIn"],
    ...["uncheckIn", "checkIn.noShow", "checkIn.rejected", "checkIn.undone", "checkIn.failed", "checkIn.voided"],
    ...["com.hapana.checkIn.cancelled", "checkIn.cancelled.v1", "onCheckInCancelled"],
  ]) {
    it(url, async () => {
      for (const { event } of await readAll(fields, { url }))
        assert.ok(["refused", "unrecognised"].includes(event), event);
    });
  }
});

describe("a word that undoes, elsewhere than in the type, undoes nothing", () => {
  const fields = {
    clientID: "c1",
    siteID: "s",
    checkInStatus: "Cancelled",
    checkInMessage: "checkIn.cancelled",
    barcode: "1",
  };
  for (const [where, body] of Object.entries({
    "in a field": fields,
    "in customProperties": { ...fields, customProperties: [{ name: "event", value: "checkIn.cancelled" }] },
    "in a session's name": { ...fields, sessionName: "Cancelled" },
    "in a nested booking's status": { ...fields, booking: { status: "cancelled" } },
    "in the client's name": { ...fields, firstName: "Denied", lastName: "Deleted" },
    "in notes": { ...fields, notes: "checkIn.cancelled" },
    "in a flag that is not set": { ...fields, cancelled: false, deleted: false },
    "in a date that is none": { ...fields, cancelledAt: null, deleted_at: null },
    "in a link": { ...fields, links: { cancel: "https://x/cancel" } },
    "in a key": { ...fields, cancellation: { policy: "24h" } },
  })) {
    it(where, async () => {
      const { event, payload } = await read(body, { url: "checkIn" });
      assert.deepEqual([event, payload.clientID, payload.checkInStatus], ["checkIn", "c1", "Cancelled"]);
    });
  }
});

describe("what stands under a key that says it was undone is never the event", () => {
  const fields = { clientID: "c1", siteID: "s", checkInStatus: "Valid", barcode: "1" };
  const rest = { checkInStatus: "Valid", barcode: "1" };
  for (const [where, body] of Object.entries<unknown>({
    checkInCancelled: { checkInCancelled: fields },
    "checkIn.cancelled": { "checkIn.cancelled": fields },
    cancelledCheckIn: { cancelledCheckIn: fields },
    deleted: { deleted: fields },
    "removed, as a list": { removed: [fields] },
    "cancelled, beside the type": { event: "checkIn", cancelled: fields },
    "failed, as JSON": { failed: JSON.stringify(fields) },
    "checkOut, beside the client": { client: { clientID: "c1", firstName: "A" }, checkOut: rest },
    "checkInCancelled, beside the client": { client: { clientID: "c1", firstName: "A" }, checkInCancelled: rest },
    "checkInCancelled, inside a client that has nothing else": { clientID: "c1", siteID: "s", checkInCancelled: rest },
    "a tuple": ["checkIn.cancelled", fields],
    "a tuple with more behind": ["checkIn.cancelled", fields, 7],
  })) {
    it(where, async () => {
      await assertIsNone({ body, url: "checkIn" });
      await assertIsNone({ body });
    });
  }

  it("refund, beside a client that has nothing else", async () => {
    await assertIsNone({ body: { client: { clientID: "c1" }, refund: { amount: 49 } }, url: "packagePurchased" });
  });

  it("what was added beside it is read", async () => {
    const { event, payload } = await read(
      { added: [fields], deleted: [{ ...fields, clientID: "c2" }] },
      { url: "checkIn" },
    );
    assert.deepEqual([event, payload.clientID], ["checkIn", "c1"]);
  });

  it("nothing under such a key undoes nothing", async () => {
    const { event } = await read({ data: fields, deleted: [], cancelledCheckIns: {} }, { url: "checkIn" });
    assert.equal(event, "checkIn");
  });
});

describe("a bare word that undoes, wherever an action is written", () => {
  const fields = { clientID: "c1", siteID: "s", checkInStatus: "Valid", barcode: "1" };
  const keys = [
    ...["changeType", "operationType", "op_type", "verb", "kind", "activity", "mutation", "actionType", "eventAction"],
    ...["eventStatus", "detail-type", "eventCode", "webhookType", "__op"],
  ];
  for (const key of keys) {
    it(key, async () => {
      for (const word of ["deleted", "CANCELLED", "Refund", "terminated"]) {
        await assertIsNone({ body: { [key]: word, data: fields }, url: "checkIn" });
        await assertIsNone({ body: { [key]: word, ...fields }, url: "checkIn" });
      }
    });
  }

  it("MongoDB: the key of a document that was deleted", async () => {
    const body = { payload: { documentKey: { clientID: "c1" }, operationType: "delete" } };
    await assertIsNone({ body, url: "clientUpdated" });
  });
});

describe("a type with a strange word beside an event's name is not that event", () => {
  const fields = { clientID: "c1", siteID: "s", checkInStatus: "Valid", barcode: "1" };
  for (const name of [
    ...["checkIn.forbidden", "checkIn.unauthorized", "checkIn.annulled", "checkIn.anulado", "checkIn.storniert"],
    ...[
      "checkIn.waitlisted",
      "checkIn.started",
      "checkIn.absent",
      "checkIn.dropped",
      "checkIn.simulated",
      "preCheckIn",
    ],
    ...["https://hapana.com/events/checkIn/cancelled", "https://hapana.com/events/checkIn?action=cancelled"],
    ...["App\\Events\\Cancelled\\CheckIn"],
  ]) {
    it(name, async () => {
      for (const key of ["type", "event"]) await assertIsNone({ body: { [key]: name, data: fields }, url: "checkIn" });
    });
  }

  it("but a subject of the events beside it leaves the event to its URL", async () => {
    const body = { type: "membership_purchase", data: { clientID: "c1", siteID: "s", amount: 49 } };
    assert.equal((await read(body, { url: "packagePurchased" })).event, "packagePurchased");
  });
});

import assert from "node:assert/strict";
import { catalog, type EventType } from "../../../src/events/catalog";
import { eventIn } from "../../support/receiving";

const sampleOf = (type: EventType) => catalog.find((definition) => definition.type === type)?.sample ?? {};
const profile = sampleOf("clientUpdated");
const checkIn = sampleOf("checkIn");
const own = "Give each webhook its own URL: the endpoint's path, a slash and the event type.";

describe("an event that says nowhere what it is", () => {
  for (const type of ["outboundMessage", "clientStatusChange", "packagePurchased", "checkIn"] as const) {
    it(`is ${type} where its fields tell`, async () => {
      for (const body of [sampleOf(type), { data: sampleOf(type) }, [sampleOf(type)]]) {
        assert.equal((await eventIn(body)).event, type);
      }
    });
  }

  for (const type of ["accountCreated", "clientUpdated"] as const) {
    it(`is unrecognised where it is ${type}: the two look alike, and guessing would be wrong half of the time`, async () => {
      const received = await eventIn(sampleOf(type));
      assert.equal(received.event, "unrecognised");
      assert.equal(
        received.reason,
        `It does not say which event it is. ${own} Its fields do not identify it: none belongs to one event only (they fit Account Created, Client Updated).`,
      );
      assert.deepEqual(received.payload, sampleOf(type));
    });

    it(`is ${type} by its own URL`, async () => {
      assert.deepEqual(await eventIn(sampleOf(type), type).then(({ event, issues }) => [event, issues]), [type, []]);
    });
  }

  it("is unrecognised where its few fields fit several", async () => {
    const { event, reason } = await eventIn({ clientID: "c1", siteID: "s1" });
    assert.equal(event, "unrecognised");
    assert.match(
      reason ?? "",
      /Its fields do not identify it: none belongs to one event only \(they fit all events\)\.$/,
    );
  });

  const without: Readonly<Record<string, object>> = {
    "fit one event, but belong to none alone": { customProperties: [], packageName: "Gold" },
    "fit none": { gender: "Female", packageName: "Gold" },
  };
  for (const [what, fields] of Object.entries(without)) {
    it(`is not said to fit several where its fields ${what}`, async () => {
      const { event, reason } = await eventIn({ clientID: "c1", siteID: "s1", ...fields });
      assert.equal(event, "unrecognised");
      assert.equal(
        reason,
        `It does not say which event it is. ${own} Its fields do not identify it: none belongs to one event only.`,
      );
    });
  }

  it("is unrecognised where its fields are those of several", async () => {
    const { event, reason } = await eventIn({ ...sampleOf("packagePurchased"), ...checkIn });
    assert.equal(event, "unrecognised");
    assert.equal(
      reason,
      `It does not say which event it is. ${own} Its fields do not identify it: they belong to more than one event (Package Purchase, Client Check-In).`,
    );
  });

  it("is unrecognised where a single telling field stands among foreign ones", async () => {
    const { event, reason } = await eventIn({ clientID: "c1", siteID: "s1", amount: 5, invoiceNumber: "7" });
    assert.equal(event, "unrecognised");
    assert.match(reason ?? "", /a single one of Package Purchase is not enough when others are missing\.$/);
  });
});

describe("a type that is none of the known ones", () => {
  const visit = { clientID: "c1", siteID: "s1", sessionName: "Yoga", sessionID: "9", sessionStartTime: "18:00" };
  const foreign: Readonly<Record<string, unknown>> = {
    "under event": { event: "towel.returned", ...visit },
    "under eventType, with the fields under data": { eventType: "towel.returned", data: visit },
    "at the level of the data": { data: { type: "towel_returned", ...visit } },
    "under topic": { topic: "towel.returned", data: visit },
    "under action": { action: "towelReturned", ...visit },
  };
  for (const [where, body] of Object.entries(foreign)) {
    it(`${where} is not taken for a check-in by its shape`, async () => {
      const received = await eventIn(body);
      assert.equal(received.event, "unrecognised");
      assert.match(
        received.reason ?? "",
        /^The type under "\w+" is not a known event\. .*Give each webhook its own URL: /,
      );
    });
  }

  it("is taken for what the URL says, and reported", async () => {
    const received = await eventIn({ event: "towel.returned", ...visit }, "checkIn");
    assert.equal(received.event, "checkIn");
    assert.deepEqual(received.issues, [{ field: "event", problem: "is not a known event, so the URL decided" }]);
  });

  it("does not hide a known one beside it", async () => {
    const { event, issues } = await eventIn({ type: "v2", event: "check_in", data: checkIn });
    assert.deepEqual([event, issues], ["checkIn", []]);
  });

  for (const type of ["webhook", "Hapana Webhook", "event", "notification", "  ", "hapana.event"]) {
    it(`is not meant by ${JSON.stringify(type)}, which says nothing`, async () => {
      assert.equal((await eventIn({ type, data: checkIn })).event, "checkIn");
    });
  }

  it("is not meant by a name of a person or a kind of message", async () => {
    assert.equal((await eventIn({ ...checkIn, name: "Alex Example", action: "open", kind: "Visit" })).event, "checkIn");
    assert.equal((await eventIn({ ...sampleOf("outboundMessage"), messageType: "SMS" })).event, "outboundMessage");
  });
});

describe("types that contradict each other", () => {
  it("the one in the body wins over the URL, and is reported", async () => {
    const received = await eventIn({ event: "client_updated", data: profile }, "accountCreated");
    assert.equal(received.event, "clientUpdated");
    assert.deepEqual(received.issues, [
      { field: "event", problem: "says clientUpdated, but the URL says accountCreated" },
    ]);
  });

  it("the one in the body wins over the shape", async () => {
    assert.equal((await eventIn({ event: "accountCreated", ...checkIn })).event, "accountCreated");
  });

  it("the outermost wins over the others, and each of those is reported", async () => {
    const received = await eventIn({ event: "clientUpdated", data: { type: "accountCreated", ...profile } });
    assert.equal(received.event, "clientUpdated");
    assert.deepEqual(received.issues, [
      { field: "type", problem: 'says accountCreated, but "event" says clientUpdated' },
    ]);
  });

  it("the same one twice, in two spellings, is no contradiction", async () => {
    const body = { event: "client_updated", webhook: "Client Updated", clientUpdated: profile };
    assert.deepEqual((await eventIn(body, "clientUpdated")).issues, []);
  });
});

describe("what has no client", () => {
  for (const body of [
    { event: "checkIn", data: { siteID: "s1", checkInStatus: "Valid" } },
    { ...checkIn, clientID: undefined },
    { ...checkIn, clientID: null },
    { ...checkIn, clientID: "" },
    { ...checkIn, clientID: "  " },
    { ...checkIn, clientID: {} },
    { ping: true },
    "hello",
    5,
    true,
    [1, 2],
  ]) {
    it(`is unrecognised, whatever the URL says: ${JSON.stringify(body).slice(0, 50)}`, async () => {
      const received = await eventIn(JSON.stringify(body), "checkIn");
      assert.deepEqual([received.event, received.issues], ["unrecognised", []]);
      assert.match(received.reason ?? "", /^It contains no clientID that can be the event's own\. /);
      assert.deepEqual(received.payload, JSON.parse(JSON.stringify(body)));
    });
  }
});

describe("a reason", () => {
  const url = "checkIn";
  const unrecognised: Readonly<Record<string, readonly [body: object, url?: string]>> = {
    "of what has no client": [{ ping: true }, url],
    "of what tells only of before": [{ before: { clientID: "c1", email: "old@example.com" } }, url],
    "of two clients": [{ oneOfThem: { clientID: "c1" }, theOther: { clientID: "c2" } }, url],
    "of what was undone": [{ clientID: "c1", event: "checkIn.cancelled" }, url],
    "of what a key undoes": [{ client: { clientID: "c1" }, refund: { amount: 49 } }, url],
    "of a foreign type": [{ clientID: "c1", eventType: "booking.created" }],
    "of fields that fit several": [{ clientID: "c1", firstName: "Ada" }],
    "of fields of several": [{ clientID: "c1", amount: 49, barcode: "1" }],
  };
  for (const [what, [body, at]] of Object.entries(unrecognised)) {
    it(`${what} says the most where the debug sidebar cuts it off, and then what to do next`, async () => {
      const { event, reason = "" } = await eventIn(body, at);
      assert.equal(event, "unrecognised");
      const [first = "", ...others] = reason.split(/(?<=\.) /);
      assert.ok(first.length <= 80, first);
      assert.match(others.join(" "), /Give each webhook|Ask Hapana|ask Hapana|take it from/);
    });
  }
});

import assert from "node:assert/strict";
import { catalog, definitionOf } from "../../../src/events/catalog";
import { maxEvents } from "../../../src/receiver/limits";
import { openEnvelope } from "../../../src/receiver/open-envelope";
import { eventIn, eventsIn } from "../../support/receiving";

const checkIn = definitionOf("checkIn").sample;
const purchase = definitionOf("packagePurchased").sample;

/** Far more than a megabyte takes, and far less than it would if every level were read for every event. */
const maxSeconds = 5;

/** By this process's own time: others may keep it waiting. */
function readAtOnce(body: unknown): number {
  const started = process.cpuUsage();
  const { length } = openEnvelope(body);
  const { user, system } = process.cpuUsage(started);
  const seconds = (user + system) / 1_000_000;
  assert.ok(seconds < maxSeconds, `it took ${seconds} s`);
  return length;
}

const many = <Item>(count: number, make: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => make(index));

describe("several events in one body", () => {
  it("come out in their order, each with its own body", async () => {
    const list = catalog.map(({ type, sample }) => ({ event: type, data: sample }));
    const received = await eventsIn(list);
    assert.deepEqual(
      received.map(({ event }) => event),
      catalog.map(({ type }) => type),
    );
    assert.deepEqual(
      received.map(({ body }) => body),
      list,
    );
  });

  it("come out of a list in an envelope", async () => {
    const received = await eventsIn({
      type: "checkIn",
      siteID: "s9",
      records: [{ clientID: "a", barcode: "1" }, { clientID: "b" }],
    });
    assert.deepEqual(
      received.map(({ event, clientID, siteID }) => [event, clientID, siteID]),
      [
        ["checkIn", "a", "s9"],
        ["checkIn", "b", "s9"],
      ],
    );
  });

  it("come out of lists under several keys that name events", async () => {
    const received = await eventsIn({ checkIn: [checkIn, checkIn], package_purchased: purchase });
    assert.deepEqual(
      received.map(({ event }) => event),
      ["checkIn", "checkIn", "packagePurchased"],
    );
  });

  it("are none where their client is too long to be written to each: the whole is one, and nothing is thrown", async () => {
    const body = { clientID: "c".repeat(201), data: [{ barcode: "1", fobNumber: "2" }, { barcode: "3" }] };
    const { event, clientID } = await eventIn(body, "checkIn");
    assert.deepEqual([event, clientID], ["checkIn", body.clientID]);
  });

  it("do not swallow one among them that is none", async () => {
    const received = await eventsIn([
      { event: "checkIn", ...checkIn },
      { ping: 1 },
      "x",
      { event: "checkIn", ...checkIn },
    ]);
    assert.deepEqual(
      received.map(({ event }) => event),
      ["checkIn", "unrecognised", "unrecognised", "checkIn"],
    );
    assert.deepEqual(received[1]?.body, { ping: 1 });
  });
});

describe("an envelope with words of its own", () => {
  it("lends the event its client and its site, but not its status and message", async () => {
    const body = {
      status: "success",
      message: "ok",
      messageId: "7",
      subject: "x",
      clientID: "c1",
      siteID: "s1",
      event: "checkIn",
    };
    const { payload } = await eventIn({ ...body, data: { checkInStatus: "Valid", barcode: "1" } });
    assert.deepEqual(payload, { clientID: "c1", siteID: "s1", checkInStatus: "Valid", barcode: "1" });
  });

  it("that holds a part of the event's fields lends them", async () => {
    const { event, payload } = await eventIn({
      checkInTime: "18:00",
      sessionName: "Yoga",
      siteID: "s1",
      client: { clientID: "c1", firstName: "Alex", lastName: "Example" },
    });
    assert.equal(event, "checkIn");
    assert.deepEqual(payload, {
      clientID: "c1",
      siteID: "s1",
      checkInTime: "18:00",
      sessionName: "Yoga",
      firstName: "Alex",
      lastName: "Example",
    });
  });

  it("lends everything to a single event, and to several what is short", async () => {
    const around = { firstName: "Alex", lastName: "x".repeat(1_000), siteID: "s1" };
    const events = ["1", "2"].map((clientID) => ({ clientID, checkInStatus: "Valid", barcode: "7" }));
    const alone = await eventIn({ ...around, records: events.slice(0, 1) });
    assert.equal((alone.payload as { lastName: string }).lastName.length, 1_000);
    for (const body of [
      { ...around, records: events },
      { ...around, checkIn: events[0], check_in: events[1] },
    ]) {
      const payloads = (await eventsIn(body)).map(({ payload }) => payload);
      assert.deepEqual(
        payloads,
        events.map((event) => ({ firstName: "Alex", siteID: "s1", ...event })),
      );
    }
  });

  it("does not overwrite what the event has itself", async () => {
    const { payload } = await eventIn({ event: "checkIn", siteID: "outer", data: { ...checkIn, siteID: "inner" } });
    assert.equal((payload as { siteID: string }).siteID, "inner");
  });

  for (const nobody of [null, "", " ", [], ["c2"], {}, true]) {
    it(`lends its client where the event has none but ${JSON.stringify(nobody)}`, async () => {
      const { event, clientID } = await eventIn({ clientID: "c1", data: { clientID: nobody, email: "x" } }, "checkIn");
      assert.deepEqual([event, clientID], ["checkIn", "c1"]);
    });

    it(`is not troubled by two spellings of the client, of which one is ${JSON.stringify(nobody)}`, async () => {
      for (const twice of [
        { clientID: nobody, client_id: "c1" },
        { client_id: "c1", clientID: nobody },
      ]) {
        for (const body of [{ ...twice, barcode: "1" }, { ...twice, data: { barcode: "1" } }, { data: twice }]) {
          assert.equal((await eventIn(body, "checkIn")).clientID, "c1");
        }
      }
    });
  }

  it("that tells of the past beside the present gives the present", async () => {
    const profile = definitionOf("clientUpdated").sample;
    const body = { event: "clientUpdated", previous: { ...profile, email: "old@example.com" }, data: profile };
    assert.deepEqual((await eventIn(body)).payload, profile);
  });

  it("may come in capital letters, many levels deep, and as text in text", async () => {
    let body: unknown = { EVENT: "CHECKIN", DATA: checkIn };
    for (let level = 0; level < 6; level += 1) body = level % 2 ? JSON.stringify({ x: body }) : { y: body };
    assert.deepEqual((await eventIn(body)).payload, checkIn);
  });

  it("hides the event where it is deeper than anybody nests", async () => {
    let body: unknown = checkIn;
    for (let level = 0; level < 20; level += 1) body = { data: body };
    assert.equal((await eventIn(body)).event, "unrecognised");
  });

  it("may hold text that only looks like JSON", async () => {
    assert.equal((await eventIn({ data: "{not JSON", other: "[", event: "checkIn" })).event, "unrecognised");
    assert.equal((await eventIn({ data: '{"a"', event: "checkIn", payload: checkIn })).event, "checkIn");
  });
});

describe("fields that hold objects", () => {
  it("are not taken for the event", async () => {
    const inner = { clientID: "wrong", email: "wrong@example.com", firstName: "Wrong", barcode: "1" };
    const { payload } = await eventIn({ event: "checkIn", clientID: "c1", siteID: "s1", customProperties: inner });
    assert.deepEqual(payload, { clientID: "c1", siteID: "s1", customProperties: inner });
  });

  it("keep a message that is JSON as text", async () => {
    const message = JSON.stringify(checkIn);
    const { payload } = await eventIn({ event: "outboundMessage", clientID: "c1", siteID: "s1", message });
    assert.deepEqual(payload, { clientID: "c1", siteID: "s1", message });
  });
});

describe("hostile keys", () => {
  const hostile =
    '{"event":"checkIn","clientID":"c1","siteID":"s1","barcode":"1","__proto__":{"isAdmin":true},"constructor":1,"toString":2}';

  for (const body of [
    hostile,
    `{"event":"checkIn","__proto__":{"clientID":"x","barcode":"1","email":"x"},"data":${hostile}}`,
  ]) {
    it(`do no harm: ${body.slice(0, 45)}`, async () => {
      const { event, payload } = await eventIn(body);
      assert.equal(event, "checkIn");
      assert.equal((payload as { clientID: string }).clientID, "c1");
      assert.equal((payload as { isAdmin?: boolean }).isAdmin, undefined);
      assert.equal(({} as { isAdmin?: boolean }).isAdmin, undefined);
    });
  }

  it("as a container of the event do no harm", async () => {
    const { event } = await eventIn(`{"event":"checkIn","__proto__":${JSON.stringify(checkIn)}}`);
    assert.equal(event, "checkIn");
    assert.equal(({} as { clientID?: string }).clientID, undefined);
  });
});

describe("the body as it arrived", () => {
  it("is untouched, whatever was made of it", async () => {
    const text = '{"event":"checkIn","data":{"client_id":7,"siteID":"s1","SessionInstructor":"R","barcode":{"a":1}}}';
    const { body, payload } = await eventIn(text);
    assert.equal(JSON.stringify(body), text);
    assert.deepEqual(payload, { clientID: "7", siteID: "s1", sessionInstructor: "R", barcode: null });
  });

  it("is the item where several events came in a list", async () => {
    const [, second] = await eventsIn({ records: [{ data: checkIn }, { data: purchase }] });
    assert.deepEqual(second?.body, { data: purchase });
  });
});

describe("a megabyte made to take long", () => {
  const wide = Object.fromEntries(many(45_000, (index) => [`k${index}`, 1]));

  it("of many keys around many events is read at once", () => {
    assert.equal(
      readAtOnce({ ...wide, records: many(25_000, (index) => ({ clientID: index, email: "a", phone: "1" })) }),
      maxEvents + 1,
    );
    assert.equal(readAtOnce({ ...wide, records: many(45_000, () => ({ email: 1 })) }), 1);
  });

  it("of a field in all its spellings is read at once", () => {
    const spelled = Object.fromEntries(
      many(40_000, (index) => [`email${"_".repeat(index % 50)}${"-".repeat(index / 800)}`, "x"]),
    );
    assert.equal(
      readAtOnce({
        ...spelled,
        siteID: 1,
        records: many(25_000, (index) => ({ clientID: index, phone: "1", gender: "" })),
      }),
      maxEvents + 1,
    );
  });

  it("of types around many events is read at once, and takes no memory", () => {
    const types = Object.fromEntries(
      many(40_000, (index) => [`${"_".repeat(index % 200)}ty${"-".repeat(index / 200)}pe`, "checkIn"]),
    );
    const before = process.memoryUsage().heapUsed;
    const opened = openEnvelope({
      ...types,
      records: many(25_000, (index) => ({ clientID: index, email: "a", phone: "1" })),
    });
    assert.equal(opened.length, maxEvents + 1);
    assert.ok(process.memoryUsage().heapUsed - before < 300_000_000);
  });

  it("of keys that name events, one in the other, is read at once", () => {
    let body: unknown = wide;
    for (let level = 0; level < 10; level += 1) body = { checkIn: body };
    assert.equal(readAtOnce(body), 1);
  });

  it("of JSON in text in JSON is read at once", () => {
    let body: unknown = many(300, () => "[]]");
    for (let level = 0; level < 5; level += 1) body = { data: JSON.stringify(body), payload: body };
    assert.ok(JSON.stringify(body).length > 150_000);
    assert.equal(readAtOnce(body), 1);
  });

  it("of text that begins like JSON is read at once", () => {
    assert.equal(readAtOnce(many(250_000, () => "[")), 1);
  });
});

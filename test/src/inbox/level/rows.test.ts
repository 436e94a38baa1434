import assert from "node:assert/strict";
import fc from "fast-check";
import { crc32, crc32c, tableCrc32 } from "../../../../src/inbox/checksum";
import { factsOf, fromRow, hasBody, toRow } from "../../../../src/inbox/event-row";
import {
  putFirstAttempts,
  putOpen,
  putWaiting,
  readClosedRow,
  readFirstAttempts,
  readOpenRow,
} from "../../../../src/inbox/level/rows";
import { fresh } from "../../../../src/inbox/progress";
import { selects } from "../../../../src/inbox/routing";
import { toStoredEvent } from "../../../../src/inbox/stored-event";
import { delivered } from "../../../support/deliveries";

const slot = { name: "1" };

describe("the row of an open delivery", () => {
  it("says what was written", () => {
    const number = fc.nat({ max: 1_000 });
    const row = fc.record({
      state: fc.constantFrom("waiting" as const, "inFlow" as const, "slow" as const),
      ...{
        attempt: fc.integer({ min: 1, max: 99 }),
        failures: number,
        crashes: number,
        blame: number,
        survivals: number,
      },
    });
    fc.assert(
      fc.property(fc.nat(), row, (sequence, written) => {
        const { key, value } = putOpen(slot, sequence, written);
        assert.deepEqual(readOpenRow(key, value), { ...written });
      }),
    );
    const due = { ...fresh, attempt: 2, state: "due" as const, due: 1_234 };
    const { key, value } = putOpen(slot, 5, due);
    assert.deepEqual(readOpenRow(key, value), due);
    const waiting = putWaiting(slot, 7);
    assert.deepEqual(readOpenRow(waiting.key, waiting.value), { ...fresh, state: "waiting" });
  });

  it("is not believed where a character of key or value is another", () => {
    for (const { key, value } of [putWaiting(slot, 300), putOpen(slot, 300, { ...fresh, state: "slow" })]) {
      const whole = key + value;
      for (let at = 1; at < whole.length; at += 1) {
        const changed = whole.slice(0, at) + String.fromCharCode(whole.charCodeAt(at) ^ 1) + whole.slice(at + 1);
        assert.equal(readOpenRow(changed.slice(0, key.length), changed.slice(key.length)), undefined, changed);
      }
    }
  });

  it("of what is closed is nothing where it is damaged", () => {
    assert.equal(readClosedRow('{"state":"del', "one"), undefined);
  });
});

describe("the row of what went into the flow as it was stored", () => {
  const deliveries = [
    { sequence: 300, slot: "1" },
    { sequence: 300, slot: "1z" },
    { sequence: 2 ** 47, slot: "2" },
  ];

  it("says what was written", () => {
    const { key, value } = putFirstAttempts("b1", deliveries);
    assert.deepEqual(readFirstAttempts(key, value), deliveries);
  });

  it("is not believed where a character is another", () => {
    const { key, value } = putFirstAttempts("b1", deliveries);
    for (let at = 0; at < value.length; at += 1) {
      const changed = value.slice(0, at) + String.fromCharCode(value.charCodeAt(at) ^ 1) + value.slice(at + 1);
      assert.equal(readFirstAttempts(key, changed), undefined, changed);
    }
    assert.equal(readFirstAttempts("b2", value), undefined);
  });
});

describe("the row of an event", () => {
  const rowOf = async (body: unknown, options = {}) => {
    const delivery = await delivered(body, { id: "del_1", ...options });
    const [received = assert.fail()] = delivery.events;
    const event = toStoredEvent(delivery, "del_1", received, 0, 42);
    const facts = { endpoint: 'end"point', at: 1_000, names: ["abc"], hasOwnId: true, client: undefined };
    return { row: toRow(event, facts, received), event, facts, received };
  };

  it("says what was written, and its facts can be read without the rest", async () => {
    for (const body of [
      { clientID: "Zoë 😀", siteID: "s" },
      { data: { clientID: "x" }, eventName: "checkIn" },
    ]) {
      const { row, event, facts } = await rowOf(body);
      assert.equal(JSON.stringify({ ...event, ...fromRow(row, 42)?.event }), JSON.stringify(event));
      assert.deepEqual(fromRow(row, 42)?.facts, facts);
      assert.deepEqual(factsOf(row), facts);
    }
  });

  it("is found out where any character is another, or where it stands in another's place", async () => {
    const { row } = await rowOf({ clientID: "c", siteID: "s" });
    for (let at = 0; at < row.length; at += 1) {
      const changed = row.slice(0, at) + String.fromCharCode(row.charCodeAt(at) ^ 1) + row.slice(at + 1);
      assert.equal(fromRow(changed, 42), undefined);
    }
    assert.equal(fromRow(row, 43), undefined);
    assert.equal(fromRow(undefined, 42), undefined);
  });

  it("of a delivery without an id of its own is not taken for damaged", async () => {
    const { event, received } = await rowOf({ clientID: "c", siteID: "s" });
    const facts = { endpoint: "e", at: 5, names: [], hasOwnId: false, client: undefined };
    assert.deepEqual(factsOf(toRow(event, facts, received)), facts);
  });

  it("has the body of another that says the same in another order", async () => {
    const { row } = await rowOf({ clientID: "c", siteID: "s" });
    const { received } = await rowOf({ siteID: "s", clientID: "c" });
    const { received: other } = await rowOf({ siteID: "s", clientID: "d" });
    assert.equal(hasBody(row, 42, received), true);
    assert.equal(hasBody(row, 42, other), false);
  });
});

describe("checksums", () => {
  it("are those that others write", () => {
    assert.equal(crc32("123456789"), 0xcbf43926);
    assert.equal(crc32c(Buffer.from("123456789")), 0xe3069283);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(), (text, seed) => {
        assert.equal(crc32(text, seed), tableCrc32(Buffer.from(text), seed));
      }),
    );
  });
});

describe("who selects an event", () => {
  const checkIn = (siteID: string | undefined) => ({ event: "checkIn", siteID });

  it("is who selects its type, and its location", () => {
    const everywhere = { events: ["checkIn"], sites: [] };
    assert.equal(selects(everywhere, checkIn(undefined)), true);
    assert.equal(selects(everywhere, { event: "accountCreated", siteID: "a" }), false);
    assert.equal(selects({ events: ["checkIn"], sites: [" a "] }, checkIn("a ")), true);
    assert.equal(selects({ events: ["checkIn"], sites: ["a"] }, checkIn("b")), false);
    assert.equal(selects({ events: ["checkIn"], sites: ["a"] }, checkIn(undefined)), false);
    assert.equal(selects({ events: ["checkIn"], sites: [""] }, checkIn("")), false);
    assert.equal(selects({ events: [], sites: ["a"] }, { event: "unrecognised", siteID: undefined }), true);
  });
});

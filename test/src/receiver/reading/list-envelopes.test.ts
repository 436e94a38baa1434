import assert from "node:assert/strict";
import { read, readAll } from "../../../support/reading";

const one = { clientID: "c1", siteID: "s", checkInStatus: "Valid", barcode: "1" };
const two = { clientID: "c2", siteID: "s", checkInStatus: "Invalid", barcode: "2" };

const ofOne: Readonly<Record<string, unknown>> = {
  "under data, with id and time": { id: "evt_1", time: "T1", data: [one] },
  bare: [one],
  "beside words and numbers": ["c1", one, 7],
  "beside nothing": [one, null],
  "under records, with a cursor": { cursor: "x", records: [one] },
  "under the event's name": { id: "evt_1", checkIn: [one] },
  "under the event's name in the plural": { id: "evt_1", checkIns: [one] },
  "under two keys": { id: "evt_1", payload: { page: 1, items: [one] } },
  "of an envelope of its own": { id: "evt_1", events: [{ id: "e2", data: one }] },
  "within a list": [[one]],
  "as JSON in a string": { id: "evt_1", data: JSON.stringify([one]) },
  "SQS: Records with a body": { Records: [{ messageId: "m", body: JSON.stringify(one), eventSource: "aws:sqs" }] },
  "a list around an envelope": [{ id: "evt_1", data: one }],
  "GraphQL: edges and node": { data: { checkIns: { edges: [{ cursor: "a", node: one }] } } },
};

describe("a list of one is that one event, and its body is the whole", () => {
  for (const [what, body] of Object.entries(ofOne)) {
    it(what, async () => {
      const reading = await read(body, { url: "checkIn" });
      assert.deepEqual(
        [reading.event, reading.payload.clientID, reading.payload.checkInStatus],
        ["checkIn", "c1", "Valid"],
      );
      assert.deepEqual(reading.body, body);
      assert.equal(reading.envelope, undefined);
    });
  }

  it("two deliveries of the same event in other envelopes are told apart by their bodies", async () => {
    const first = await read({ id: "evt_1", time: "T1", data: [one] }, { url: "checkIn" });
    const second = await read({ id: "evt_2", time: "T2", data: [one] }, { url: "checkIn" });
    assert.notDeepEqual(first.body, second.body);
  });
});

const ofTwo: Readonly<Record<string, [body: unknown, around: readonly string[]]>> = {
  "under data, with id and time": [{ id: "evt_1", time: "T1", data: [one, two] }, ["evt_1", "T1"]],
  "under records, with a cursor": [{ cursor: "next-9", records: [one, two] }, ["next-9"]],
  "under the event's name": [{ id: "evt_1", checkIn: [one, two] }, ["evt_1"]],
  "under two keys": [{ id: "evt_1", payload: { page: "p-7", items: [one, two] } }, ["evt_1", "p-7"]],
  "with words around": [{ success: true, code: "c-200", message: "m-ok", data: [one, two] }, ["c-200", "m-ok"]],
  "with pagination": [{ data: [one, two], pagination: { next: "n-2" } }, ["n-2"]],
  "with meta": [{ meta: { requestId: "r-1" }, events: [one, two] }, ["r-1"]],
  "with the type": [{ event: "checkIn", batch: "b-1", data: [one, two] }, ["b-1"]],
  "JSON:API": [{ jsonapi: { version: "v-1.1" }, data: [one, two], links: { self: "l-1" } }, ["v-1.1", "l-1"]],
  "as JSON in a string": [{ id: "evt_1", data: JSON.stringify([one, two]) }, ["evt_1"]],
  HAL: [{ _links: { self: { href: "h-1" } }, _embedded: { items: [one, two] } }, ["h-1"]],
  "after the list": [{ events: [one, two], sentAt: "T-9" }, ["T-9"]],
};

describe("a list of several is several events, each with its item for a body", () => {
  for (const [what, [body, around]] of Object.entries(ofTwo)) {
    it(`${what}: envelope is what stood around`, async () => {
      const readings = await readAll(body, { url: "checkIn" });
      assert.deepEqual(
        readings.map(({ event, payload }) => [event, payload.clientID, payload.checkInStatus]),
        [
          ["checkIn", "c1", "Valid"],
          ["checkIn", "c2", "Invalid"],
        ],
      );
      assert.deepEqual(
        readings.map(({ body }) => body),
        [one, two],
      );
      for (const { envelope } of readings) {
        const text = JSON.stringify(envelope) ?? "";
        for (const word of around) assert.ok(text.includes(word), `${word} is not in ${text}`);
        assert.ok(!text.includes("Invalid"), "the items are in it");
      }
    });
  }

  it("bare: nothing stood around", async () => {
    const readings = await readAll([one, two], { url: "checkIn" });
    assert.deepEqual(
      readings.map(({ body, envelope }) => [body, envelope]),
      [
        [one, undefined],
        [two, undefined],
      ],
    );
  });

  it("id and time are its envelope", async () => {
    const readings = await readAll({ id: "evt_1", time: "T1", data: [one, two] }, { url: "checkIn" });
    for (const { envelope } of readings) assert.deepEqual(envelope, { id: "evt_1", time: "T1" });
  });
});

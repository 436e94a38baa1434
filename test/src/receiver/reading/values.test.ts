import assert from "node:assert/strict";
import type { EventType } from "../../../../src/events/catalog";
import { assertReported, members, read, reported } from "../../../support/reading";

const client = { clientID: "c1", siteID: "s" };

describe("a check-in's status that is no text says nothing certain", () => {
  const odd = [true, false, 0, 1, 2, 1.5, -1, {}, { valid: true }, [], ["Valid"], { status: "Valid" }];
  for (const checkInStatus of odd) {
    it(`${JSON.stringify(checkInStatus)} is null, with an issue`, async () => {
      assertReported(await read({ ...client, barcode: "1", checkInStatus }, { url: "checkIn" }), "checkInStatus");
    });
  }

  members({
    "text of any kind passes": {
      at: "checkIn",
      body: { ...client, checkInStatus: "Maybe" },
      has: { checkInStatus: "Maybe" },
    },
    "a number in a status is no text either": {
      at: "clientStatusChange",
      body: { ...client, status: 3 },
      has: { status: reported },
    },
  });
});

describe("a date in an object is passed on as it came", () => {
  const dates: readonly unknown[] = [
    { date: "2026-04-12 17:52:10.000000", timezone_type: 3, timezone: "Australia/Sydney" },
    { date: "2026-04-12 17:52:10", timezone: "Australia/Sydney" },
    { date: "2026-04-12", timezone: "+10:00" },
    { $date: "2026-04-12T07:52:10Z" },
    { $date: 1776000000000 },
    { $date: { $numberLong: "1776000000000" } },
  ];
  const fields: readonly [EventType, string][] = [
    ["checkIn", "checkInTime"],
    ["checkIn", "sessionStartTime"],
    ["accountCreated", "joinDate"],
    ["clientUpdated", "birthDate"],
  ];
  for (const [event, field] of fields) {
    for (const date of dates) {
      it(`${field}: ${JSON.stringify(date)}`, async () => {
        const { payload, issues } = await read({ ...client, email: "a@x.com", [field]: date }, { url: event });
        assert.deepEqual([payload[field], issues], [date, []]);
      });
    }
  }

  for (const odd of [true, false, [], ["2026-04-12"]]) {
    it(`${JSON.stringify(odd)} is no date: null, with an issue`, async () => {
      assertReported(await read({ ...client, barcode: "1", checkInTime: odd }, { url: "checkIn" }), "checkInTime");
    });
  }
});

describe("a field that stands there in two spellings", () => {
  it("may hold what no text can be made of", async () => {
    const email = [{ toString: 1, valueOf: 1 }];
    const { event, payload } = await read({ ...client, email, Email: "a@x.com", data: {} }, { url: "clientUpdated" });
    assert.deepEqual([event, payload.clientID], ["clientUpdated", "c1"]);
  });
});

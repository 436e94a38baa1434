import assert from "node:assert/strict";
import { isEqual } from "../../../src/events/equal";
import { fromRow, hasBody, toRow } from "../../../src/inbox/event-row";
import type { StoredEvent } from "../../../src/inbox/stored-event";

const details = {
  sequence: 7,
  event: "checkIn",
  siteID: "site",
  issues: [],
  deliveryId: "del_1",
  receivedAt: "2026-04-12T07:52:10.000Z",
  test: false,
} as const;

/** What is kept besides, which is not what is tested here. */
const facts = { endpoint: "endpoint", at: 1, names: ["key"], hasOwnId: true, client: "client" };

describe("an event as it is written", () => {
  const write = (payload: unknown, body: unknown) => {
    const event: StoredEvent = { ...details, issues: [], payload, body };
    return toRow(event, facts, { bodyJson: JSON.stringify(body), isPayloadBody: isEqual(payload, body) });
  };

  const read = (row: string) => fromRow(row, 7)?.event;

  it("is written once where the payload says the same as the body, in whatever order", () => {
    const text = write({ a: 1, b: ["x"] }, { b: ["x"], a: 1 });
    assert.equal(text.split('"x"').length, 2);
    assert.deepEqual(read(text), { ...details, payload: { a: 1, b: ["x"] }, body: { a: 1, b: ["x"] } });
  });

  for (const [what, payload, body] of [
    ["a field was renamed", { sessionInstructor: "R" }, { SessionInstructor: "R" }],
    ["a field was coerced", { amount: 49 }, { amount: "49.00" }],
    ["a field was left out", { a: 1 }, { a: 1, event: "checkIn" }],
    ["a field was added", { a: 1, activePackages: [] }, { a: 1 }],
    ["a list differs", { a: [1] }, { a: [2] }],
    ["a list is longer", { a: [1] }, { a: [1, 2] }],
    ["a list became an object", { a: { 0: 1 } }, { a: [1] }],
    ["the body is a list", { a: 1 }, [{ a: 1 }]],
    ["a field is null that was undefined", { a: null }, { b: 1 }],
  ] as const) {
    it(`keeps both where ${what}`, () => assert.deepEqual(read(write(payload, body)), { ...details, payload, body }));
  }

  it("gives payload and body that can be changed one without the other", () => {
    const { payload, body } = read(write({ a: { b: 1 } }, { a: { b: 1 } })) ?? {};
    (payload as { a: { b: number } }).a.b = 2;
    assert.deepEqual(body, { a: { b: 1 } });
  });

  it("tells its body from every other, also from one that is in it", () => {
    const inner = { b: 1 };
    const body = { a: "x", body: inner };
    const text = write(body, body);
    const isSame = (other: unknown, bodyJson = JSON.stringify(other)) => hasBody(text, 7, { body: other, bodyJson });
    assert.equal(isSame(body), true);
    assert.equal(isSame(body, JSON.stringify(body, null, 2)), true);
    assert.equal(isSame({ body: inner, a: "x" }), true);
    for (const other of [inner, { ...body, a: "y" }, { body: inner }, [body], "x", 1, JSON.stringify(body)]) {
      assert.equal(isSame(other), false, JSON.stringify(other));
    }
  });

  it("keeps a body that is no object", () =>
    assert.deepEqual(read(write(42, 42)), { ...details, payload: 42, body: 42 }));

  it("keeps a reason", () => {
    const event: StoredEvent = { ...details, issues: [], event: "unrecognised", reason: "why", payload: 1, body: 1 };
    const text = toRow(
      event,
      { ...facts, names: [], hasOwnId: false, client: undefined },
      { bodyJson: "1", isPayloadBody: true },
    );
    assert.deepEqual(read(text), event);
  });
});

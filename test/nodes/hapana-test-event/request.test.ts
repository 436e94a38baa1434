import assert from "node:assert/strict";
import { readRequest } from "../../../nodes/hapana-test-event/request";
import { eventTypes } from "../../../src/events/catalog";

const setTo = (event: string, fields = "") => ({ event, fields });

describe("what a message asks a test event for", () => {
  it("nothing: then the node's setting counts", () => {
    for (const topic of [undefined, null, ""]) {
      assert.deepEqual(readRequest({ topic }, setTo("checkIn")), { events: ["checkIn"], fields: {} });
      assert.deepEqual(readRequest({ topic }, setTo("all")), { events: eventTypes, fields: {} });
    }
  });

  it("an event, in any spelling, or all of them", () => {
    assert.deepEqual(readRequest({ topic: "Client Check-In" }, setTo("all")), { events: ["checkIn"], fields: {} });
    assert.deepEqual(readRequest({ topic: "all" }, setTo("checkIn")), { events: eventTypes, fields: {} });
  });

  it("an event that there is not: it is not guessed", () => {
    for (const topic of ["chekIn", "unrecognised", 7, {}]) {
      assert.deepEqual(readRequest({ topic }, setTo("all")), { code: "unknownEvent" });
    }
  });

  it("nothing, where the node is set to an event that there is not: not the message is to be mended then", () => {
    for (const topic of [undefined, ""])
      assert.deepEqual(readRequest({ topic }, setTo("magic")), { code: "unknownOwnEvent" });
    assert.deepEqual(readRequest({ topic: "checkIn" }, setTo("magic")), { events: ["checkIn"], fields: {} });
  });

  it("fields, but only by an object", () => {
    assert.deepEqual(readRequest({ payload: { amount: 5 } }, setTo("checkIn")), {
      events: ["checkIn"],
      fields: { amount: 5 },
    });
    for (const payload of [1_767_225_600_000, "text", true, null, undefined, ["a"], Buffer.from("a"), new Date()]) {
      assert.deepEqual(readRequest({ payload }, setTo("checkIn")), { events: ["checkIn"], fields: {} });
    }
  });

  it("fields beside those that the node is set to change, and before them", () => {
    const settings = setTo("checkIn", '{"checkInStatus": "Invalid", "checkInMessage": "Expired"}');
    assert.deepEqual(readRequest({}, settings), {
      events: ["checkIn"],
      fields: { checkInStatus: "Invalid", checkInMessage: "Expired" },
    });
    assert.deepEqual(readRequest({ payload: { checkInMessage: "Suspended", amount: 5 } }, settings), {
      events: ["checkIn"],
      fields: { checkInStatus: "Invalid", checkInMessage: "Suspended", amount: 5 },
    });
    assert.deepEqual(readRequest({}, setTo("checkIn", "Invalid")), { code: "unreadableFields" });
  });

  it("fields that JSON cannot carry", () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    for (const payload of [circular, { id: 1n }]) {
      assert.deepEqual(readRequest({ payload }, setTo("checkIn")), { code: "unwritableFields" });
    }
  });
});

import assert from "node:assert/strict";
import { toMessage } from "../../../nodes/hapana-webhook-in/message";
import { details } from "../../../src/events/details";
import type { StoredEvent } from "../../../src/inbox/stored-event";

const stored: StoredEvent = {
  sequence: 7,
  event: "checkIn",
  payload: { clientID: "1" },
  siteID: "north",
  issues: [{ field: "email", problem: "It is missing." }],
  deliveryId: "delivery",
  receivedAt: "2026-04-12T07:52:10.000Z",
  test: false,
  body: { clientID: 1 },
};
const endpoint = { id: "endpoint", name: "Endpoint" };

describe("the message of an event", () => {
  it("says what came, from where, when and how often, as the help page promises", () => {
    const { hapana, ...message } = toMessage(stored, 1, endpoint, "North", "message id");
    assert.deepEqual(message, { _msgid: "message id", topic: "checkIn", payload: { clientID: "1" } });
    assert.deepEqual(hapana, {
      event: "checkIn",
      deliveryId: "delivery",
      receivedAt: "2026-04-12T07:52:10.000Z",
      site: { id: "north", name: "North" },
      endpoint,
      attempt: 1,
      redelivered: false,
      test: false,
      issues: stored.issues,
      body: { clientID: 1 },
    });
    assert.deepEqual(details.strict().parse(hapana), hapana);
  });

  it("says nothing of what is not known, and why it was not recognised", () => {
    const unknown = { ...stored, event: "unrecognised", siteID: undefined, reason: "It is no event." } as const;
    const { topic, hapana } = toMessage(unknown, 2, endpoint, undefined, "message id");
    assert.equal(topic, "unrecognised");
    assert.deepEqual(hapana.site, { id: null });
    assert.deepEqual([hapana.reason, hapana.attempt, hapana.redelivered], ["It is no event.", 2, true]);
    assert.deepEqual(details.strict().parse(hapana), hapana);
  });
});

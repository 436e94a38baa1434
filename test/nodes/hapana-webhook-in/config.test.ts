import assert from "node:assert/strict";
import { configOf, type SavedWebhookIn } from "../../../nodes/hapana-webhook-in/config";
import { eventTypes } from "../../../src/events/catalog";

const usual = {
  endpoint: "",
  events: eventTypes,
  sites: [],
  deliveredWhen: "complete",
  completeTimeout: 60,
  retries: 0,
};

describe("what is saved of a webhook-in node", () => {
  const odd: Record<string, [SavedWebhookIn, object]> = {
    nothing: [{}, {}],
    "null everywhere": [
      { endpoint: null, events: null, sites: null, deliveredWhen: null, completeTimeout: null, retries: null },
      {},
    ],
    "numbers as text": [
      { completeTimeout: "5", retries: "3" },
      { completeTimeout: 5, retries: 3 },
    ],
    "no numbers": [{ completeTimeout: "soon", retries: {} }, {}],
    "numbers out of bounds": [
      { completeTimeout: 0, retries: 1_000_000 },
      { completeTimeout: 1, retries: 100 },
    ],
    "events in another order, one twice, and one that is none": [
      { events: ["checkIn", "accountCreated", "checkIn", "classBooked", 5, null] },
      { events: ["accountCreated", "checkIn"] },
    ],
    "a text in place of a list": [{ events: "checkIn", sites: "a" }, {}],
    "a number as a siteID, and what is none": [{ sites: [4711, "a", null, {}] }, { sites: ["4711", "a"] }],
    "locations of which none can be read: not all of them": [{ sites: [null, {}] }, { sites: [""] }],
    "an unknown end": [{ deliveredWhen: "soon" }, {}],
  };
  for (const [what, [saved, expected]] of Object.entries(odd)) {
    it(`is made right: ${what}`, () => assert.deepEqual(configOf(saved, eventTypes), { ...usual, ...expected }));
  }

  it("is not understood where a newer version has saved it", () => {
    assert.equal(configOf({ version: 99 }, eventTypes), undefined);
    assert.deepEqual(configOf({ version: 1 }, eventTypes), usual);
  });
});

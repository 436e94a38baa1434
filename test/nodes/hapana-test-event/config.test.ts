import assert from "node:assert/strict";
import { configOf, type SavedTestEvent } from "../../../nodes/hapana-test-event/config";

describe("what is saved of a test event", () => {
  const odd: Record<string, [SavedTestEvent, object]> = {
    nothing: [{}, {}],
    "null everywhere": [{ endpoint: null, event: null, fields: null }, {}],
    "numbers as text": [
      { endpoint: 5, fields: 7 },
      { endpoint: "5", fields: "7" },
    ],
    "fields that are no text": [{ fields: { checkInStatus: "Invalid" } }, { fields: '{"checkInStatus":"Invalid"}' }],
    "an event that is none": [{ event: ["checkIn"] }, {}],
  };
  for (const [what, [saved, expected]] of Object.entries(odd)) {
    it(`is made right: ${what}`, () => {
      assert.deepEqual(configOf(saved), { endpoint: "", event: "all", fields: "", ...expected });
    });
  }

  it("is not understood where a newer version has saved it", () => assert.equal(configOf({ version: 2 }), undefined));
});

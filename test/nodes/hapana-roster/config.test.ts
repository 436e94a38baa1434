import assert from "node:assert/strict";
import { configOf, defaults } from "../../../nodes/hapana-roster/config";

describe("a roster's settings", () => {
  for (const [saved, days] of [
    [undefined, 365],
    ["30", 30],
    [0, 1],
    [99_999, 3_650],
    ["many", 365],
    [{}, 365],
  ] as const) {
    it(`${JSON.stringify(saved)} days are ${days}`, () =>
      assert.deepEqual(configOf({ endpoint: "e", forgetAfterDays: saved }), { endpoint: "e", forgetAfterDays: days }));
  }

  it("of a newer version are left alone", () => assert.equal(configOf({ version: defaults.version + 1 }), undefined));

  it("without an endpoint have none", () => assert.equal(configOf({})?.endpoint, ""));
});

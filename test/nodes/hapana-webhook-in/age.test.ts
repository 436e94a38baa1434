import assert from "node:assert/strict";
import { ageOf } from "../../../nodes/hapana-webhook-in/age";

describe("the age of an event", () => {
  const minute = 60_000;
  const cases: [number, string][] = [
    [0, "now"],
    [59_999, "now"],
    [minute, "1 min. ago"],
    [59 * minute, "59 min. ago"],
    [60 * minute, "1 hr. ago"],
    [25 * 60 * minute, "yesterday"],
    [3 * 24 * 60 * minute, "3 days ago"],
    [-minute, "now"],
  ];
  for (const [age, words] of cases) {
    it(`of ${age} ms is "${words}"`, () => {
      assert.equal(ageOf(1_000_000_000_000, 1_000_000_000_000 + age, "en-US"), words);
    });
  }

  it("is told in the language that is asked for", () => {
    assert.equal(ageOf(0, 3 * minute, "de"), "vor 3 Min.");
  });
});

import assert from "node:assert/strict";
import { configOf, type ProblemConfig, type SavedProblem } from "../../../nodes/hapana-problem/config";
import { problemKinds } from "../../../src/problems/tally";

const minute = 60_000;
const usual: ProblemConfig = {
  ...{ endpoint: "", kinds: [...problemKinds], interval: 10 * minute, silence: 0, ranges: [], timeZone: "" },
};

describe("what is saved of a problem node", () => {
  const odd: Record<string, [SavedProblem, Partial<ProblemConfig>]> = {
    nothing: [{}, {}],
    "null everywhere": [
      { endpoint: null, kinds: null, intervalMinutes: null, silenceHours: null, hours: null, timeZone: null },
      {},
    ],
    "numbers as text": [
      { intervalMinutes: "5", silenceHours: "1.5" },
      { interval: 5 * minute, silence: 90 * minute },
    ],
    "numbers beyond their bounds": [
      { intervalMinutes: -1, silenceHours: 1e9 },
      { interval: 0, silence: 720 * 60 * minute },
    ],
    "kinds in another order, twice, and one that is none": [
      { kinds: ["refused", "failed", "failed", "weather"] },
      { kinds: ["failed", "refused"] },
    ],
    "no kind": [{ kinds: [] }, { kinds: [] }],
    "spaces around the time zone": [{ timeZone: " Australia/Sydney " }, { timeZone: "Australia/Sydney" }],
  };
  for (const [what, [saved, expected]] of Object.entries(odd))
    it(`is made right: ${what}`, () => assert.deepEqual(configOf(saved), { ...usual, ...expected }));

  it("is a fault where nobody can know when silence matters", () => {
    assert.deepEqual(configOf({ timeZone: "Mars/Olympus" })?.fault, { code: "unknownTimeZone", value: "Mars/Olympus" });
    assert.deepEqual(configOf({ hours: [{ days: [] }] })?.fault, { code: "noDays" });
    assert.equal(configOf({ hours: [{ from: "06:00", to: "22:00" }] })?.fault, undefined);
  });

  it("is not understood where a newer version has saved it", () => assert.equal(configOf({ version: 2 }), undefined));
});

import assert from "node:assert/strict";
import { readAmount } from "../../../src/events/amount";
import { validate } from "../../../src/events/validate";

const readable: readonly [written: unknown, read: number][] = [
  [49, 49],
  [0, 0],
  [-12.5, -12.5],
  ["49", 49],
  ["49.00", 49],
  [" 49.00 ", 49],
  ["0.005", 0.005],
  ["1,234.50", 1234.5],
  ["$49.00", 49],
  ["A$49", 49],
  ["$ 1,234,567.89", 1234567.89],
  ["1.234,50 €", 1234.5],
  ["49,90", 49.9],
  ["1.234.567", 1234567],
  ["1 234,50 €", 1234.5],
  ["1'234.50 CHF", 1234.5],
  ["AUD 49.00", 49],
  ["49.00 aud", 49],
  ["-49.00", -49],
  ["-$49.00", -49],
  ["$-49.00", -49],
  ["(49.00)", -49],
];

const unreadable = [
  "",
  "free",
  "forty-nine",
  "4 9 x 2",
  "1,23,4",
  "1.2.3",
  "$",
  "--5",
  "(49",
  "49)",
  "1e9",
  "9".repeat(41),
];

describe("an amount", () => {
  for (const [written, read] of readable) {
    it(`${JSON.stringify(written)} is ${read}`, () => {
      const { payload, issues } = validate("packagePurchased", { clientID: "c", siteID: "s", amount: written });
      assert.deepEqual([payload, issues], [{ clientID: "c", siteID: "s", amount: read }, []]);
    });
  }

  for (const written of unreadable) {
    it(`${JSON.stringify(written).slice(0, 20)} is none: null, with an issue`, () => {
      assert.equal(readAmount(written), "unreadable");
      const { payload, issues } = validate("packagePurchased", { clientID: "c", siteID: "s", amount: written });
      assert.deepEqual(payload, { clientID: "c", siteID: "s", amount: null });
      assert.deepEqual(issues, [{ field: "amount", problem: "is not a number" }]);
    });
  }

  it("is read at once, however it is written", () => {
    for (const text of [
      `$${"1,".repeat(19)}`,
      "1".repeat(40),
      `${" ".repeat(39)}x`,
      "€".repeat(40),
      `${"1 ".repeat(19)}!`,
    ]) {
      const before = process.hrtime.bigint();
      readAmount(text);
      assert.ok(process.hrtime.bigint() - before < 50_000_000n, text);
    }
  });
});

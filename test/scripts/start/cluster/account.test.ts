import assert from "node:assert/strict";
import { accountOf } from "../../../../scripts/start/cluster/account";
import type { Note } from "../../../../scripts/start/cluster/flows";
import { describeAccount, describeOutcome } from "../../../../scripts/start/cluster/report";

const note = (clientID: string, step: Note["step"], attempt = 1): Note => {
  return { clientID, step, attempt, redelivered: attempt > 1 };
};
const through = (clientID: string, attempt = 1) => [
  note(clientID, "began", attempt),
  note(clientID, "finished", attempt),
];
const posted = (clientID: string, receivedBy = "A", status = 200) => ({ clientID, status, receivedBy });

/** The rows of a table, cell by cell. */
const cells = (table: string) => table.split("\n").map((line) => line.split(/ {2,}/));

describe("the account of npm run start:cluster", () => {
  it("is right where each came out, and what came twice was in the hands of what was killed", () => {
    const notes = new Map([
      ["A", [...through("1"), note("2", "began")]],
      ["B", [...through("3"), ...through("2", 2)]],
    ]);
    const account = accountOf([posted("1"), posted("2"), posted("3", "B")], notes, "A");
    assert.equal(account.isRight, true);
    const outcome = "✓ 3 posted, 3 answered 2xx, 3 finished; 1 delivered twice, all owned by A when it was killed";
    assert.ok(describeOutcome(account, "A").startsWith(outcome));
    const again = ["A", "A (not finished), then B", "1, then 2 (redelivered)"];
    assert.deepEqual(cells(describeAccount(account)), [
      ["Check-ins", "Received by", "Handled by", "Attempt"],
      ["1", "A", "A", "1"],
      ["1", ...again],
      ["1", "B", "B", "1"],
      [""],
      ["Redelivered", "Received by", "Handled by", "Attempt"],
      ["2", ...again],
    ]);
  });

  it("is wrong where one was accepted and did not come out", () => {
    const account = accountOf([posted("1"), posted("2")], new Map([["A", [...through("1"), note("2", "began")]]]), "A");
    assert.equal(account.isRight, false);
    assert.equal(describeOutcome(account, "A"), "✗ 2 posted, 2 answered 2xx, 1 finished; 0 delivered twice.");
  });

  it("is wrong where one was never accepted", () => {
    const account = accountOf([posted("1", "", 503)], new Map(), "A");
    assert.equal(account.isRight, false);
    assert.match(describeAccount(account), /answered 503 {2}nobody$/m);
  });

  it("is wrong where one came twice that was not in the hands of what was killed, or without a mark", () => {
    const byBoth = new Map([
      ["A", through("1")],
      ["B", through("1")],
    ]);
    const byTheOther = new Map([["B", [...through("1"), ...through("1", 2)]]]);
    for (const notes of [byBoth, byTheOther]) {
      const account = accountOf([posted("1")], notes, "A");
      assert.equal(account.isRight, false);
      assert.match(describeOutcome(account, "A"), /^✗ .* 1 delivered twice, but not all/);
    }
  });
});

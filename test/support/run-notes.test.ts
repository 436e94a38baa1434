import assert from "node:assert/strict";
import { RunNotes } from "./run-notes";

const lines = (notes: RunNotes) => notes.toString().split("\n");

describe("what a run of the tests tells at its end", () => {
  it("is one line where there is nothing to tell, with the numbers for whoever reads only that", () => {
    assert.equal(Object.assign(new RunNotes(), { passed: 3, skipped: 1 }).toString(), "3 passed, 0 failed, 1 skipped");
  });

  it("names the ten slowest files, the slowest first, each with the time of all its tests and hooks", () => {
    const notes = new RunNotes();
    for (let seconds = 1; seconds <= 12; seconds += 1) {
      notes.noteTime(`test/${seconds}.test.ts`, seconds * 400);
      notes.noteTime(`test/${seconds}.test.ts`, seconds * 600);
    }
    const named = lines(notes).filter((line) => line.includes(".test.ts"));
    assert.equal(named.length, 10);
    assert.deepEqual([named[0]?.trim(), named[9]?.trim()], ["12.0 s  test/12.test.ts", "3.0 s  test/3.test.ts"]);
  });

  it("names what failed, what was tried twice, and how to get a browser, before the last line", () => {
    const notes = RunNotes.ofFailure("npm run lint: it ended with code 1");
    notes.secondTries.push("test/browser/a.test.ts: opens\nError: not yet");
    notes.browserTestsSkipped = 2;
    notes.skipped = 2;
    const told = notes.toString();
    assert.match(told, /at the second try.*\n {2}test\/browser\/a\.test\.ts: opens\n {4}Error: not yet\n/);
    assert.match(told, /Failed:\n {2}npm run lint: it ended with code 1\n/);
    assert.match(told, /^2 browser tests were skipped, because there is no browser: install .+CHROME_PATH=.+$/m);
    assert.equal(lines(notes).at(-1), "0 passed, 1 failed, 2 skipped");
  });

  it("adds up over several runs of Mocha, also from one process to another", () => {
    const one = Object.assign(new RunNotes(), { passed: 1, skipped: 2, browserTestsSkipped: 1 });
    one.noteTime("test/a.test.ts", 1_000);
    one.secondTries.push("a");
    const other = RunNotes.ofFailure("b");
    other.noteTime("test/a.test.ts", 500);

    const all = new RunNotes();
    for (const notes of [one, other]) all.add(RunNotes.parse(JSON.stringify(notes)));
    assert.deepEqual(all.toJSON(), {
      ...{ passed: 1, failed: 1, skipped: 2, browserTestsSkipped: 1 },
      ...{ failures: ["b"], secondTries: ["a"], milliseconds: [["test/a.test.ts", 1_500]] },
    });
    assert.deepEqual([one.isGood, all.isGood], [true, false]);
  });
});

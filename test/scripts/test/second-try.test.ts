import assert from "node:assert/strict";
import { triedTwice } from "../../../scripts/test/second-try";
import { RunNotes } from "../../support/run-notes";

const failed = (...failures: string[]) =>
  Object.assign(new RunNotes(), { passed: 7, failed: failures.length, failures });

async function run(first: RunNotes, second: RunNotes = new RunNotes()) {
  const tried: string[] = [];
  const again = (files: readonly string[]) => async () => {
    tried.push(...files);
    return second;
  };
  return { notes: await triedTwice(async () => first, again)(), tried };
}

describe("a second try of what failed among thousands of tests", () => {
  it("is of the files alone; what passes then is told as what is to be mended", async () => {
    const first = failed("test/a.test.ts: one\nnot yet", "test/a.test.ts: two\nlate", "test/b/c.test.ts: three\nlate");
    const { notes, tried } = await run(first);
    assert.deepEqual(tried, ["test/a.test.ts", "test/b/c.test.ts"]);
    assert.deepEqual([notes.isGood, notes.passed, notes.secondTries.length], [true, 10, 3]);
  });

  it("leaves a failure what it is where it comes again", async () => {
    const { notes } = await run(failed("test/a.test.ts: one\nwrong"), failed("test/a.test.ts: one\nstill wrong"));
    assert.deepEqual([notes.isGood, notes.failed, notes.secondTries.length], [false, 1, 0]);
    assert.deepEqual(notes.failures, [
      "test/a.test.ts: one\nwrong",
      "the second try: test/a.test.ts: one\nstill wrong",
    ]);
  });

  it("is not made where much has failed, or something that is no test, or nothing", async () => {
    const much = ["a", "b", "c", "d"].map((name) => `test/${name}.test.ts: fails`);
    for (const first of [failed(...much), failed("test/a.test.ts: one", "npm run lint: it ended with code 1")]) {
      const { notes, tried } = await run(first);
      assert.deepEqual([notes.isGood, tried], [false, []]);
    }
    assert.deepEqual((await run(failed())).tried, []);
  });
});

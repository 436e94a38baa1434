import assert from "node:assert/strict";
import { atOnce, command, each, inOrder, type Step } from "../../../scripts/test/commands";
import { judge } from "../../../scripts/test/mocha";
import { RunNotes } from "../../support/run-notes";

const node = (what: string, source: string) => command(what, "node", ["--eval", source]);

describe("the steps of a run of the tests", () => {
  const steps = (ran: string[]) => {
    const step = (name: string, notes: RunNotes): Step => {
      return async () => {
        ran.push(name);
        return notes;
      };
    };
    return [
      step("one", new RunNotes()),
      step("two", RunNotes.ofFailure("two")),
      step("three", new RunNotes()),
    ] as const;
  };

  it("end with the first that fails, where each needs the one before it", async () => {
    const ran: string[] = [];
    assert.deepEqual((await inOrder(...steps(ran))).failures, ["two"]);
    assert.deepEqual(ran, ["one", "two"]);
  });

  it("all run, where none needs another, and a failure is still one", async () => {
    for (const together of [each, atOnce]) {
      const ran: string[] = [];
      assert.deepEqual((await together(...steps(ran))).failures, ["two"]);
      assert.deepEqual(ran, ["one", "two", "three"]);
    }
  });
});

describe("a command of a run of the tests", () => {
  it("fails with its code, with the signal that ended it, or because there is no such program", async () => {
    const outcomes = await each(
      node("good", "0"),
      node("bad", "process.exit(3)"),
      node("ended", "process.kill(process.pid,9)"),
      command("none", "no-such-program", []),
    );
    assert.equal(outcomes.failed, 3);
    const [bad, ended, none] = outcomes.failures;
    assert.equal(bad, "bad: it ended with code 3");
    assert.match(ended ?? "", /^ended: it (was ended by SIGKILL|ended with code \d+)$/);
    assert.match(none ?? "", /^none: it (could not be started|ended with code \d+)/);
  });
});

describe("a run of Mocha", () => {
  const written = JSON.stringify(Object.assign(new RunNotes(), { passed: 2 }));

  it("is as good as its tests", () => {
    assert.deepEqual(judge("the tests", null, written).toJSON(), RunNotes.parse(written).toJSON());
    const failed = JSON.stringify(RunNotes.ofFailure("a test"));
    assert.deepEqual(judge("the tests", "ended with code 1", failed).failures, ["a test"]);
  });

  it("has failed where it ended before its time, whatever its code", () => {
    for (const [ending, told] of [
      [null, "the tests: Mocha ended before all tests had run"],
      ["was ended by SIGKILL", "the tests: Mocha was ended by SIGKILL before all tests had run"],
    ] as const) {
      const notes = judge("the tests", ending, undefined);
      assert.deepEqual([notes.failed, ...notes.failures], [1, told]);
    }
  });

  it("tells what was written last where it ended before its time: nobody else knows why", () => {
    const { failures } = judge("the tests", "ended with code 1", undefined, "Error: too soon\n    at all\n");
    assert.deepEqual(failures, [
      "the tests: Mocha ended with code 1 before all tests had run, and wrote last:\nError: too soon\n    at all",
    ]);
  });

  it("has failed where it ended badly although no test did", () => {
    const { failed, failures } = judge("the tests", "ended with code 7", written);
    assert.deepEqual([failed, ...failures], [1, "the tests: Mocha ended with code 7, though no test failed"]);
  });
});

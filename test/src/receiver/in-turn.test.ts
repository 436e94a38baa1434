import assert from "node:assert/strict";
import { InTurn } from "../../../src/receiver/in-turn";
import { turns } from "../../support/stand-in-red-clock";

/** Something that runs until it is told to end. */
class Task {
  hasBegun = false;
  end: () => void = () => {};
  fail: (error: Error) => void = () => {};
  readonly run = () =>
    new Promise<string>((resolve, reject) => {
      this.hasBegun = true;
      this.end = () => resolve("done");
      this.fail = reject;
    });
}

describe("what is to run in turn", () => {
  it("runs as many at a time as it may, and the others in the order in which they came", async () => {
    const inTurn = new InTurn(2, 10);
    const tasks = Array.from({ length: 4 }, () => new Task());
    const results = tasks.map(({ run }) => inTurn.run(run, 1));
    const begun = () => tasks.map(({ hasBegun }) => hasBegun);
    assert.deepEqual(begun(), [true, true, false, false]);
    tasks[1]?.end();
    await results[1];
    await turns();
    assert.deepEqual(begun(), [true, true, true, false]);
    for (const task of tasks.slice(0, 3)) task.end();
    await turns();
    tasks[3]?.end();
    assert.deepEqual(await Promise.all(results), ["done", "done", "done", "done"]);
  });

  it("turns away who would weigh too much together with those that wait", async () => {
    const inTurn = new InTurn(1, 10);
    const [first, second, third] = [new Task(), new Task(), new Task()];
    const results = [inTurn.run(first.run, 99), inTurn.run(second.run, 7)];
    assert.equal(await inTurn.run(third.run, 4), undefined);
    assert.equal(third.hasBegun, false);
    first.end();
    await results[0];
    await turns();
    second.end();
    await results[1];
    const again = inTurn.run(third.run, 99);
    third.end();
    assert.equal(await again, "done");
  });

  it("goes on where one fails", async () => {
    const inTurn = new InTurn(1, 1);
    const [first, second] = [new Task(), new Task()];
    const results = [inTurn.run(first.run, 1), inTurn.run(second.run, 1)];
    first.fail(new Error("broken"));
    await assert.rejects(results[0] ?? assert.fail(), /broken/);
    await turns();
    second.end();
    assert.equal(await results[1], "done");
  });
});

import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { Deadlines } from "../../../src/receiver/deadlines";

describe("deadlines", () => {
  it("tell of what is missed, once, and of nothing that is met", async () => {
    const deadlines = new Deadlines();
    const missed: string[] = [];
    deadlines.set(10, () => missed.push("first"));
    const met = deadlines.set(10, () => missed.push("met"));
    deadlines.set(400, () => missed.push("second"));
    deadlines.meet(met);
    await delay(300);
    assert.deepEqual(missed, ["first"]);
    await delay(400);
    assert.deepEqual(missed, ["first", "second"]);
    await delay(300);
    assert.deepEqual(missed, ["first", "second"]);
  });

  it("go on after a time in which there were none", async () => {
    const deadlines = new Deadlines();
    deadlines.meet(deadlines.set(10_000, () => assert.fail()));
    await delay(600);
    await new Promise<void>((resolve) => {
      deadlines.set(10, resolve);
    });
  });

  it("are met before their time by whatever another's end brings with it", async () => {
    const deadlines = new Deadlines();
    let isOver = false;
    const second = { deadline: deadlines.set(20_000, () => assert.fail()) };
    deadlines.set(10, () => {
      deadlines.meet(second.deadline);
      isOver = true;
    });
    await delay(600);
    assert.equal(isOver, true);
  });
});

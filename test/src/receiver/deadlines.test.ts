import assert from "node:assert/strict";
import { Deadlines } from "../../../src/receiver/deadlines";
import { StandInClock } from "../../support/stand-in-red-clock";

/** By so much it may be late: it looks only so often. */
const tick = 250;

describe("deadlines", () => {
  let clock: StandInClock;
  beforeEach(() => {
    clock = new StandInClock();
  });
  afterEach(() => clock.release());

  it("tell of what is missed, once, not before it is and soon after, and of nothing that is met", () => {
    const deadlines = new Deadlines();
    const missed: string[] = [];
    deadlines.set(10, () => missed.push("first"));
    const met = deadlines.set(10, () => missed.push("met"));
    deadlines.set(400, () => missed.push("second"));
    deadlines.meet(met);
    clock.pass(10 + tick);
    assert.deepEqual(missed, ["first"]);
    clock.pass(390 - tick - 10);
    assert.deepEqual(missed, ["first"]);
    clock.pass(10 + tick);
    assert.deepEqual(missed, ["first", "second"]);
    clock.pass(60_000);
    assert.deepEqual(missed, ["first", "second"]);
  });

  it("look at the clock no more where there are none, and say so, and go on when there are", () => {
    let isIdle = false;
    const deadlines = new Deadlines(() => {
      isIdle = true;
    });
    deadlines.meet(deadlines.set(10_000, () => assert.fail()));
    assert.equal(isIdle, false);
    clock.pass(60_000);
    assert.equal(isIdle, true);
    let isMissed = false;
    deadlines.set(10, () => {
      isMissed = true;
    });
    clock.pass(10 + tick);
    assert.equal(isMissed, true);
  });

  it("are met before their time by whatever another's end brings with it", () => {
    const deadlines = new Deadlines();
    let isOver = false;
    const second = { deadline: deadlines.set(20_000, () => assert.fail()) };
    deadlines.set(10, () => {
      deadlines.meet(second.deadline);
      isOver = true;
    });
    clock.pass(30_000);
    assert.equal(isOver, true);
  });
});

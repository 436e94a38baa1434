import assert from "node:assert/strict";
import { mock } from "node:test";
import { throttle } from "../../../nodes/runtime/throttle";

describe("what is throttled", () => {
  let runs: number;
  let throttled: ReturnType<typeof throttle>;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    runs = 0;
    throttled = throttle(500, () => {
      runs += 1;
    });
  });
  afterEach(() => mock.timers.reset());

  it("runs at once, and once more at the end of the interval however often it was called", () => {
    for (let count = 0; count < 100; count += 1) throttled();
    assert.equal(runs, 1);
    mock.timers.tick(500);
    assert.equal(runs, 2);
    mock.timers.tick(5_000);
    assert.equal(runs, 2);
  });

  it("runs at once again after a quiet interval", () => {
    throttled();
    mock.timers.tick(500);
    throttled();
    assert.equal(runs, 2);
  });

  it("never runs more often than its interval", () => {
    for (let elapsed = 0; elapsed < 5_000; elapsed += 10) {
      throttled();
      mock.timers.tick(10);
    }
    assert.ok(runs >= 10 && runs <= 11, `${runs} runs`);
  });

  it("does not run any more once it is cancelled, until it is called again", () => {
    throttled();
    throttled();
    throttled.cancel();
    mock.timers.tick(1_000);
    assert.equal(runs, 1);
    throttled();
    assert.equal(runs, 2);
  });
});

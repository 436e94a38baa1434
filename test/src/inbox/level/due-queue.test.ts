import assert from "node:assert/strict";
import { DueQueue, longestDelay } from "../../../../src/inbox/level/due-queue";

describe("what is due again", () => {
  const now = performance.now.bind(performance);
  const { setTimeout: realSetTimeout } = globalThis;
  let time = 1_000;
  let waits: number[] = [];

  beforeEach(() => {
    time = 1_000;
    waits = [];
    performance.now = () => time;
    globalThis.setTimeout = ((_: () => void, wait: number) => {
      waits.push(wait);
      return { unref: () => undefined };
    }) as never;
  });
  afterEach(() => {
    performance.now = now;
    globalThis.setTimeout = realSetTimeout;
  });

  it("comes in the order in which it is due, and not before", () => {
    const queue = new DueQueue(() => {});
    queue.add(1, 300);
    queue.add(2, 100);
    queue.add(3, 100);
    assert.deepEqual(queue.take(9), []);
    time += 100;
    assert.deepEqual(queue.take(1), [2]);
    assert.deepEqual(queue.take(9), [3]);
    time += 200;
    assert.deepEqual(queue.take(9), [1]);
    assert.equal(queue.size, 0);
  });

  it("waits no longer than a minute, and no shorter than not at all, whatever a clock says", () => {
    const queue = new DueQueue(() => {});
    for (const after of [10 * 365 * 24 * 60 * 60_000, Number.MAX_SAFE_INTEGER, -5, -1e15]) queue.add(1, after);
    assert.ok(
      waits.every((wait) => wait >= 0 && wait <= longestDelay),
      waits.join(),
    );
    time += longestDelay;
    assert.equal(queue.take(9).length, 4);
  });

  it("is watched by one timer, for the next", () => {
    const queue = new DueQueue(() => {});
    queue.add(1, 50);
    queue.add(2, 70);
    queue.add(3, 20);
    assert.deepEqual(waits, [50, 20]);
  });

  it("can be taken out, and all of it", () => {
    const queue = new DueQueue(() => {});
    queue.add(1, 50);
    queue.add(2, 70);
    assert.equal(queue.remove(1), true);
    assert.equal(queue.remove(1), false);
    assert.deepEqual(queue.takeAll(), [2]);
  });
});

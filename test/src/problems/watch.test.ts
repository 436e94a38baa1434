import assert from "node:assert/strict";
import { type ProblemKind, problemKinds, type Tally, type Trouble } from "../../../src/problems/tally";
import { gatherMilliseconds, type Listener, Watch } from "../../../src/problems/watch";
import { StandInClock } from "../../support/stand-in-red-clock";

const minute = 60_000;
const interval = 10 * minute;

describe("what goes wrong is told", () => {
  let clock: StandInClock;
  let watch: Watch;
  let changes: boolean[];
  let told: [ProblemKind, Record<string, Tally>][];

  const listener = (others: Partial<Listener> = {}): Listener => ({
    endpoint: "",
    kinds: problemKinds,
    interval,
    tell: (kind, pending) => told.push([kind, Object.fromEntries(pending)]),
    ...others,
  });
  const failed = (others: Partial<Trouble> = {}) =>
    watch.note({ kind: "failed", endpoint: "a", count: 1, node: "n", ...others });
  const counts = () => told.map(([kind, pending]) => [kind, ...Object.values(pending).map(({ count }) => count)]);
  /** What the next process knows. */
  const kept = (): unknown => JSON.parse(JSON.stringify(watch));

  beforeEach(() => {
    clock = new StandInClock();
    changes = [];
    told = [];
    watch = new Watch(undefined, (isUrgent) => changes.push(isUrgent));
  });
  afterEach(() => {
    watch.leave();
    clock.release();
  });

  it("once, a moment later: with all that came along with it, and the ids of the first", () => {
    watch.listen(listener());
    for (let each = 1; each <= 300; each += 1) failed({ deliveryId: `d${each}` });
    clock.pass(gatherMilliseconds);
    const [[, { a }] = [undefined, {}]] = told as [[ProblemKind, { a: Tally }]];
    assert.deepEqual(counts(), [["failed", 300]]);
    assert.deepEqual([a?.deliveryIds.length, a?.deliveryIds[0], a?.nodes], [20, "d1", ["n"]]);
  });

  it("no more than once in an interval; what came in between is counted, and told at its end", () => {
    watch.listen(listener());
    failed();
    clock.pass(gatherMilliseconds);
    for (let each = 0; each < 7; each += 1) {
      failed();
      clock.pass(minute);
    }
    assert.deepEqual(counts(), [["failed", 1]]);
    clock.pass(interval);
    assert.deepEqual(counts(), [
      ["failed", 1],
      ["failed", 7],
    ]);
    clock.pass(10 * interval);
    assert.equal(told.length, 2, "where nothing has happened, there is nothing to tell");
    failed();
    clock.pass(gatherMilliseconds);
    assert.equal(told.length, 3);
  });

  it("for each kind on its own, and for all endpoints together", () => {
    watch.listen(listener());
    failed();
    failed({ endpoint: "b" });
    watch.note({ kind: "refused", endpoint: "a", count: 1, reason: "tokenWrong" });
    clock.pass(gatherMilliseconds);
    assert.deepEqual(counts(), [
      ["failed", 1, 1],
      ["refused", 1],
    ]);
  });

  it("only of the endpoint and the kinds that are wanted", () => {
    watch.listen(listener({ endpoint: "a", kinds: ["failed"] }));
    failed({ endpoint: "b" });
    watch.note({ kind: "refused", endpoint: "a", count: 1 });
    clock.pass(interval);
    assert.deepEqual(told, []);
    failed({ endpoint: "" });
    clock.pass(gatherMilliseconds);
    assert.equal(told.length, 1, "where it is not known which endpoint it was, everybody is told");
  });

  it("to whoever listens next, where it happened while the flows stopped", () => {
    watch.listen(listener());
    watch.leave();
    failed();
    clock.pass(interval);
    assert.deepEqual(told, []);
    watch.listen(listener());
    clock.pass(gatherMilliseconds);
    assert.deepEqual(counts(), [["failed", 1]]);
  });

  it("not again after a deploy within the interval, but at its end", () => {
    watch.listen(listener());
    failed();
    clock.pass(gatherMilliseconds + minute);
    watch.leave();
    failed();
    watch.listen(listener());
    clock.pass(8 * minute);
    assert.equal(told.length, 1);
    clock.pass(minute);
    assert.deepEqual(counts().at(-1), ["failed", 1]);
  });

  it("after the start, where Node-RED ended within an interval: what was told is not told again", () => {
    watch.listen(listener());
    failed({ deliveryId: "told" });
    clock.pass(gatherMilliseconds);
    failed({ deliveryId: "not told" });
    const saved = kept();
    watch.leave();
    told.splice(0);

    watch = new Watch(saved, () => {});
    watch.listen(listener());
    clock.pass(interval - minute);
    assert.equal(told.length, 0);
    clock.pass(minute);
    assert.deepEqual(counts(), [["failed", 1]]);
    assert.deepEqual(told.at(-1)?.[1].a?.deliveryIds, ["not told"]);
  });

  it("no later than after one interval where the clock was put back meanwhile", () => {
    const inAYear = Date.now() + 365 * 24 * 60 * minute;
    watch = new Watch({ failed: { toldAt: inAYear, pending: {} } }, () => {});
    watch.listen(listener());
    failed();
    clock.pass(interval);
    assert.equal(told.length, 1);
  });

  it("not any more where it is over before it was told", () => {
    watch.listen(listener());
    watch.note({ kind: "silence", endpoint: "a", count: 1 });
    watch.withdraw("silence", "a");
    clock.pass(interval);
    assert.deepEqual(told, []);
  });

  it("each time where no interval is wanted", () => {
    watch.listen(listener({ interval: 0 }));
    for (let each = 0; each < 3; each += 1) {
      failed();
      clock.pass(gatherMilliseconds);
    }
    assert.equal(told.length, 3);
  });

  it("also where what was kept cannot be read: of that, what can be", () => {
    const odd: unknown[] = [
      null,
      [],
      "x",
      { failed: null },
      { failed: { toldAt: "soon", pending: { a: { count: -1 } } } },
    ];
    for (const saved of odd) {
      watch = new Watch(saved, () => {});
      watch.listen(listener());
      clock.pass(interval);
      assert.deepEqual(told, [], JSON.stringify(saved));
      watch.leave();
    }
    watch = new Watch({ failed: { pending: { a: { count: 2, nodes: 1, deliveryIds: ["d", 1] } } } }, () => {});
    watch.listen(listener());
    clock.pass(gatherMilliseconds);
    assert.deepEqual(told, [["failed", { a: { count: 2, nodes: [], deliveryIds: ["d"], reasons: {} } }]]);
  });

  it("even after a crash a moment later: the first of a kind is to be kept at once, what follows soon", () => {
    failed();
    failed();
    watch.note({ kind: "refused", endpoint: "a", count: 1 });
    assert.deepEqual(changes, [true, false, true]);
  });
});

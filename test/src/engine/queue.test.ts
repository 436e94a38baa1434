import assert from "node:assert/strict";
import { mock } from "node:test";
import type { FlowEnd } from "../../../src/engine/flow";
import { maxInFlow, maxInLine, Queue } from "../../../src/engine/queue";
import type { Claim, Inbox, Settlement } from "../../../src/inbox/inbox";
import type { DatabaseSource } from "../../../src/inbox/level/database";
import { memorySource } from "../../../src/inbox/level/memory-source";
import { StoreError } from "../../../src/inbox/store-error";
import { clientOf } from "../../support/deliveries";
import { memoryInbox, newCheckIn, presentOf, storeWaiting, TestFlow, turnOfTheLoop } from "./support";

describe("a subscriber's queue", () => {
  let inbox: Inbox;
  let source: DatabaseSource;
  let queue: Queue;
  let refused: unknown[];
  let clock: { restore(): void } | undefined;
  const flow = (properties = {}) => new TestFlow("flow", properties);

  beforeEach(async () => {
    source = memorySource();
    inbox = await memoryInbox(source);
    refused = [];
    await inbox.subscribers(presentOf(flow()));
    queue = newQueue();
  });
  afterEach(async () => {
    mock.timers.reset();
    clock?.restore();
    queue.close();
    await inbox.close();
  });

  function newQueue(): Queue {
    const settle = (settlement: Settlement) => void inbox.settle([settlement]);
    return new Queue(inbox, "flow", settle, (error) => refused.push(error));
  }

  const statesOf = async () =>
    (await inbox.list({})).events.flatMap(({ recipients }) => recipients).map(({ state }) => state);

  it("sends what waits, in the order of arrival", async () => {
    const waiting = await storeWaiting(inbox, 3);
    const running = flow();
    queue.start(running);
    await turnOfTheLoop();
    assert.deepEqual(running.clients, waiting);
  });

  it("has a bounded number in the flow; as they finish, the next come", async () => {
    const waiting = await storeWaiting(inbox, maxInFlow + 10);
    const running = flow();
    queue.start(running);
    await turnOfTheLoop();
    assert.equal(running.sent.length, maxInFlow);
    for (const { finish } of running.sent.slice(0, 10)) finish({ kind: "delivered" });
    await turnOfTheLoop();
    assert.deepEqual(running.clients, waiting);
    assert.equal(queue.places, maxInFlow);
  });

  it("has no place for what is stored while something waits, nor while nothing runs, nor while it is closed", async () => {
    assert.equal(queue.reserve(false), false, "there is no flow");
    queue.stored();
    const running = flow();
    queue.start(running);
    await turnOfTheLoop();
    assert.equal(queue.reserve(true), false, "somebody has the flows for himself");
    queue.stored();
    await turnOfTheLoop();
    assert.equal(queue.reserve(false), true);
    queue.giveBack();
    await storeWaiting(inbox, 1);
    assert.equal(running.sent.length + (queue.reserve(false) ? 1 : 0), running.sent.length, "one waits");
  });

  it("has places in line while the flow is full: it may be about to finish", async () => {
    const running = flow();
    queue.start(running);
    await turnOfTheLoop();
    const store = async () => {
      const { delivery } = await newCheckIn();
      assert.equal(queue.reserve(false), true);
      const { events } = await inbox.store("endpoint", delivery, () => true);
      for (const claim of events.flatMap(({ claims }) => claims)) queue.send(claim);
    };
    for (let each = 0; each < maxInFlow + maxInLine; each += 1) await store();
    assert.equal(running.sent.length, maxInFlow);
    assert.equal(queue.reserve(false), false, "the line is full");
    queue.giveBack();
  });

  it("lets nothing overtake what is being stored without a place", async () => {
    const running = flow();
    queue.start(running);
    await turnOfTheLoop();
    for (let place = 0; place < maxInLine; place += 1) assert.equal(queue.reserve(false), true);
    const [older, newer] = [await newCheckIn(), await newCheckIn()];
    assert.equal(queue.reserve(false), false, "the older one is refused a place");
    for (let place = 0; place < maxInLine; place += 1) queue.giveBack();
    await turnOfTheLoop();
    assert.equal(queue.reserve(false), true, "the newer one gets one");
    const storing = inbox.store("endpoint", older.delivery).finally(() => queue.stored());
    const { events } = await inbox.store("endpoint", newer.delivery, () => true);
    for (const claim of events.flatMap(({ claims }) => claims)) queue.send(claim);
    await storing;
    await turnOfTheLoop();
    assert.deepEqual(running.clients, [older.clientID, newer.clientID]);
  });

  it("has places again for what is stored a moment after it fell behind, however steadily events come", async () => {
    const running = flow({ result: { kind: "delivered" } });
    const claim = inbox.claim.bind(inbox);
    let claims = 0;
    inbox.claim = (...asked) => {
      claims += 1;
      return claim(...asked);
    };
    const arrivals: string[] = [];
    const store = async () => {
      const { delivery, clientID } = await newCheckIn();
      arrivals.push(clientID);
      const isGranted = queue.reserve(false);
      const { events } = await inbox.store("endpoint", delivery, () => isGranted);
      for (const claimed of events.flatMap((event) => event.claims)) queue.send(claimed);
      if (!isGranted) queue.stored();
    };
    // It is busy with what has waited when they begin to come, and they never stop.
    await storeWaiting(inbox, 200);
    queue.start(running);
    const stores: Promise<void>[] = [];
    for (let turn = 0; turn < 100; turn += 1) {
      for (let each = 0; each < 10; each += 1) stores.push(store());
      if (turn === 50) claims = 0;
      await turnOfTheLoop(1);
    }
    assert.equal(claims, 0, "nothing was asked for in the second half");
    await Promise.all(stores);
    await turnOfTheLoop();
    assert.deepEqual(running.clients.slice(200), arrivals);
  });

  it("catches up where as many come at once as may be in the flow, and each claim takes as long as several of them", async () => {
    const running = flow({ result: { kind: "delivered" } });
    const claim = inbox.claim.bind(inbox);
    inbox.claim = async (...asked) => {
      const claims = await claim(...asked);
      await turnOfTheLoop(4);
      return claims;
    };
    let granted: boolean[] = [];
    const storeOn = async (times: number) => {
      for (let time = 0; time < times; time += 1) {
        const { delivery } = await newCheckIn();
        const isGranted = queue.reserve(false);
        granted.push(isGranted);
        const { events } = await inbox.store("endpoint", delivery, () => isGranted);
        for (const claimed of events.flatMap((event) => event.claims)) queue.send(claimed);
        if (!isGranted) queue.stored();
        await turnOfTheLoop(3);
        if (time === times * 0.75) granted = [];
      }
    };
    await storeWaiting(inbox, 200);
    queue.start(running);
    await Promise.all(Array.from({ length: maxInFlow }, () => storeOn(160)));
    assert.ok(granted.filter((isGranted) => isGranted).length > granted.length / 2, "most go straight into the flow");
    await turnOfTheLoop(20);
    assert.equal(running.clients.length, 200 + maxInFlow * 160);
  });

  it("claims no more than a slow flow has room for, also where all in it end at once", async () => {
    await storeWaiting(inbox, 5 * maxInFlow);
    const claim = mock.method(inbox, "claim");
    const running = flow();
    queue.start(running);
    await turnOfTheLoop();
    for (let time = 0; time < 3; time += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (const { finish } of running.sent.splice(0)) finish({ kind: "delivered" });
      await turnOfTheLoop();
      assert.equal(running.sent.length, maxInFlow);
      assert.equal(queue.places, maxInFlow);
    }
    assert.ok(claim.mock.calls.every(({ arguments: [, max] }) => max <= maxInFlow));
  });

  it("takes into its line no more than it needs to catch up where all that came while the flow was slow waits", async () => {
    const running = flow();
    queue.start(running);
    await turnOfTheLoop();
    const claim = mock.method(inbox, "claim");
    for (let time = 0; time < 2_000; time += 1) {
      const { delivery } = await newCheckIn();
      const isGranted = queue.reserve(false);
      const { events } = await inbox.store("endpoint", delivery, () => isGranted);
      for (const claimed of events.flatMap((event) => event.claims)) queue.send(claimed);
      if (!isGranted) queue.stored();
    }
    running.result = { kind: "delivered" };
    for (const { finish } of running.sent.slice()) finish({ kind: "delivered" });
    await turnOfTheLoop(200);
    const most = Math.max(...claim.mock.calls.map(({ arguments: [, max] }) => max));
    assert.ok(most <= 500, `${most} are claimed together`);
    assert.equal(running.sent.length, 2_000);
  });

  it("sends nothing while it is stopped, then goes on where it was", async () => {
    const running = flow();
    queue.start(running);
    await turnOfTheLoop();
    queue.stop();
    const waiting = await storeWaiting(inbox, 2);
    await turnOfTheLoop();
    assert.deepEqual(running.clients, []);
    const next = flow();
    queue.start(next);
    await turnOfTheLoop();
    assert.deepEqual(next.clients, waiting);
  });

  it("gives back what it has claimed when the flow stops meanwhile, and sends it to the next flow", async () => {
    const waiting = await storeWaiting(inbox, 2);
    const stopped = flow();
    queue.start(stopped);
    queue.stop();
    const next = flow();
    queue.start(next);
    await turnOfTheLoop(10);
    assert.deepEqual(stopped.clients, []);
    assert.deepEqual(next.clients, waiting);
  });

  it("lets what a deploy has cut off wait, and sends it again as another attempt", async () => {
    await storeWaiting(inbox, 1);
    const cut = flow();
    queue.start(cut);
    await turnOfTheLoop();
    queue.stop();
    cut.sent[0]?.finish({ kind: "interrupted" });
    const next = flow();
    queue.start(next);
    await turnOfTheLoop();
    assert.deepEqual(
      next.sent.map(({ attempt }) => attempt),
      [2],
    );
  });

  it("frees the place of what a node keeps for long, and notes how it has ended when it has", async () => {
    await storeWaiting(inbox, 1);
    const running = flow();
    queue.start(running);
    await turnOfTheLoop();
    let end: (end: FlowEnd) => void = () => {};
    running.sent[0]?.finish({ kind: "slow", end: new Promise((resolve) => (end = resolve)) });
    await turnOfTheLoop();
    assert.deepEqual([queue.places, await statesOf()], [0, ["slow"]]);
    end({ kind: "delivered" });
    await turnOfTheLoop();
    assert.deepEqual([queue.places, await statesOf()], [0, ["delivered"]]);
  });

  it("repeats what was slow and then fails, and what a deploy cuts off while it is slow", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    let now = 0;
    clock = mock.method(performance, "now", () => now).mock;
    await storeWaiting(inbox, 2);
    const running = flow({ retries: 1 });
    queue.start(running);
    await turnOfTheLoop();
    const ends: FlowEnd[] = [{ kind: "failed", error: "late" }, { kind: "interrupted" }];
    for (const [index, end] of ends.entries()) running.sent[index]?.finish({ kind: "slow", end: Promise.resolve(end) });
    await turnOfTheLoop(20);
    now = 1_001;
    mock.timers.tick(1_001);
    await turnOfTheLoop(20);
    assert.deepEqual(
      running.sent.map(({ attempt }) => attempt),
      [1, 1, 2, 2],
    );
  });

  it("waits 1 s, then 2 s, and keeps the last error once there are no repetitions left; others go on meanwhile", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    let now = 0;
    clock = mock.method(performance, "now", () => now).mock;
    const pass = async (milliseconds: number) => {
      now += milliseconds;
      mock.timers.tick(milliseconds);
      await turnOfTheLoop();
    };
    await storeWaiting(inbox, 1);
    const running = flow({ retries: 2 });
    queue.start(running);
    await turnOfTheLoop();
    running.sent[0]?.finish({ kind: "failed", error: "first" });
    await turnOfTheLoop();
    await pass(999);
    assert.equal(running.sent.length, 1);
    await storeWaiting(inbox, 1);
    await turnOfTheLoop();
    assert.equal(running.sent.length, 2, "the next does not wait");
    await pass(2);
    assert.equal(running.sent.length, 3);
    running.sent[2]?.finish({ kind: "failed", error: "second" });
    await turnOfTheLoop();
    assert.equal(running.lost.length, 0, "it is not told as long as it is repeated");
    await pass(1_999);
    assert.equal(running.sent.length, 3);
    await pass(2);
    running.sent[3]?.finish({ kind: "failed", error: "third" });
    await turnOfTheLoop();
    assert.equal(running.lost.length, 1);
    await pass(120_000);
    assert.deepEqual(
      running.sent.map(({ attempt }) => attempt),
      [1, 1, 2, 3],
    );
    const [failed] = (await inbox.list({ state: "failed" })).events;
    assert.deepEqual([failed?.recipients[0]?.error, failed?.recipients[0]?.attempts], ["third", 3]);
  });

  it("asks again when the store has refused, and says what it refused", async () => {
    const waiting = await storeWaiting(inbox, 1);
    mock.timers.enable({ apis: ["setTimeout"] });
    const claim = mock.method(inbox, "claim", () => Promise.reject(new StoreError("EIO")));
    const running = flow();
    queue.start(running);
    await turnOfTheLoop();
    assert.equal((refused[0] as StoreError).code, "EIO");
    claim.mock.restore();
    mock.timers.tick(1_000);
    await turnOfTheLoop();
    assert.deepEqual(running.clients, waiting);
  });

  it("asks no more often the longer the store refuses, however much comes meanwhile", async () => {
    await storeWaiting(inbox, 1);
    mock.timers.enable({ apis: ["setTimeout"] });
    const claim = mock.method(inbox, "claim", () => Promise.reject(new StoreError("EIO")));
    queue.start(flow());
    for (let time = 0; time < 10; time += 1) {
      mock.timers.tick(50);
      queue.reserve(false);
      queue.stored();
      await turnOfTheLoop(1);
    }
    claim.mock.resetCalls();
    for (let time = 0; time < 20; time += 1) {
      mock.timers.tick(50);
      await turnOfTheLoop(1);
    }
    assert.equal(claim.mock.callCount(), 1);
    claim.mock.restore();
  });

  it("goes on after the store has refused what those in line had to let pass", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const running = flow({ result: { kind: "delivered" } });
    queue.start(running);
    await turnOfTheLoop();
    for (let place = 0; place < maxInLine; place += 1) assert.equal(queue.reserve(false), true);
    assert.equal(queue.reserve(false), false);
    for (let place = 0; place < maxInLine; place += 1) queue.giveBack();
    await turnOfTheLoop();
    const [older] = await storeWaiting(inbox, 1);
    const held: Claim[] = [];
    const clients: string[] = [];
    while (queue.reserve(false)) {
      const { delivery, clientID } = await newCheckIn();
      const { events } = await inbox.store("endpoint", delivery, () => true);
      held.push(...events.flatMap(({ claims }) => claims));
      clients.push(clientID);
    }
    assert.equal(held.length, maxInLine);
    mock.method(inbox, "claim", () => Promise.reject(new StoreError("EIO")), { times: 1 });
    queue.stored();
    for (const claim of held) queue.send(claim);
    queue.stored();
    await turnOfTheLoop();
    assert.deepEqual([running.clients, refused.length], [[], 1]);
    mock.timers.tick(1_000);
    await turnOfTheLoop();
    assert.deepEqual(running.clients, [older, ...clients]);
    assert.equal(queue.places, 0);
  });

  for (const [what, failure] of [
    ["rejects", () => Promise.reject(new Error("It broke."))],
    [
      "throws",
      () => {
        throw new Error("It broke.");
      },
    ],
  ] as const) {
    it(`takes it for an error where a flow ${what}, and goes on`, async () => {
      const [first, second] = await storeWaiting(inbox, 2);
      const running = flow({ result: { kind: "delivered" } });
      mock.method(running, "send", failure, { times: 1 });
      queue.start(running);
      await turnOfTheLoop();
      assert.deepEqual([running.clients, queue.places], [[second], 0]);
      const [failed] = (await inbox.list({ state: "failed" })).events;
      assert.deepEqual([failed && clientOf(failed.event), failed?.recipients[0]?.error], [first, "It broke."]);
    });
  }

  it("goes on behind events that cannot be read", async () => {
    const waiting = await storeWaiting(inbox, 2 * maxInFlow);
    const { level } = await source.open(() => {});
    const unreadable = await level.keys({ gte: "e", lt: "f", limit: maxInFlow - 1 }).all();
    await level.batch(unreadable.map((key) => ({ type: "put", key, value: "nonsense" })));
    const running = flow({ result: { kind: "delivered" } });
    queue.start(running);
    await turnOfTheLoop(20);
    assert.deepEqual(running.clients, waiting.slice(maxInFlow - 1));
  });

  it("loses nothing and sends nothing twice while it is stopped and started again and again", async () => {
    const waiting = await storeWaiting(inbox, 300);
    const seen: string[] = [];
    for (let time = 0; time < 60; time += 1) {
      const running = flow({ result: { kind: "delivered" } });
      queue.start(running);
      await turnOfTheLoop(time % 4);
      queue.stop();
      await turnOfTheLoop(time % 3);
      seen.push(...running.clients);
    }
    const last = flow({ result: { kind: "delivered" } });
    queue.start(last);
    await turnOfTheLoop(60);
    assert.deepEqual([...seen, ...last.clients], waiting);
  });
});

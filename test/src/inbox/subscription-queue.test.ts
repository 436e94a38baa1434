import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { Inbox, type StoredEvent } from "../../../src/inbox/inbox";
import { createMemoryTables } from "../../../src/inbox/memory-tables";
import {
  type Flow,
  type FlowObserver,
  type FlowResult,
  SubscriptionQueue,
} from "../../../src/inbox/subscription-queue";
import type { Failure, Tables } from "../../../src/inbox/tables";
import {
  checkIn,
  createFailingInbox,
  delivered,
  endpoint,
  kinds,
  openOnDisk,
  storeCheckIns,
  subscriber,
  tidyUp,
} from "../../support/inbox";
import { waitFor } from "../../support/wait-for";

/** A flow whose every event is finished by hand. */
class ManualFlow implements Flow {
  retries = 0;
  readonly sent: { event: StoredEvent; attempt: number; finish(result: FlowResult): void }[] = [];
  readonly observer: FlowObserver | undefined;

  constructor(observer?: FlowObserver) {
    this.observer = observer;
  }

  send(event: StoredEvent, attempt: number): Promise<FlowResult> {
    return new Promise((finish) => this.sent.push({ event, attempt, finish }));
  }

  get sequences(): number[] {
    return this.sent.map(({ event }) => event.sequence);
  }

  async waitForSent(count: number): Promise<void> {
    await waitFor(
      () => (this.sent.length >= count ? true : undefined),
      () => `${this.sent.length} of ${count} events were sent`,
      5_000,
    );
  }

  finishAll(result: FlowResult = { kind: "delivered" }, from = 0): void {
    for (const { finish } of this.sent.slice(from)) finish(result);
  }
}

/** A flow that does at once what it is told to. */
function quickFlow(resultOf: (event: StoredEvent, attempt: number) => FlowResult, retries = 0) {
  const sent: { sequence: number; attempt: number; at: number }[] = [];
  const flow: Flow = {
    retries,
    async send(event, attempt) {
      sent.push({ sequence: event.sequence, attempt, at: Date.now() });
      return resultOf(event, attempt);
    },
  };
  return { flow, sent };
}

const soon = () => delay(100);

for (const kind of kinds) {
  describe(`a subscription's queue, inbox ${kind.name}`, () => {
    let tables: Tables;
    let inbox: Inbox;
    let queue: SubscriptionQueue;
    let flow: ManualFlow;

    beforeEach(() => {
      tables = kind.open();
      inbox = new Inbox(tables);
      queue = new SubscriptionQueue(inbox, subscriber);
      flow = new ManualFlow();
    });
    afterEach(async () => {
      queue.close();
      await tidyUp();
    });

    const begin = async (crashed = false) => {
      queue.start(flow);
      await queue.recover(crashed);
    };
    /** Stores an event as an endpoint does: straight into the flow where there is a place. */
    const arrive = async (): Promise<void> => {
      const inFlow = queue.reserve();
      const [event] = await inbox.store(endpoint, await delivered(checkIn()), () => [{ subscriber, inFlow }]);
      if (event && inFlow) queue.deliver(event, endpoint);
      else if (inFlow) queue.giveBack();
      else queue.wake();
    };

    it("sends what waits, in the order of arrival", async () => {
      const events = await storeCheckIns(inbox, 10);
      await begin();
      await flow.waitForSent(10);
      assert.deepEqual(
        flow.sequences,
        events.map(({ sequence }) => sequence),
      );
      assert.ok(flow.sent.every(({ attempt }) => attempt === 1));
    });

    it("has at most 64 in the flow; as they finish, the next come", async () => {
      const events = await storeCheckIns(inbox, 150);
      await begin();
      await flow.waitForSent(64);
      await soon();
      assert.deepEqual([flow.sent.length, queue.inFlow], [64, 64]);
      for (const { finish } of flow.sent.slice(0, 10)) finish({ kind: "delivered" });
      await flow.waitForSent(74);
      await soon();
      assert.equal(flow.sent.length, 74);
      flow.finishAll();
      await flow.waitForSent(138);
      flow.finishAll();
      await flow.waitForSent(150);
      flow.finishAll();
      assert.deepEqual(
        flow.sequences,
        events.map(({ sequence }) => sequence),
      );
      await waitFor(
        () => (queue.inFlow === 0 && tables.inFlow.owners().length === 0 ? true : undefined),
        () => "something is still in the flow",
      );
    });

    it("sends an event that finds a place without a detour, and keeps the order where one has none", async () => {
      await begin();
      await soon();
      for (let index = 0; index < 70; index += 1) await arrive();
      assert.equal(flow.sent.length, 64);
      flow.finishAll();
      await flow.waitForSent(70);
      await arrive();
      flow.finishAll();
      await flow.waitForSent(71);
      assert.deepEqual(
        flow.sequences,
        [...flow.sequences].sort((one, other) => one - other),
      );
    });

    it("gives a reserved place back where the event was a duplicate", async () => {
      await begin();
      await soon();
      assert.equal(queue.reserve(), true);
      assert.equal(queue.inFlow, 1);
      queue.giveBack();
      assert.equal(queue.inFlow, 0);
    });

    it("nothing overtakes what waits", async () => {
      await storeCheckIns(inbox, 1);
      queue.start(flow);
      assert.equal(queue.reserve(), false, "not before what was in the flow is looked after");
      await queue.recover(false);
      await flow.waitForSent(1);
    });

    it("sends nothing while it is paused; then goes on where it was", async () => {
      await begin();
      await soon();
      queue.pause();
      for (let index = 0; index < 3; index += 1) await arrive();
      await soon();
      assert.equal(flow.sent.length, 0);
      const next = new ManualFlow();
      queue.start(next);
      await next.waitForSent(3);
    });

    it("an event that a deploy cut off waits, and is sent again to the new flow", async () => {
      await storeCheckIns(inbox, 2);
      await begin();
      await flow.waitForSent(2);
      queue.pause();
      flow.finishAll({ kind: "interrupted" });
      const next = new ManualFlow();
      queue.start(next);
      await next.waitForSent(2);
      assert.deepEqual(
        next.sent.map(({ attempt }) => attempt),
        [2, 2],
      );
    });

    it("an event whose place was reserved before a deploy waits for the flow after it", async () => {
      await begin();
      await soon();
      assert.equal(queue.reserve(), true);
      const [event] = await storeCheckIns(inbox, 1, [{ subscriber, inFlow: true }]);
      queue.pause();
      queue.deliver(event as StoredEvent, endpoint);
      await soon();
      const next = new ManualFlow();
      queue.start(next);
      await next.waitForSent(1);
    });

    it("keeps a failure with its text, and goes on", async () => {
      const events = await storeCheckIns(inbox, 2);
      const results: FlowResult[] = [];
      flow = new ManualFlow({ finished: (result) => results.push(result) });
      await begin();
      await flow.waitForSent(2);
      flow.sent[0]?.finish({ kind: "failed", error: "no such member" });
      flow.sent[1]?.finish({ kind: "unconfirmed" });
      await waitFor(
        () => (results.length === 2 ? true : undefined),
        () => `${results.length} of 2 finished`,
      );
      assert.equal(tables.failed.get(subscriber, events[0]?.sequence ?? 0)?.error, "no such member");
      assert.deepEqual(tables.failed.list(subscriber, 0, 10).length, 1);
    });

    it("tells the observer of the flow that is there now, not of one from before a deploy", async () => {
      const told: string[] = [];
      const observerOf = (name: string) => ({ sent: () => told.push(name) });
      flow = new ManualFlow(observerOf("before"));
      await begin();
      await soon();
      await arrive();
      queue.pause();
      queue.start(new ManualFlow(observerOf("after")));
      await arrive();
      assert.deepEqual(told, ["before", "after"]);
    });

    it("after a crash, sends what was in the flow again, first", async () => {
      const [before] = await storeCheckIns(inbox, 1, [{ subscriber, inFlow: true }]);
      const [waiting] = await storeCheckIns(inbox, 1);
      await begin(true);
      await flow.waitForSent(2);
      assert.deepEqual(
        flow.sent.map(({ event, attempt }) => [event.sequence, attempt]),
        [
          [before?.sequence, 2],
          [waiting?.sequence, 1],
        ],
      );
    });

    it("sends suspects alone, one after the other, and then the rest together", async () => {
      await storeCheckIns(inbox, 3, [{ subscriber, inFlow: true }]);
      for (let crash = 1; crash <= 2; crash += 1) {
        await inbox.recover(subscriber, true);
        if (crash < 2) await inbox.claim(subscriber, 64, true, Date.now());
      }
      await storeCheckIns(inbox, 2);
      await begin();
      for (let suspects = 1; suspects <= 3; suspects += 1) {
        await flow.waitForSent(suspects);
        await arrive();
        await soon();
        assert.equal(flow.sent.length, suspects, "nothing beside a suspect");
        flow.sent.at(-1)?.finish({ kind: "delivered" });
      }
      await flow.waitForSent(8);
    });

    it("tells of what is set aside after the third crash", async () => {
      await storeCheckIns(inbox, 1, [{ subscriber, inFlow: true }]);
      const setAside: Failure[] = [];
      flow = new ManualFlow({ setAside: (failures) => setAside.push(...failures) });
      for (let crash = 1; crash <= 2; crash += 1) {
        await inbox.recover(subscriber, true);
        await inbox.claim(subscriber, 64, true, Date.now());
      }
      await begin(true);
      assert.equal(setAside.length, 1);
      await soon();
      assert.equal(flow.sent.length, 0);
    });

    it("a slow queue does not hold up another one", async () => {
      const other = new SubscriptionQueue(inbox, "other");
      const { flow: quick, sent } = quickFlow(() => ({ kind: "delivered" }));
      await storeCheckIns(inbox, 300);
      await begin();
      await flow.waitForSent(64);
      await storeCheckIns(inbox, 200, [{ subscriber: "other", inFlow: false }]);
      other.start(quick);
      await other.recover(false);
      await waitFor(
        () => (sent.length === 200 ? true : undefined),
        () => `${sent.length} of 200`,
      );
      assert.equal(flow.sent.length, 64);
      other.close();
    });
  });
}

describe("a subscription's queue that sends again after a failure", function () {
  this.timeout(15_000);

  it("waits 1 s, then 2 s; stops with success", async () => {
    const tables = createMemoryTables();
    const inbox = new Inbox(tables);
    const queue = new SubscriptionQueue(inbox, subscriber);
    await storeCheckIns(inbox, 1);
    const { flow, sent } = quickFlow(
      (_event, attempt) => (attempt < 3 ? { kind: "failed", error: "busy" } : { kind: "delivered" }),
      5,
    );
    queue.start(flow);
    await queue.recover(false);
    await waitFor(
      () => (sent.length === 3 ? true : undefined),
      () => `${sent.length} of 3 attempts`,
    );
    const [first, second, third] = sent.map(({ at }) => at) as [number, number, number];
    assert.ok(second - first > 900 && second - first < 4_000, `${second - first} ms`);
    assert.ok(third - second > 1_900 && third - second < 6_000, `${third - second} ms`);
    assert.deepEqual(
      sent.map(({ attempt }) => attempt),
      [1, 2, 3],
    );
    await soon();
    for (const table of [tables.failed, tables.inFlow, tables.waiting, tables.retries]) {
      assert.deepEqual(table.owners(), []);
    }
  });

  it("gives up after so many times, and keeps the last error", async () => {
    const tables = createMemoryTables();
    const inbox = new Inbox(tables);
    const queue = new SubscriptionQueue(inbox, subscriber);
    await storeCheckIns(inbox, 1);
    const { flow, sent } = quickFlow((_event, attempt) => ({ kind: "failed", error: `error ${attempt}` }), 1);
    queue.start(flow);
    await queue.recover(false);
    const [failure] = await waitFor(
      () => (tables.failed.owners().length > 0 ? tables.failed.list(subscriber, 0, 1) : undefined),
      () => "it has not been given up",
    );
    assert.equal(sent.length, 2);
    assert.deepEqual([failure?.row.error, failure?.row.attempt, failure?.row.failures], ["error 2", 2, 2]);
  });

  it("does not let the others wait meanwhile", async () => {
    const inbox = new Inbox(createMemoryTables());
    const queue = new SubscriptionQueue(inbox, subscriber);
    const [bad] = await storeCheckIns(inbox, 20);
    const { flow, sent } = quickFlow(
      (event) => (event.sequence === bad?.sequence ? { kind: "failed", error: "busy" } : { kind: "delivered" }),
      1,
    );
    queue.start(flow);
    await queue.recover(false);
    await soon();
    assert.equal(sent.length, 20);
    queue.close();
  });
});

describe("a subscription's queue whose disk refuses", function () {
  this.timeout(15_000);

  const createQueue = () => {
    const { inbox, disk } = createFailingInbox();
    const said: unknown[] = [];
    const queue = new SubscriptionQueue(inbox, subscriber, (error) =>
      said.push(error && (error as { code?: string }).code),
    );
    return { inbox, disk, said, queue };
  };

  it("does not forget what the flow has done, says so, and says when it is over", async () => {
    const { inbox, disk, said, queue } = createQueue();
    await storeCheckIns(inbox, 2);
    const flow = new ManualFlow();
    queue.start(flow);
    await queue.recover(false);
    await flow.waitForSent(2);
    disk.refuses = true;
    flow.finishAll({ kind: "failed", error: "no such member" });
    await soon();
    assert.deepEqual(said, ["ENOSPC", "ENOSPC"]);
    disk.refuses = false;
    await waitFor(
      () => (queue.inFlow === 0 ? true : undefined),
      () => "it has not been noted",
    );
    assert.deepEqual(said.slice(-2), [undefined, undefined]);
    assert.deepEqual(await inbox.recover(subscriber, true), []);
    assert.deepEqual((await inbox.claim(subscriber, 64, true, Date.now())).claims, [], "nothing is sent twice");
  });

  it("sends on once events can be claimed again", async () => {
    const { inbox, disk, said, queue } = createQueue();
    const flow = new ManualFlow();
    queue.start(flow);
    await queue.recover(false);
    await storeCheckIns(inbox, 3);
    disk.refuses = true;
    queue.wake();
    await soon();
    assert.deepEqual([flow.sent.length, queue.inFlow, said[0]], [0, 0, "ENOSPC"]);
    disk.refuses = false;
    await flow.waitForSent(3);
  });

  it("looks after what was in the flow once it can", async () => {
    const { inbox, disk, said, queue } = createQueue();
    await storeCheckIns(inbox, 1, [{ subscriber, inFlow: true }]);
    disk.refuses = true;
    const flow = new ManualFlow();
    queue.start(flow);
    const recovered = queue.recover(true);
    await soon();
    assert.deepEqual([flow.sent.length, said.length], [0, 1]);
    disk.refuses = false;
    await recovered;
    await flow.waitForSent(1);
  });

  it("ends its efforts when it is closed", async () => {
    const { inbox, disk, queue } = createQueue();
    await storeCheckIns(inbox, 1);
    const flow = new ManualFlow();
    queue.start(flow);
    await queue.recover(false);
    await flow.waitForSent(1);
    disk.refuses = true;
    flow.finishAll({ kind: "failed", error: "no" });
    queue.close();
    await delay(1_200);
    disk.refuses = false;
    await inbox.recover(subscriber, false);
    assert.equal((await inbox.claim(subscriber, 64, true, Date.now())).claims.length, 1, "it is sent again");
  });
});

describe("a subscription's queue under load", function () {
  this.timeout(30_000);
  afterEach(tidyUp);

  it("loses nothing and sends nothing twice while it is paused and started again and again", async () => {
    const inbox = new Inbox(openOnDisk().tables);
    const queue = new SubscriptionQueue(inbox, subscriber);
    const counts = new Map<number, number>();
    const flow: Flow = {
      retries: 0,
      async send(event) {
        counts.set(event.sequence, (counts.get(event.sequence) ?? 0) + 1);
        await delay(Math.random() * 5);
        return { kind: "delivered" };
      },
    };
    queue.start(flow);
    await queue.recover(false);
    let stored = 0;
    const deploys = (async () => {
      for (let deploy = 0; deploy < 15; deploy += 1) {
        await delay(20);
        queue.pause();
        await delay(10);
        queue.start(flow);
      }
    })();
    const clients = Array.from({ length: 8 }, async () => {
      for (let index = 0; index < 60; index += 1) {
        const inFlow = queue.reserve();
        const [event] = await inbox.store(endpoint, await delivered(checkIn()), () => [{ subscriber, inFlow }]);
        assert.ok(event);
        stored += 1;
        if (inFlow) queue.deliver(event, endpoint);
        else queue.wake();
      }
    });
    await Promise.all([...clients, deploys]);
    await waitFor(
      () => (counts.size === stored && queue.inFlow === 0 ? true : undefined),
      () => `${counts.size} of ${stored} came out, ${queue.inFlow} in the flow`,
    );
    assert.ok([...counts.values()].every((count) => count === 1));
    queue.close();
  });
});

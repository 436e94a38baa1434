import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { Inbox, type StoredEvent } from "../../../src/inbox/inbox";
import { type Flow, type FlowResult, SubscriptionQueue } from "../../../src/inbox/subscription-queue";
import type { Failure, Tables } from "../../../src/inbox/tables";
import {
  checkIn,
  delivered,
  endpoint,
  kinds,
  openOnDisk,
  settled,
  storeCheckIns,
  subscriber,
  tidyUp,
} from "../../support/inbox";
import { waitFor } from "../../support/wait-for";
import { ManualFlow, quickFlow } from "./flows";

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
      await settled(tables);
      assert.deepEqual([flow.sent.length, queue.inFlow], [64, 64]);
      for (const { finish } of flow.sent.slice(0, 10)) finish({ kind: "delivered" });
      await flow.waitForSent(74);
      await settled(tables);
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
      await settled(tables);
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
      await settled(tables);
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
      await settled(tables);
      queue.pause();
      for (let index = 0; index < 3; index += 1) await arrive();
      await settled(tables);
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
      await settled(tables);
      assert.equal(queue.reserve(), true);
      const [event] = await storeCheckIns(inbox, 1, [{ subscriber, inFlow: true }]);
      queue.pause();
      queue.deliver(event as StoredEvent, endpoint);
      await settled(tables);
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
      await settled(tables);
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
        await settled(tables);
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
      await settled(tables);
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

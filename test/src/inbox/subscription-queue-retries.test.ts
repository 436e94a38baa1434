import assert from "node:assert/strict";
import { mock } from "node:test";
import { Inbox } from "../../../src/inbox/inbox";
import { createMemoryTables } from "../../../src/inbox/memory-tables";
import { type Flow, SubscriptionQueue } from "../../../src/inbox/subscription-queue";
import type { Tables } from "../../../src/inbox/tables";
import { createFailingInbox, noon, settled, storeCheckIns, subscriber } from "../../support/inbox";
import { ManualFlow, quickFlow } from "./flows";

const second = 1_000;

const stopTheClock = () => mock.timers.enable({ apis: ["setTimeout", "Date"], now: noon });

describe("a subscription's queue that sends again after a failure", () => {
  let tables: Tables;
  let inbox: Inbox;
  let queue: SubscriptionQueue;

  beforeEach(() => {
    stopTheClock();
    tables = createMemoryTables();
    inbox = new Inbox(tables);
    queue = new SubscriptionQueue(inbox, subscriber);
  });
  afterEach(() => {
    queue.close();
    mock.timers.reset();
  });

  const begin = async (flow: Flow) => {
    queue.start(flow);
    await queue.recover(false);
    await settled(tables);
  };
  const pass = async (milliseconds: number) => {
    mock.timers.tick(milliseconds);
    await settled(tables);
  };

  it("waits 1 s, then twice as long each time, and a minute at the most; stops with success", async () => {
    await storeCheckIns(inbox, 1);
    const { flow, sent } = quickFlow(
      (_event, attempt) => (attempt < 9 ? { kind: "failed", error: "busy" } : { kind: "delivered" }),
      10,
    );
    await begin(flow);
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      const before = sent.length;
      await pass(seconds * second - 1);
      assert.equal(sent.length, before, `not before ${seconds} s`);
      await pass(1);
      assert.equal(sent.length, before + 1, `after ${seconds} s`);
    }
    await pass(3_600 * second);
    assert.deepEqual(
      sent.map(({ attempt }) => attempt),
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    for (const table of [tables.failed, tables.inFlow, tables.waiting, tables.retries]) {
      assert.deepEqual(table.owners(), []);
    }
  });

  it("gives up after so many times, and keeps the last error", async () => {
    await storeCheckIns(inbox, 1);
    const { flow, sent } = quickFlow((_event, attempt) => ({ kind: "failed", error: `error ${attempt}` }), 1);
    await begin(flow);
    await pass(second);
    const [failure] = tables.failed.list(subscriber, 0, 1);
    assert.deepEqual([failure?.row.error, failure?.row.attempt, failure?.row.failures], ["error 2", 2, 2]);
    await pass(3_600 * second);
    assert.equal(sent.length, 2);
  });

  it("does not let the others wait meanwhile", async () => {
    const [bad] = await storeCheckIns(inbox, 20);
    const { flow, sent } = quickFlow(
      (event) => (event.sequence === bad?.sequence ? { kind: "failed", error: "busy" } : { kind: "delivered" }),
      1,
    );
    await begin(flow);
    assert.equal(sent.length, 20);
  });
});

describe("a subscription's queue whose disk refuses", () => {
  beforeEach(stopTheClock);
  afterEach(() => mock.timers.reset());

  const createQueue = () => {
    const { inbox, tables, disk } = createFailingInbox();
    const said: unknown[] = [];
    const queue = new SubscriptionQueue(inbox, subscriber, (error) =>
      said.push(error && (error as { code?: string }).code),
    );
    return { inbox, tables, disk, said, queue };
  };

  it("does not forget what the flow has done, says so, and says when it is over", async () => {
    const { inbox, tables, disk, said, queue } = createQueue();
    await storeCheckIns(inbox, 2);
    const flow = new ManualFlow();
    queue.start(flow);
    await queue.recover(false);
    await settled(tables);
    assert.equal(flow.sent.length, 2);
    disk.refuses = true;
    flow.finishAll({ kind: "failed", error: "no such member" });
    await settled(tables);
    assert.deepEqual(said, ["ENOSPC", "ENOSPC"]);
    disk.refuses = false;
    mock.timers.tick(second);
    await settled(tables);
    assert.equal(queue.inFlow, 0);
    assert.deepEqual(said.slice(-2), [undefined, undefined]);
    assert.deepEqual(await inbox.recover(subscriber, true), []);
    assert.deepEqual((await inbox.claim(subscriber, 64, true, Date.now())).claims, [], "nothing is sent twice");
  });

  it("sends on once events can be claimed again", async () => {
    const { inbox, tables, disk, said, queue } = createQueue();
    const flow = new ManualFlow();
    queue.start(flow);
    await queue.recover(false);
    await storeCheckIns(inbox, 3);
    disk.refuses = true;
    queue.wake();
    await settled(tables);
    assert.deepEqual([flow.sent.length, queue.inFlow, said[0]], [0, 0, "ENOSPC"]);
    disk.refuses = false;
    mock.timers.tick(second);
    await settled(tables);
    assert.equal(flow.sent.length, 3);
  });

  it("looks after what was in the flow once it can", async () => {
    const { inbox, tables, disk, said, queue } = createQueue();
    await storeCheckIns(inbox, 1, [{ subscriber, inFlow: true }]);
    disk.refuses = true;
    const flow = new ManualFlow();
    queue.start(flow);
    const recovered = queue.recover(true);
    await settled(tables);
    assert.deepEqual([flow.sent.length, said.length], [0, 1]);
    disk.refuses = false;
    mock.timers.tick(second);
    await recovered;
    await settled(tables);
    assert.equal(flow.sent.length, 1);
  });

  it("ends its efforts when it is closed", async () => {
    const { inbox, tables, disk, queue } = createQueue();
    await storeCheckIns(inbox, 1);
    const flow = new ManualFlow();
    queue.start(flow);
    await queue.recover(false);
    await settled(tables);
    assert.equal(flow.sent.length, 1);
    disk.refuses = true;
    flow.finishAll({ kind: "failed", error: "no" });
    await settled(tables);
    queue.close();
    disk.refuses = false;
    mock.timers.tick(60 * second);
    await settled(tables);
    await inbox.recover(subscriber, false);
    assert.equal((await inbox.claim(subscriber, 64, true, Date.now())).claims.length, 1, "it is sent again");
  });
});

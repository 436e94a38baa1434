import assert from "node:assert/strict";
import { Inbox } from "../../../src/inbox/inbox";
import { createMemoryTables } from "../../../src/inbox/memory-tables";
import { StoreError } from "../../../src/inbox/store-error";
import type { Tables } from "../../../src/inbox/tables";
import { checkIn, delivered, endpoint, noon, subscriber, waits } from "../../support/inbox";

const most = 10_000;

describe("the store in memory", function () {
  this.timeout(10_000);
  let tables: Tables;
  let inbox: Inbox;

  beforeEach(() => {
    tables = createMemoryTables();
    inbox = new Inbox(tables);
  });

  const store = async (body: unknown, recipients = [...waits], id?: string) =>
    inbox.store(endpoint, await delivered(body, { ...(id && { id }) }), () => recipients);
  /** So many events, a hundred in a delivery. */
  const fill = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 100)
      await store(Array.from({ length: Math.min(left, 100) }, () => checkIn()));
  };
  const isFull = (error: unknown) => error instanceof StoreError && error.code === "MEMORYFULL";

  it("says that it is not durable", () => assert.equal(inbox.isDurable, false));

  it("refuses more than it has room for while all of it is waited for", async () => {
    await fill(most);
    await assert.rejects(store(checkIn()), isFull);
  });

  it("keeps nothing of a delivery that does not fit in whole", async () => {
    await fill(most - 1);
    const body = [checkIn(), checkIn()];
    await assert.rejects(store(body, [...waits], "del_1"), isFull);
    assert.equal(tables.waiting.list(subscriber, 0, 2 * most).length, most - 1);
    assert.equal(tables.deliveries.get("del_1"), undefined);
    const { claims } = await inbox.claim(subscriber, 2, true, noon);
    for (const { event, progress } of claims) {
      await inbox.settle(subscriber, event.sequence, progress, { kind: "delivered" });
    }
    const stored = await store(body, [...waits], "del_1");
    assert.equal(stored.filter((event) => event).length, 2, "they are no duplicates");
  });

  it("goes on giving out events when it is full, and takes more as they are delivered", async () => {
    await fill(most);
    const { claims } = await inbox.claim(subscriber, 64, true, noon);
    assert.equal(claims.length, 64);
    const [first] = claims;
    assert.ok(first);
    await inbox.settle(subscriber, first.event.sequence, first.progress, { kind: "delivered" });
    assert.ok((await store(checkIn()))[0]);
    await assert.rejects(store(checkIn()), isFull);
  });

  it("lets go of the oldest that nobody waits for, and of what was known about it", async () => {
    const body = checkIn();
    await store(body, [], "del_old");
    await fill(most - 1);
    assert.deepEqual(await store(body), [undefined], "still known");
    await store(checkIn());
    assert.equal(tables.events.list(endpoint, 0, 2 * most).length, most);
    assert.ok((await store(checkIn(), [], "del_old").catch(() => "full")) === "full", "no duplicate any more");
  });

  it("lets go of a failure with its event", async () => {
    await fill(most);
    const { claims } = await inbox.claim(subscriber, 1, true, noon);
    const [{ event, progress } = assert.fail()] = claims;
    await inbox.settle(subscriber, event.sequence, progress, { kind: "failed", error: "no such member" });
    await store(checkIn());
    assert.deepEqual(tables.failed.list(subscriber, 0, 10), []);
  });

  it("waits for what is to be sent again", async () => {
    await fill(most);
    const [{ event, progress } = assert.fail()] = (await inbox.claim(subscriber, 1, true, noon)).claims;
    await inbox.settle(subscriber, event.sequence, progress, { kind: "retry", at: noon + 1 });
    await assert.rejects(store(checkIn()), isFull);
  });

  it("keeps rows in order, whatever the order they are put in", () => {
    const { waiting } = tables;
    for (const sequence of [5, 1, 9, 3, 7, 3]) {
      waiting.put("a", sequence, { endpoint, attempt: sequence, failures: 0, crashes: 0 });
    }
    const list = (after: number, limit: number) => waiting.list("a", after, limit).map(({ sequence }) => sequence);
    assert.deepEqual(list(0, 10), [1, 3, 5, 7, 9]);
    assert.deepEqual(list(3, 2), [5, 7]);
    assert.deepEqual(list(0, 0), []);
    waiting.remove("a", 5);
    waiting.remove("a", 6);
    assert.deepEqual(list(3, 10), [7, 9]);
    waiting.put("a", 5, { endpoint, attempt: 50, failures: 0, crashes: 0 });
    assert.deepEqual(list(0, 10), [1, 3, 5, 7, 9]);
    assert.equal(waiting.get("a", 5)?.attempt, 50);
    assert.deepEqual(waiting.list("b", 0, 10), []);
    assert.deepEqual(waiting.owners(), ["a"]);
  });

  it("does not grow by what has come and gone", async () => {
    for (let round = 0; round < 30; round += 1) {
      await fill(500);
      const { claims } = await inbox.claim(subscriber, 500, true, noon);
      for (const { event, progress } of claims) {
        await inbox.settle(subscriber, event.sequence, progress, { kind: "delivered" });
      }
    }
    assert.equal(tables.events.list(endpoint, 0, 100_000).length, most);
    assert.deepEqual(tables.waiting.owners(), []);
    await tables.close();
  });
});

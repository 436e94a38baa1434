import assert from "node:assert/strict";
import { Inbox } from "../../../src/inbox/inbox";
import type { Tables } from "../../../src/inbox/tables";
import { checkIn, delivered, endpoint, noon, storeCheckIns, subscriber } from "../../support/inbox";
import { inEveryInbox } from "./every-inbox";

const day = 24 * 60 * 60_000;

inEveryInbox("pruning", (given) => {
  const { store, claim, isNew } = given;

  const prune = (subscribers = [subscriber]) => given.inbox.prune(endpoint, noon + day, subscribers);

  it("removes what is older than the retention, and what was known of its duplicates", async () => {
    const body = checkIn();
    await store(body, { id: "del_1" });
    const [claimed] = await claim();
    await given.inbox.settle(subscriber, claimed?.event.sequence ?? 0, claimed?.progress as never, {
      kind: "delivered",
    });
    await storeCheckIns(given.inbox, 1, [], noon + 2 * day);
    assert.equal(await prune(), 1);
    assert.equal(given.tables.events.list(endpoint, 0, 10).length, 1);
    assert.deepEqual(isNew(await store(body, { id: "del_1", now: noon + 2 * day })), [true]);
  });

  it("removes thousands in small steps", async () => {
    const delivery = await delivered(Array.from({ length: 1_050 }, () => checkIn()));
    await given.inbox.store(endpoint, delivery, () => []);
    let steps = 0;
    const counted: Tables = {
      ...given.tables,
      transaction(operation, until) {
        steps += 1;
        return given.tables.transaction(operation, until);
      },
    };
    assert.equal(await new Inbox(counted).prune(endpoint, noon + day, []), 1_050);
    assert.equal(steps, 6);
    assert.deepEqual(given.tables.events.list(endpoint, 0, 10), []);
  });

  it("keeps what waits, what is in the flow, and what is to be sent again, however old", async () => {
    const [retried, inFlow, waiting] = await storeCheckIns(given.inbox, 3);
    const claims = await claim(2);
    await given.inbox.settle(subscriber, retried?.sequence ?? 0, claims[0]?.progress as never, {
      kind: "retry",
      at: noon,
    });
    assert.equal(await prune(), 0);
    assert.deepEqual(
      given.tables.events.list(endpoint, 0, 10).map(({ sequence }) => sequence),
      [retried, inFlow, waiting].map((event) => event?.sequence),
    );
  });

  it("goes on behind what is kept", async () => {
    await storeCheckIns(given.inbox, 250);
    await storeCheckIns(given.inbox, 10, []);
    assert.equal(await prune(), 10);
  });

  it("removes a failure with its event", async () => {
    const [event] = await storeCheckIns(given.inbox, 1);
    const [claimed] = await claim();
    await given.inbox.settle(subscriber, event?.sequence ?? 0, claimed?.progress as never, {
      kind: "failed",
      error: "no such member",
    });
    assert.equal(await prune(), 1);
    assert.deepEqual(given.tables.failed.list(subscriber, 0, 10), []);
  });

  it("removes what is kept for a node that is no longer there", async () => {
    await storeCheckIns(given.inbox, 2, [
      { subscriber: "gone", inFlow: false },
      { subscriber: "long gone", inFlow: true },
    ]);
    assert.equal(await prune(), 2);
    for (const table of [given.tables.waiting, given.tables.inFlow]) assert.deepEqual(table.owners(), []);
  });

  it("leaves other endpoints alone", async () => {
    await given.inbox.store("another", await delivered(checkIn()), () => []);
    assert.equal(await prune(), 0);
    assert.equal(given.tables.events.list("another", 0, 10).length, 1);
  });

  it("keeps what the newest event of a client is compared with", async () => {
    const body = checkIn();
    await store(body);
    await claim();
    await store({ ...body, checkInStatus: "Invalid" }, { now: noon + 2 * day });
    await prune([]);
    assert.deepEqual(isNew(await store({ ...body, checkInStatus: "Invalid" }, { now: noon + 2 * day })), [false]);
  });
});

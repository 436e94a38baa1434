import assert from "node:assert/strict";
import { Inbox } from "../../../src/inbox/inbox";
import type { Tables } from "../../../src/inbox/tables";
import {
  checkIn,
  delivered,
  endpoint,
  noon,
  openOnDisk,
  scratchFolder,
  storeCheckIns,
  subscriber,
  tidyUp,
  waits,
} from "../../support/inbox";

describe("the inbox on disk, opened again", () => {
  afterEach(tidyUp);

  it("still knows what waits, what failed, what is to be sent again, and every duplicate", async () => {
    const folder = scratchFolder();
    const store = openOnDisk(folder);
    const before = new Inbox(store.tables);
    const body = checkIn();
    await before.store(endpoint, await delivered(body, { id: "del_1" }), () => [...waits]);
    const events = await storeCheckIns(before, 3);
    const { claims } = await before.claim(subscriber, 3, true, noon);
    const [, retried, failed] = claims;
    assert.ok(retried && failed);
    await before.settle(subscriber, retried.event.sequence, retried.progress, { kind: "retry", at: noon });
    await before.settle(subscriber, failed.event.sequence, failed.progress, { kind: "failed", error: "no" });
    await store.tables.close();

    const again = openOnDisk(folder);
    const after = new Inbox(again.tables);
    assert.deepEqual(await after.store(endpoint, await delivered(checkIn(), { id: "del_1" }), () => []), [undefined]);
    assert.deepEqual(await after.store(endpoint, await delivered(body), () => []), [undefined]);
    assert.equal(again.tables.failed.get(subscriber, failed.event.sequence)?.error, "no");
    await after.recover(subscriber, again.crashed);
    assert.deepEqual(
      (await after.claim(subscriber, 64, true, noon)).claims.map(({ event }) => event.sequence),
      [retried.event.sequence, claims[0]?.event.sequence, events[2]?.sequence],
    );
    const [newest] = await storeCheckIns(after, 1);
    assert.ok((newest?.sequence ?? 0) > (events[2]?.sequence ?? 0));
  });

  it("knows a repetition although other endpoints had their last event long before", async () => {
    const folder = scratchFolder();
    const store = openOnDisk(folder);
    const before = new Inbox(store.tables);
    const body = checkIn();
    for (const [owner, hours] of [
      ["a", 2],
      ["m", 0],
      ["x", 1],
      ["z", 3],
    ] as const) {
      await before.store(owner, await delivered(body, { now: noon - hours * 60 * 60_000 }), () => []);
    }
    await store.tables.close();
    const after = new Inbox(openOnDisk(folder).tables);
    await after.store("z", await delivered(checkIn(), { now: noon + 1 }), () => []);
    assert.deepEqual(await after.store("m", await delivered(body, { now: noon + 60_000 }), () => []), [undefined]);
  });

  it("takes no event for a repetition because the clock was wrong for a while", async () => {
    const folder = scratchFolder();
    const store = openOnDisk(folder);
    const before = new Inbox(store.tables);
    const minute = 60_000;
    const [client, other] = [checkIn(), checkIn()];
    const changed = { ...client, checkInStatus: "Invalid" };
    for (const [body, minutes] of [
      [client, 0],
      [checkIn(), 1],
      [other, 33],
      [changed, 2],
    ] as const) {
      await before.store(endpoint, await delivered(body, { now: noon + minutes * minute }), () => []);
    }
    await store.tables.close();
    const after = new Inbox(openOnDisk(folder).tables);
    const [again] = await after.store(endpoint, await delivered(client, { now: noon + 4 * minute }), () => []);
    assert.ok(again, "valid, invalid, valid are three events");
  });

  it("writes what it has taken before it is closed", async () => {
    const folder = scratchFolder();
    const { tables } = openOnDisk(folder);
    const body = checkIn();
    const stored = new Inbox(tables).store(endpoint, await delivered(body), () => []);
    await tables.close();
    assert.equal((await stored).length, 1);
    const after = new Inbox(openOnDisk(folder).tables);
    assert.deepEqual(await after.store(endpoint, await delivered(body), () => []), [undefined]);
  });

  it("knows every repetition of thousands, which are recalled bit by bit", async () => {
    const folder = scratchFolder();
    const store = openOnDisk(folder);
    const bodies = Array.from({ length: 1_700 }, () => checkIn());
    await new Inbox(store.tables).store(endpoint, await delivered(bodies), () => []);
    await store.tables.close();
    const after = new Inbox(openOnDisk(folder).tables);
    const repeated = await after.store(endpoint, await delivered([...bodies, checkIn()]), () => []);
    assert.deepEqual(
      repeated.map((event) => event !== undefined),
      [...bodies.map(() => false), true],
    );
  });

  it("never gives out a place twice, also where the transaction that set it aside was refused", async () => {
    const folder = scratchFolder();
    const { tables } = openOnDisk(folder);
    const broken: Tables = {
      ...tables,
      waiting: {
        ...tables.waiting,
        put() {
          throw new Error("broken");
        },
      },
    };
    const inbox = new Inbox(broken);
    // While this is being written, the two gather for the same commit.
    void inbox.recover(subscriber, false);
    const delivery = await delivered(checkIn());
    const refused = inbox.store(endpoint, delivery, () => [...waits]);
    const [kept] = await Promise.all([inbox.store(endpoint, delivery, () => []), assert.rejects(refused)]);
    await tables.close();
    const [next] = await storeCheckIns(new Inbox(openOnDisk(folder).tables), 1);
    assert.ok((next?.sequence ?? 0) > (kept[0]?.sequence ?? 0));
  });
});

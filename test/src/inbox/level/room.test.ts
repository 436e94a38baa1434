import assert from "node:assert/strict";
import { memorySource } from "../../../../src/inbox/level/memory-source";
import { Room } from "../../../../src/inbox/level/room";
import { delivered } from "../../../support/deliveries";
import { settleAll } from "./claims";
import { clientsFrom, closeAfterEach, drain, justOne, openAt, storeAll } from "./folders";

closeAfterEach();

describe("the room of an inbox in memory", () => {
  it("is full where nothing is finished, and is made where something is", async () => {
    const { inbox } = await openAt(memorySource(100));
    await inbox.subscribers(justOne);
    await storeAll(inbox, clientsFrom(0, 100));
    await assert.rejects(storeAll(inbox, ["more"]), { code: "MEMORYFULL" });
    assert.equal((await drain(inbox)).length, 100);
    await storeAll(inbox, clientsFrom(200, 100));
    assert.equal((await inbox.list({ limit: 500 })).events.length <= 100, true);
  });

  it("is exact for many at once", async () => {
    const { inbox } = await openAt(memorySource(100));
    await inbox.subscribers(justOne);
    const results = await Promise.allSettled(clientsFrom(0, 150).map((client) => storeAll(inbox, [client])));
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 100);
    assert.equal((await drain(inbox)).length, 100);
  });

  it("is not taken by duplicates, nor by what is pruned", async () => {
    const { inbox } = await openAt(memorySource(10));
    await inbox.subscribers(justOne);
    const delivery = await delivered({ clientID: "same", siteID: "s" }, { id: "del_same" });
    for (let time = 0; time < 50; time += 1) await inbox.store("endpoint", delivery);
    await storeAll(inbox, clientsFrom(0, 9));
    await drain(inbox);
    await inbox.prune(Date.now() + 30 * 24 * 60 * 60_000);
    await storeAll(inbox, clientsFrom(100, 10));
    assert.equal((await drain(inbox)).length, 10);
  });

  it("can be made again after making it has failed", async () => {
    let isFailing = true;
    const room = new Room(10, {
      isBusy: () => false,
      remove: async (sequences) => {
        if (isFailing) throw new Error("no");
        return sequences.length;
      },
    });
    await room.take(10);
    room.mayBeFinished(1);
    await assert.rejects(room.take(1), { message: "no" });
    isFailing = false;
    await room.take(1);
  });

  it("is waited for while a flow is busy, and refused at once where none is", async () => {
    const { inbox } = await openAt(memorySource(10));
    await inbox.subscribers(justOne);
    await storeAll(inbox, clientsFrom(0, 10));
    const claims = await inbox.claim("one", 10);
    const later = storeAll(inbox, ["later"]);
    await settleAll(inbox, claims.slice(0, 1));
    await later;
    await settleAll(inbox, claims.slice(1), { kind: "retry", error: "no", after: 60_000 });
    const begun = performance.now();
    await assert.rejects(storeAll(inbox, ["more"]), { code: "MEMORYFULL" });
    assert.ok(performance.now() - begun < 1_000);
  });

  it("is refused at little cost, however much waits", async () => {
    const [few, many] = [await timeToRefuse(100), await timeToRefuse(10_000)];
    assert.ok(many < 10 * few + 1, `${many} ms beside ${few} ms`);
  });

  it("is made by what is discarded, and by what nobody had selected", async () => {
    const { inbox } = await openAt(memorySource(10));
    await inbox.subscribers({ ...justOne, subscribers: [] });
    await storeAll(inbox, clientsFrom(0, 10));
    await storeAll(inbox, clientsFrom(10, 10));
    await inbox.subscribers(justOne);
    await storeAll(inbox, clientsFrom(20, 10));
    await inbox.subscribers({ ...justOne, subscribers: [] });
    await assert.rejects(storeAll(inbox, ["more"]), { code: "MEMORYFULL" });
    assert.equal(await inbox.discard("endpoint", "one"), 10);
    await storeAll(inbox, ["more"]);
  });
});

/** Milliseconds for each of many. */
async function timeToRefuse(capacity: number): Promise<number> {
  const { inbox } = await openAt(memorySource(capacity));
  await inbox.subscribers(justOne);
  await storeAll(inbox, clientsFrom(0, capacity));
  const clients = clientsFrom(capacity, 50);
  const begun = performance.now();
  for (const client of clients) await assert.rejects(storeAll(inbox, [client]), { code: "MEMORYFULL" });
  return (performance.now() - begun) / clients.length;
}

import assert from "node:assert/strict";
import { memorySource } from "../../../../src/inbox/level/memory-source";
import { Room } from "../../../../src/inbox/level/room";
import { delivered } from "../../../support/deliveries";
import { clientsFrom, drain, justOne, openAt, storeAll } from "./folders";

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
    const room = new Room(10, async (count) => {
      if (isFailing) throw new Error("no");
      return count;
    });
    await room.take(10);
    await assert.rejects(room.take(1), { message: "no" });
    isFailing = false;
    await room.take(1);
  });
});

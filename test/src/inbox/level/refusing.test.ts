import assert from "node:assert/strict";
import type { DatabaseSource, OpenDatabase } from "../../../../src/inbox/level/database";
import { diskSource } from "../../../../src/inbox/level/disk-source";
import { StoreError } from "../../../../src/inbox/store-error";
import { waitFor } from "../../../support/wait-for";
import { present, subscriber } from "../contract";
import { clientsFrom, closeAfterEach, drain, newFolder, type Opened, openAt, settleAll, storeAll } from "./folders";

closeAfterEach();

/** A disk that refuses what is written as long as it is full; some keep it all the same, as where only the flush fails. */
class FullDisk implements DatabaseSource {
  readonly isDurable = true;
  isFull = false;
  keepsAllTheSame = false;
  readonly #disk: DatabaseSource;

  constructor(folder: string) {
    this.#disk = diskSource(folder);
  }

  async open(...rest: Parameters<DatabaseSource["open"]>): Promise<OpenDatabase> {
    if (this.isFull) throw new StoreError("ENOSPC");
    const opened = await this.#disk.open(...rest);
    const write: OpenDatabase["write"] = async (writes, sync) => {
      if (this.isFull && this.keepsAllTheSame) await opened.write(writes, sync);
      if (this.isFull) throw new StoreError("ENOSPC");
      return opened.write(writes, sync);
    };
    return { ...opened, write };
  }
}

const takesAgain = ({ faults }: Opened) =>
  waitFor(
    () => (faults.length > 0 && faults.at(-1) === undefined ? true : undefined),
    () => faults.join(),
  );

describe("what an inbox has to remember while its disk refuses", () => {
  it("is written once the disk takes it: who came meanwhile, and a place for what nobody takes, are no damage later", async () => {
    const folder = newFolder();
    const disk = new FullDisk(folder);
    const opened = await openAt(disk);
    await opened.inbox.subscribers(present(subscriber("first")));
    disk.isFull = true;
    const stopped = opened.inbox.stopped();
    const [refused] = await Promise.allSettled([storeAll(opened.inbox, ["refused"])]);
    assert.equal(refused?.status, "rejected");
    await assert.rejects(opened.inbox.subscribers(present(subscriber("second"))), { code: "ENOSPC" });
    disk.isFull = false;
    await Promise.all([stopped, takesAgain(opened)]);
    // Nothing has changed since, as far as the inbox knows.
    await opened.inbox.subscribers(present(subscriber("second")));
    const clients = clientsFrom(0, 2);
    await storeAll(opened.inbox, clients);
    await opened.inbox.close();
    const again = await openAt(folder);
    await again.inbox.subscribers(present(subscriber("third"), subscriber("second")));
    assert.deepEqual([await drain(again.inbox, "third"), await drain(again.inbox, "second")], [[], clients]);
    assert.deepEqual(again.notices, []);
  });

  it("does not count as sent again what was not: the next step sends it", async () => {
    const disk = new FullDisk(newFolder());
    const opened = await openAt(disk);
    const { inbox } = opened;
    await inbox.subscribers(present(subscriber("one")));
    const clients = clientsFrom(0, 3);
    await storeAll(inbox, clients);
    await drain(inbox, "one");
    const { id } = await inbox.resend({ query: { endpoint: "endpoint", state: "delivered" } });
    disk.isFull = disk.keepsAllTheSame = true;
    await assert.rejects(inbox.resendNext(id, 2), { code: "ENOSPC" });
    disk.isFull = false;
    await takesAgain(opened);
    assert.deepEqual(
      (await inbox.resends()).map(({ looked, sent }) => ({ looked, sent })),
      [{ looked: 0, sent: 0 }],
    );
    await inbox.resendNext(id, 3);
    assert.deepEqual(await drain(inbox, "one"), clients);
  });

  for (const keepsAllTheSame of [false, true]) {
    it(`is not given up, nor acknowledged, where that is refused${keepsAllTheSame ? " after it was written" : ""}`, async () => {
      const folder = newFolder();
      const disk = new FullDisk(folder);
      const opened = await openAt(disk);
      let { inbox } = opened;
      await inbox.subscribers(present(subscriber("one"), subscriber("gone")));
      const clients = clientsFrom(0, 3);
      await storeAll(inbox, clients);
      await settleAll(inbox, await inbox.claim("one", 9), { kind: "failed", error: "no", milliseconds: 1 });
      await inbox.subscribers(present(subscriber("one")));
      Object.assign(disk, { isFull: true, keepsAllTheSame });
      await assert.rejects(inbox.discard("endpoint"), { code: "ENOSPC" });
      await assert.rejects(inbox.acknowledge("endpoint"), { code: "ENOSPC" });
      disk.isFull = false;
      await takesAgain(opened);
      assert.equal(inbox.counts().subscribers.find(({ subscriber: id }) => id === "gone")?.waiting, 3);
      await inbox.close();
      ({ inbox } = await openAt(folder));
      await inbox.subscribers(present(subscriber("one"), subscriber("gone")));
      assert.deepEqual(await drain(inbox, "gone"), clients);
      assert.equal(await inbox.acknowledge("endpoint"), 3);
    });
  }
});

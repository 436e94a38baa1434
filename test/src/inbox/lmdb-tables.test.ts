import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { open } from "lmdb";
import { Inbox } from "../../../src/inbox/inbox";
import { canUseDisk } from "../../../src/inbox/lmdb-tables";
import {
  endpoint,
  openOnDisk,
  runElsewhere,
  scratchFolder,
  storeCheckIns,
  subscriber,
  tidyUp,
} from "../../support/inbox";

/** How many transactions a store has seen. */
async function transactionsOf(folder: string): Promise<number> {
  const root = open({ path: folder, noSubdir: false, maxDbs: 12, readOnly: true });
  const { lastTxnId } = root.getStats() as { lastTxnId: number };
  await root.close();
  return lastTxnId;
}

describe("the store on disk", () => {
  afterEach(tidyUp);

  it("can be used on this machine", () => assert.equal(canUseDisk(), true));

  it("is for its owner only: it holds personal data", () => {
    const folder = join(scratchFolder(), "hapana", "inbox");
    openOnDisk(folder);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(dirname(folder)).mode & 0o777, 0o700);
    for (const file of ["data.mdb", "lock.mdb"]) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600);
  });

  describe("how the process before ended", () => {
    const reopened = async (end: (store: ReturnType<typeof openOnDisk>) => Promise<void>) => {
      const folder = scratchFolder();
      const store = openOnDisk(folder);
      await end(store);
      await store.tables.close();
      return openOnDisk(folder).crashed;
    };

    it("is no crash where there was none before", () => assert.equal(openOnDisk().crashed, false));
    it("is a crash where it did not say that it ends", async () => assert.equal(await reopened(async () => {}), true));
    it("is none where it said so", async () => assert.equal(await reopened((store) => store.markEnding(true)), false));
    it("is a crash where it went on after all", async () => {
      const crashed = await reopened(async (store) => {
        await store.markEnding(true);
        await store.markEnding(false);
      });
      assert.equal(crashed, true);
    });
  });

  describe("one commit for many", () => {
    it("shares flushes among deliveries that come at the same time", async () => {
      const folder = scratchFolder();
      const { tables } = openOnDisk(folder);
      const inbox = new Inbox(tables);
      await storeCheckIns(inbox, 1);
      const before = await transactionsOf(folder);
      await storeCheckIns(inbox, 500);
      const transactions = (await transactionsOf(folder)) - before;
      assert.ok(transactions <= 5, `${transactions} transactions`);
      assert.equal(tables.events.list(endpoint, 0, 1_000).length, 501);
    });

    it("an operation that throws takes back its own writes, and nobody else's", async () => {
      const { tables } = openOnDisk();
      const write = (key: string, fails: boolean) =>
        tables.transaction(() => {
          tables.facts.put(key, "written");
          if (fails) throw new Error("broken");
        }, "flushed");
      const first = write("zero", false);
      const outcomes = await Promise.allSettled([write("one", false), write("two", true), write("three", false)]);
      await first;
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ["fulfilled", "rejected", "fulfilled"],
      );
      const kept = ["zero", "one", "two", "three"].map((key) => tables.facts.get(key));
      assert.deepEqual(kept, ["written", "written", undefined, "written"]);
    });

    it("does not block the event loop while it writes", async () => {
      const { tables } = openOnDisk();
      const inbox = new Inbox(tables);
      let longest = 0;
      let last = performance.now();
      const timer = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 1);
      for (let round = 0; round < 20; round += 1) await storeCheckIns(inbox, 20);
      clearInterval(timer);
      assert.ok(longest < 1_000, `blocked for ${longest} ms`);
    });
  });

  describe("damage", () => {
    const aside = (folder: string) =>
      readdirSync(dirname(folder)).filter((name) => /^inbox-damaged-[\dTZ-]+$/.test(name));

    it("a file that is no store is put aside, never deleted, and a new one begun", async () => {
      const folder = join(scratchFolder(), "inbox");
      mkdirSync(folder);
      writeFileSync(join(folder, "data.mdb"), "garbage ".repeat(10_000));
      const store = openOnDisk(folder);
      assert.equal((await storeCheckIns(new Inbox(store.tables), 1)).length, 1);
      assert.equal(store.setAside, join(dirname(folder), aside(folder)[0] ?? ""));
      assert.equal(readFileSync(join(store.setAside, "data.mdb"), "utf8"), "garbage ".repeat(10_000));
      assert.equal(statSync(folder).mode & 0o777, 0o700);
    });

    it("a store that ends the process whenever it is opened is put aside by the fourth start", async () => {
      const folder = join(scratchFolder(), "inbox");
      const store = openOnDisk(folder);
      await storeCheckIns(new Inbox(store.tables), 100);
      await store.tables.close();
      const file = join(folder, "data.mdb");
      const content = readFileSync(file);
      content.fill(0xee, 8_192);
      writeFileSync(file, content);
      const openElsewhere = () =>
        runElsewhere(
          "inbox/lmdb-tables.ts",
          (module) => `${module}.openStore(${JSON.stringify(folder)}); process.exit(0)`,
        );
      for (let start = 1; start <= 3; start += 1) openElsewhere();
      const fourth = openOnDisk(folder);
      const [found = ""] = aside(folder);
      assert.deepEqual(
        readFileSync(join(dirname(folder), found, "data.mdb")).subarray(8_192),
        content.subarray(8_192),
        "as it was, not deleted",
      );
      assert.equal((await storeCheckIns(new Inbox(fourth.tables), 1)).length, 1);
      assert.deepEqual(
        readdirSync(dirname(folder)).filter((name) => name.endsWith(".opening")),
        [],
      );
    });

    it("a store that has lost pages in the middle is put aside after a crash, instead of losing events without a word", async () => {
      const folder = join(scratchFolder(), "inbox");
      const store = openOnDisk(folder);
      await storeCheckIns(new Inbox(store.tables), 2_000);
      await store.tables.close();
      const file = join(folder, "data.mdb");
      const content = readFileSync(file);
      for (let page = 60; page < 100; page += 1) content.fill(0xee, page * 4_096, page * 4_096 + 64);
      writeFileSync(file, content);
      const again = openOnDisk(folder);
      assert.equal(again.setAside, join(dirname(folder), aside(folder)[0] ?? ""));
      assert.ok(statSync(join(again.setAside, "data.mdb")).size >= content.length, "kept, for whoever can repair it");
      assert.equal((await storeCheckIns(new Inbox(again.tables), 1)).length, 1);
    });

    it("a store in which nobody can read what is in a flow is put aside: it would be refused for ever", async () => {
      const folder = join(scratchFolder(), "inbox");
      const store = openOnDisk(folder);
      await storeCheckIns(new Inbox(store.tables), 1, [{ subscriber, inFlow: true }]);
      await store.tables.close();
      const root = open({ path: folder, noSubdir: false, maxDbs: 12 });
      await root.openDB<number, string>({ name: "inFlow" }).put(subscriber, 5);
      await root.close();
      assert.equal(openOnDisk(folder).setAside, join(dirname(folder), aside(folder)[0] ?? ""));
    });

    it("a store whose end a crash cut off does not end the process", async () => {
      const folder = join(scratchFolder(), "inbox");
      const store = openOnDisk(folder);
      await storeCheckIns(new Inbox(store.tables), 200);
      await store.tables.close();
      truncateSync(join(folder, "data.mdb"), 8_192);
      const again = openOnDisk(folder);
      assert.equal((await storeCheckIns(new Inbox(again.tables), 1)).length, 1);
    });

    it("a sound store is not put aside", async () => {
      const folder = join(scratchFolder(), "inbox");
      await openOnDisk(folder).tables.close();
      assert.equal(openOnDisk(folder).setAside, undefined);
      assert.deepEqual(aside(folder), []);
    });
  });
});

import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { Inbox } from "../../../src/inbox/inbox";
import { openStore } from "../../../src/inbox/lmdb-tables";
import { StoreError } from "../../../src/inbox/store-error";
import type { ReceivedDelivery } from "../../../src/receiver/receive";
import {
  checkIn,
  delivered,
  endpoint,
  openOnDisk,
  scratchFolder,
  storeCheckIns,
  subscriber,
  tidyUp,
  waits,
} from "../../support/inbox";

const hasCode = (code: string) => (error: unknown) => error instanceof StoreError && error.code === code;

/** Writes facts into a closed store, as another version or another process would have left them. */
async function leave(folder: string, facts: Readonly<Record<string, unknown>>): Promise<void> {
  const root = open({ path: folder, noSubdir: false, maxDbs: 12 });
  const table = root.openDB<unknown, string>({ name: "facts" });
  for (const [name, value] of Object.entries(facts)) await table.put(name, value);
  await root.close();
}

describe("the store on disk refuses", () => {
  afterEach(tidyUp);

  it("a store that a newer version wrote, and leaves it as it is", async () => {
    const folder = scratchFolder();
    const { tables } = openOnDisk(folder);
    await storeCheckIns(new Inbox(tables), 1);
    await tables.close();
    await leave(folder, { format: 2 });
    const before = readFileSync(join(folder, "data.mdb"));
    assert.throws(() => openStore(folder), hasCode("NEWER"));
    assert.deepEqual(readFileSync(join(folder, "data.mdb")), before);
  });

  it("a store that another process has, until that process has ended", async () => {
    const other: ChildProcess = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(other, "spawn");
    try {
      const folder = scratchFolder();
      const { tables } = openOnDisk(folder);
      await tables.close();
      await leave(folder, { owner: { pid: other.pid, host: hostname(), started: undefined } });
      assert.throws(() => openStore(folder), hasCode("INUSE"));
      other.kill("SIGKILL");
      await once(other, "exit");
      assert.equal(openOnDisk(folder).crashed, true);
    } finally {
      other.kill("SIGKILL");
    }
  });

  it("a folder whose place is taken by a file", () => {
    const folder = join(scratchFolder(), "inbox");
    writeFileSync(folder, "");
    assert.throws(() => openStore(folder), hasCode("ENOTDIR"));
  });

  it("a folder that may not be written", function () {
    if (process.getuid?.() === 0) this.skip();
    const folder = scratchFolder();
    mkdirSync(join(folder, "closed"), { mode: 0o500 });
    assert.throws(() => openStore(join(folder, "closed", "inbox")), hasCode("EACCES"));
  });
});

describe("the store on a disk of its own", () => {
  let mounted = "";

  beforeEach(function () {
    mounted = scratchFolder();
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", mounted], { stdio: "pipe" });
    } catch {
      mounted = "";
      this.skip();
    }
  });
  afterEach(async () => {
    await tidyUp().catch(() => undefined);
    if (mounted && existsSync(mounted)) execFileSync("umount", ["--lazy", mounted]);
  });

  it("a full one rejects what it cannot keep, keeps nothing of it, and goes on once there is room", async () => {
    const { tables } = openOnDisk(join(mounted, "inbox"));
    const inbox = new Inbox(tables);
    const ballast = join(mounted, "ballast");
    writeFileSync(ballast, Buffer.alloc(2_000_000));
    const accepted: number[] = [];
    const big = () => {
      const body = checkIn({ customProperties: "x".repeat(20_000) });
      return delivered(body, { id: String(body.clientID) });
    };
    const store = async (delivery: ReceivedDelivery) => {
      const [event] = await inbox.store(endpoint, delivery, () => [...waits]);
      accepted.push(event?.sequence ?? Number.NaN);
    };
    await assert.rejects(async () => {
      for (let tries = 0; tries < 200; tries += 1) await store(await big());
    }, hasCode("ENOSPC"));
    const [first, second] = [await big(), await big()];
    const outcomes = await Promise.allSettled([
      store(first),
      store(second),
      inbox.claim(subscriber, 1, true, Date.now()),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["rejected", "rejected", "rejected"],
      "what came while the refused one was on its way may have been built on it",
    );
    rmSync(ballast);
    await store(second);
    await store(first);
    const { claims } = await inbox.claim(subscriber, 1_000, true, Date.now());
    assert.deepEqual(
      claims.map(({ event }) => event.sequence),
      accepted,
    );
  });

  it("a read-only one cannot be opened", () => {
    execFileSync("mount", ["-o", "remount,ro", mounted]);
    assert.throws(() => openStore(join(mounted, "inbox")), hasCode("EROFS"));
  });
});

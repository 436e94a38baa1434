import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { join } from "node:path";
import { mock } from "node:test";
import { type OpenInbox, Storage } from "../../../nodes/runtime/storage";
import type { Inbox } from "../../../src/inbox/inbox";
import { scratchFolder, tidyUp } from "../../support/inbox";

describe("the inboxes of a Node-RED", () => {
  let userDir: string;
  let lines: string[];
  let onDisk: Inbox[];

  beforeEach(() => {
    userDir = scratchFolder();
    lines = [];
    onDisk = [];
  });
  afterEach(async () => {
    mock.restoreAll();
    await end();
    await tidyUp();
  });

  const begin = () =>
    new Storage(userDir, {
      diskUnavailable: () => lines.push("disk unavailable"),
      storeSetAside: (folder) => lines.push(`set aside: ${folder.replace(/damaged-.*/, "damaged")}`),
    });

  function openDisk(storage = begin()): OpenInbox {
    const opened = storage.open("disk");
    onDisk.push(opened.inbox);
    return opened;
  }

  /** Ends the Node-RED, so that the next one can have the store. */
  async function end(): Promise<void> {
    for (const inbox of onDisk.splice(0)) await inbox.close();
  }

  it("are one on disk and one in memory, each the same for everybody", () => {
    const storage = begin();
    const [disk, memory] = [openDisk(storage).inbox, storage.open("memory").inbox];
    assert.deepEqual([disk.isDurable, memory.isDurable], [true, false]);
    assert.equal(storage.open("disk").inbox, disk);
    assert.equal(storage.open("memory").inbox, memory);
    assert.deepEqual(lines, []);
  });

  it("know whether the last Node-RED crashed, and say so once to each subscriber", async () => {
    openDisk();
    await end();
    const { wasLeftByCrash } = openDisk();
    assert.deepEqual([wasLeftByCrash("a"), wasLeftByCrash("b"), wasLeftByCrash("a")], [true, true, false]);
    assert.equal(begin().open("memory").wasLeftByCrash("a"), false);
  });

  it("know that it was no crash where it was asked to end, and had not gone on after all", async () => {
    const first = begin();
    openDisk(first);
    await first.markEnding(true);
    await end();
    const second = begin();
    assert.equal(openDisk(second).wasLeftByCrash("a"), false);
    await second.markEnding(true);
    await second.markEnding(false);
    await end();
    assert.equal(openDisk().wasLeftByCrash("a"), true);
  });

  it("need not be open to be told of the end", async () => {
    await begin().markEnding(true);
  });

  it("tell where a damaged store was put aside", () => {
    const folder = join(userDir, "hapana", "inbox");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "data.mdb"), Buffer.alloc(20_000, "no store"));
    assert.equal(openDisk().inbox.isDurable, true);
    assert.deepEqual(lines, [`set aside: ${folder}-damaged`]);
  });

  it("are not there while the disk refuses", () => {
    writeFileSync(join(userDir, "hapana"), "A file is in the place of the folder.");
    assert.throws(() => openDisk(), { name: "Error", code: "ENOTDIR" });
  });

  it("are in memory where the machine cannot use the disk, which is told once", () => {
    const loader = Module as unknown as { _load(request: string, ...others: unknown[]): unknown };
    const load = loader._load;
    mock.method(loader, "_load", (request: string, ...others: unknown[]) => {
      if (request === "lmdb") throw new Error("There is no binary for this machine.");
      return load.call(loader, request, ...others);
    });
    const storage = begin();
    const { inbox } = openDisk(storage);
    assert.equal(inbox.isDurable, false);
    assert.equal(storage.open("disk").inbox, inbox);
    assert.equal(storage.open("memory").inbox, inbox);
    assert.deepEqual(lines, ["disk unavailable"]);
  });
});

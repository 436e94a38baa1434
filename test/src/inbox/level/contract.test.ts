import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notice } from "../../../../src/inbox/inbox";
import type { DatabaseSource } from "../../../../src/inbox/level/database";
import { diskSource } from "../../../../src/inbox/level/disk-source";
import { LevelInbox } from "../../../../src/inbox/level/level-inbox";
import { memorySource } from "../../../../src/inbox/level/memory-source";
import { inboxContract, type Tested } from "../contract";

const folders: string[] = [];
const opened: LevelInbox[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((inbox) => inbox.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function open(source: DatabaseSource): Promise<Tested> {
  const notices: Notice[] = [];
  const inbox = await LevelInbox.open(source, { storageChanged() {}, notice: (notice) => notices.push(notice) });
  opened.push(inbox);
  return { inbox, notices };
}

async function onDisk(folder: string): Promise<Tested> {
  const tested = await open(diskSource(folder));
  return {
    ...tested,
    async reopened() {
      await tested.inbox.close();
      return onDisk(folder);
    },
    // What another process would find: LevelDB has handed everything to the system.
    async afterCrash() {
      return onDisk(copyOf(folder));
    },
  };
}

/** LevelDB may be tidying up meanwhile: a copy that is of two times is none. */
function copyOf(folder: string): string {
  for (;;) {
    const copy = newFolder();
    const before = readdirSync(folder).join();
    try {
      cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith("LOCK") });
      if (readdirSync(folder).join() === before) return copy;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "hapana-inbox-"));
  folders.push(folder);
  return join(folder, "inbox");
}

inboxContract("in memory", () => open(memorySource()));
inboxContract("on disk", () => onDisk(newFolder()));

import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Notice } from "../inbox";
import { StoreError } from "../store-error";
import { asideEnding } from "./data-files";
import {
  type DatabaseSource,
  isDamage,
  type LevelDatabase,
  type OpenDatabase,
  toStoreError,
  type Write,
} from "./database";
import { readDamagedLogs } from "./log-files";
import { readLiveTables } from "./manifest";
import { damagedTables, putFilesAside, takeBackTable } from "./mending";
import { probe } from "./probe";
import { WatchedFiles } from "./watched-files";

type ClassicLevel = typeof import("classic-level").ClassicLevel;
type Level = import("classic-level").ClassicLevel<string, string>;

/** The class, if there is a binary for this machine. */
function loadClassicLevel(): ClassicLevel | undefined {
  try {
    return (require("classic-level") as { ClassicLevel: ClassicLevel }).ClassicLevel;
  } catch {
    return undefined;
  }
}

/** Whether this machine can keep events on disk: LevelDB may have no binary for it. */
export function canUseDisk(): boolean {
  return loadClassicLevel() !== undefined;
}

/**
 * A database in a folder, for one process at a time.
 * @param folder created if missing
 */
export function diskSource(folder: string): DatabaseSource {
  return {
    isDurable: true,
    async open(notice, isDamaged = false) {
      const Level = loadClassicLevel();
      if (!Level) throw new StoreError("UNFIT", new Error("LevelDB does not run on this machine."));
      makeFolder(folder, notice);
      putForeignAside(folder, notice);
      if (!readdirSync(folder).some(isLevelFile)) await probe(Level, `${folder}-probe-${process.pid}`);
      const opened = await openLevel(Level, folder, notice, isDamaged);
      restrict(folder);
      const files = new WatchedFiles(folder, () => liveTables(opened.level));
      return {
        level: opened.level as unknown as LevelDatabase,
        isDamaged: opened.isDamaged,
        isRepaired: opened.isRepaired,
        write: (writes, sync) => writeBatch(opened.level, writes, sync),
        verify: () => files.verify(),
        verifyWritten: () => files.verifyWritten(),
        isSound: async () => (await damagedTables(folder, new Set(liveTables(opened.level)))).length === 0,
        close: () => opened.level.close(),
      } satisfies OpenDatabase;
    },
  };
}

interface Opened {
  level: Level;
  isDamaged: boolean;
  isRepaired: boolean;
}

async function openLevel(
  Level: ClassicLevel,
  folder: string,
  notice: (notice: Notice) => void,
  isDamaged: boolean,
): Promise<Opened> {
  await assertFree(Level, folder);
  const logs = await readDamagedLogs(folder);
  const tables = await damagedTables(folder, await readLiveTables(folder));
  const isKnownDamaged = isDamaged || tables.length > 0 || logs.names.some((name) => name.endsWith(asideEnding));
  const whole = isKnownDamaged ? undefined : await openOnce(Level, folder).catch(unlessDamaged);
  const level = whole ?? (await repair(Level, folder, notice));
  if (whole && logs.writes.length > 0) await level.batch(logs.writes, { sync: true });
  const detail = whole ? (damageIn(folder) ?? logs.names[0]) : ["repaired", ...tables].join(" ");
  if (detail !== undefined) notice({ code: "damaged", detail });
  return { level, isDamaged: detail !== undefined, isRepaired: whole === undefined };
}

function unlessDamaged(error: unknown): undefined {
  if (!isDamage(error)) throw error;
}

/**
 * How much is collected in memory, and in the log, before it goes into a table: with 4 MB, the default, a busy store spends a third
 * of a processor on merging tables.
 */
const writeBufferSize = 16 * 1_024 * 1_024;

async function openOnce(Level: ClassicLevel, folder: string, options = {}): Promise<Level> {
  const level = new Level<string, string>(folder, { writeBufferSize, ...options });
  await level.open();
  return level;
}

/** What a batch passes to LevelDB after copying each write and looking up its encodings, which takes longer than the rest. */
type Batch = ReturnType<Level["batch"]> & {
  _put(key: string, value: string | Buffer): void;
  _del(key: string): void;
  _write(options: { sync: boolean }): Promise<void>;
};

async function writeBatch(level: Level, writes: readonly Write[], sync: boolean): Promise<void> {
  const batch = level.batch() as Batch;
  try {
    for (const write of writes) {
      if (write.type === "put") batch._put(write.key, write.value);
      else batch._del(write.key);
    }
    await batch._write({ sync });
  } finally {
    void batch.close();
  }
}

/**
 * A second process must not repair what the first one uses. This requests something impossible, whose only effect is to
 * reveal whether it is locked.
 * @throws StoreError `INUSE`
 */
async function assertFree(Level: ClassicLevel, folder: string): Promise<void> {
  const options = { createIfMissing: false, errorIfExists: true };
  const level = await openOnce(Level, folder, options).catch((error) => {
    if (toStoreError(error)?.code === "INUSE") throw error;
    return undefined;
  });
  await level?.close();
}

/** Creates a database from everything readable. */
async function repair(Level: ClassicLevel, folder: string, notice: (notice: Notice) => void): Promise<Level> {
  await assertFree(Level, folder);
  const tables = putFilesAside(folder, await damagedTables(folder, await readLiveTables(folder)));
  const names = putFilesAside(folder, (await readDamagedLogs(folder)).names);
  const { writes } = await readDamagedLogs(folder);
  const level = await repaired(Level, folder, notice);
  const database = level as unknown as LevelDatabase;
  for (const name of tables) await takeBackTable(database, join(folder, name));
  // They are newer than any table.
  await level.batch(writes, { sync: true });
  for (const name of names) rmSync(join(folder, name), { force: true });
  return level;
}

async function repaired(Level: ClassicLevel, folder: string, notice: (notice: Notice) => void): Promise<Level> {
  try {
    await Level.repair(folder);
    const level = await openOnce(Level, folder);
    // The repair forgets which of two tables is newer, until they are merged.
    await level.compactRange("", "~~");
    return level;
  } catch (error) {
    unlessDamaged(error);
    putAside(folder, notice);
    makeFolder(folder, notice);
    return openOnce(Level, folder);
  } finally {
    // The unreadable part contains personal data, which nothing else would remove.
    rmSync(join(folder, "lost"), { recursive: true, force: true });
  }
}

/** The numbers of the files that LevelDB reads. */
function liveTables(level: Level): number[] {
  return Array.from(level.getProperty("leveldb.sstables").matchAll(/^ (\d+):\d+\[/gm), ([, number]) => Number(number));
}

/** LevelDB continues without what it cannot read, and says so in a file that it starts anew at each opening. */
function damageIn(folder: string): string | undefined {
  const lines = readFileSync(join(folder, "LOG"), "utf8").split("\n");
  return lines.find((line) => /corruption|dropping \d+ bytes/i.test(line))?.replace(/^\S+ \S+ /, "");
}

function makeFolder(folder: string, notice: (notice: Notice) => void): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const each of [join(folder, ".."), folder]) {
    try {
      chmodSync(each, 0o700);
    } catch {
      notice({ code: "noModes", folder: each });
      return;
    }
  }
}

/** For the owner only; the folder is closed to others anyway, so files that LevelDB creates later are just as safe. */
function restrict(folder: string): void {
  for (const name of readdirSync(folder)) {
    try {
      chmodSync(join(folder, name), 0o600);
    } catch {
      // Already reported for the folder, or gone meanwhile.
    }
  }
}

const isLevelFile = (name: string) => /^(CURRENT|MANIFEST-\d+|\d+\.(log|ldb|sst)(\.damaged)?)$/.test(name);
const isHarmless = (name: string) => /^(LOCK|LOG(\.old)?|lost|\d+\.dbtmp)$/.test(name);

/** Files here that are not LevelDB's: the store of an earlier version, or somebody else's. */
function putForeignAside(folder: string, notice: (notice: Notice) => void): void {
  const names = readdirSync(folder);
  if (names.some(isLevelFile) || names.every(isHarmless)) return;
  putAside(folder, notice);
  makeFolder(folder, notice);
}

function putAside(folder: string, notice: (notice: Notice) => void): void {
  const time = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const aside = `${folder}-put-aside-${time}`;
  renameSync(folder, aside);
  notice({ code: "putAside", folder: aside });
}

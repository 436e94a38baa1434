import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Notice } from "../inbox";
import { StoreError } from "../store-error";
import { type DatabaseSource, isDamage, type LevelDatabase, type OpenDatabase } from "./database";
import { probe } from "./probe";
import { asideEnding, readLogs, type Salvage } from "./salvage";
import { WatchedFiles } from "./watched-files";

type ClassicLevel = typeof import("classic-level").ClassicLevel;
type Level = import("classic-level").ClassicLevel<string, string>;

/** The class, where there is a binary for this machine. */
function loadClassicLevel(): ClassicLevel | undefined {
  try {
    return (require("classic-level") as { ClassicLevel: ClassicLevel }).ClassicLevel;
  } catch {
    return undefined;
  }
}

/** Whether this machine can keep events on disk: there may be no binary of LevelDB for it. */
export function canUseDisk(): boolean {
  return loadClassicLevel() !== undefined;
}

/**
 * A database in a folder, for one process at a time.
 * @param folder made where it is missing
 */
export function diskSource(folder: string): DatabaseSource {
  return {
    isDurable: true,
    async open(notice, isDamaged = false) {
      const Level = loadClassicLevel();
      if (!Level) throw new StoreError("UNFIT", new Error("There is no LevelDB for this machine."));
      makeFolder(folder, notice);
      putForeignAside(folder, notice);
      if (!readdirSync(folder).some(isLevelFile)) await probe(Level, `${folder}-probe-${process.pid}`);
      const opened = await openLevel(Level, folder, notice, isDamaged);
      restrict(folder);
      const files = new WatchedFiles(folder, () => liveTables(opened.level));
      return {
        level: opened.level as unknown as LevelDatabase,
        isDamaged: opened.isDamaged,
        verify: () => files.verify(),
        close: () => opened.level.close(),
      } satisfies OpenDatabase;
    },
  };
}

interface Opened {
  level: Level;
  isDamaged: boolean;
}

async function openLevel(
  Level: ClassicLevel,
  folder: string,
  notice: (notice: Notice) => void,
  isDamaged: boolean,
): Promise<Opened> {
  const salvage = await readLogs(folder);
  let level: Level | undefined;
  // A second process must not repair what the first one uses: only who could open it may, as it then has the lock.
  const found = await openOnce(Level, folder).catch((error) => {
    if (!isDamage(error)) throw error;
    return undefined;
  });
  if (found && !isDamaged) level = found;
  else {
    await found?.close();
    level = await repair(Level, folder, salvage, notice);
  }
  const damage = isDamaged || !found ? "repaired" : damageIn(folder);
  if (salvage.writes.length > 0) await level.batch(salvage.writes, { sync: true });
  for (const name of salvage.logs) if (name.endsWith(asideEnding)) rmSync(join(folder, name), { force: true });
  const isWhole = damage === undefined && !salvage.isDamaged;
  if (!isWhole) notice({ code: "damaged", detail: damage ?? "log" });
  return { level, isDamaged: !isWhole };
}

async function openOnce(Level: ClassicLevel, folder: string): Promise<Level> {
  const level = new Level<string, string>(folder);
  await level.open();
  return level;
}

/** Makes a database of all that can be read. */
async function repair(
  Level: ClassicLevel,
  folder: string,
  salvage: Salvage,
  notice: (notice: Notice) => void,
): Promise<Level> {
  try {
    // The repair does not look at the logs' checksums, and would take damaged rows for good ones.
    for (const name of salvage.logs) {
      if (!name.endsWith(".log")) continue;
      const aside = name.replace(/\.log$/, asideEnding);
      renameSync(join(folder, name), join(folder, aside));
      salvage.logs.push(aside);
    }
    const again = await readLogs(folder);
    salvage.writes = again.writes;
    await Level.repair(folder);
    const level = await openOnce(Level, folder);
    // The repair forgets which of two tables is the newer one, until they are one.
    await level.compactRange("", "~~");
    return level;
  } catch (error) {
    if (!isDamage(error)) throw error;
    putAside(folder, notice);
    makeFolder(folder, notice);
    return openOnce(Level, folder);
  } finally {
    // What could not be read holds people's data, which nothing would remove any more.
    rmSync(join(folder, "lost"), { recursive: true, force: true });
  }
}

/** The numbers of the files that LevelDB reads. */
function liveTables(level: Level): number[] {
  return Array.from(level.getProperty("leveldb.sstables").matchAll(/^ (\d+):\d+\[/gm), ([, number]) => Number(number));
}

/** LevelDB goes on without what it cannot read, and says so in a file, which it begins anew at each opening. */
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

/** For the owner only; the folder is closed to others anyway, so that what LevelDB makes later is as safe. */
function restrict(folder: string): void {
  for (const name of readdirSync(folder)) {
    try {
      chmodSync(join(folder, name), 0o600);
    } catch {
      // Told of the folder already, or gone in the meantime.
    }
  }
}

const isLevelFile = (name: string) => /^(CURRENT|MANIFEST-\d+|\d+\.(log|ldb|sst)(\.damaged)?)$/.test(name);
const isHarmless = (name: string) => /^(LOCK|LOG(\.old)?|lost|\d+\.dbtmp)$/.test(name);

/** What is there and is not LevelDB's: the store of an earlier version, or somebody else's files. */
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

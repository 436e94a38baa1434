import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Notice } from "../inbox";
import { StoreError } from "../store-error";
import { type DatabaseSource, type LevelDatabase, type OpenDatabase, toStoreError } from "./database";
import { probe } from "./probe";

type ClassicLevel = typeof import("classic-level").ClassicLevel;

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
    async open(notice) {
      const Level = loadClassicLevel();
      if (!Level) throw new StoreError("UNFIT", new Error("There is no LevelDB for this machine."));
      makeFolder(folder, notice);
      putForeignAside(folder, notice);
      if (!existsSync(join(folder, "CURRENT"))) await probe(Level, `${folder}-probe`);
      const level = await openLevel(Level, folder, notice);
      restrict(folder);
      return {
        level,
        verify: watchFiles(folder),
        close: () => level.close(),
      } satisfies OpenDatabase;
    },
  };
}

async function openLevel(
  Level: ClassicLevel,
  folder: string,
  notice: (notice: Notice) => void,
): Promise<LevelDatabase> {
  try {
    const level = await openOnce(Level, folder);
    tellOfDamage(folder, notice);
    return level;
  } catch (error) {
    if (toStoreError(error)?.code !== "DAMAGED") throw error;
  }
  try {
    await Level.repair(folder);
    const level = await openOnce(Level, folder);
    notice({ code: "damaged", detail: "repaired" });
    return level;
  } catch (error) {
    if (toStoreError(error)?.code !== "DAMAGED") throw error;
    putAside(folder, notice);
    makeFolder(folder, notice);
    return openOnce(Level, folder);
  }
}

async function openOnce(Level: ClassicLevel, folder: string): Promise<LevelDatabase> {
  const level = new Level<string, string>(folder);
  await level.open();
  return level as unknown as LevelDatabase;
}

/** LevelDB goes on without what it cannot read, and says so in a file, which it begins anew at each opening. */
function tellOfDamage(folder: string, notice: (notice: Notice) => void): void {
  const lines = readFileSync(join(folder, "LOG"), "utf8").split("\n");
  const damage = lines.find((line) => /corruption|dropping \d+ bytes/i.test(line));
  if (damage !== undefined) notice({ code: "damaged", detail: damage.replace(/^\S+ \S+ /, "") });
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

/** What is there and is not LevelDB's: the store of an earlier version, or somebody else's files. */
function putForeignAside(folder: string, notice: (notice: Notice) => void): void {
  const names = readdirSync(folder);
  if (
    names.length > 0 &&
    !names.includes("CURRENT") &&
    !names.every((name) => /^(LOCK|LOG(\.old)?|lost)$/.test(name))
  ) {
    putAside(folder, notice);
    makeFolder(folder, notice);
  }
}

function putAside(folder: string, notice: (notice: Notice) => void): void {
  const time = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const aside = `${folder}-put-aside-${time}`;
  renameSync(folder, aside);
  notice({ code: "putAside", folder: aside });
}

/**
 * LevelDB keeps its files open, and does not see that they were removed, or others put in their place.
 * @returns throws where that has happened
 */
function watchFiles(folder: string): () => void {
  const opened = identityOf(folder);
  let seen = 0;
  return () => {
    if (identityOf(folder) !== opened) throw new StoreError("REPLACED");
    const changed = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changed === seen) return;
    if (!readdirSync(folder).some((name) => name.endsWith(".log"))) throw new StoreError("REPLACED");
    seen = changed;
  };
}

/** LevelDB writes `CURRENT` only when it opens. */
function identityOf(folder: string): string {
  const { ino, dev, size, mtimeMs } = statSync(join(folder, "CURRENT"), { throwIfNoEntry: false }) ?? {};
  return [dev, ino, size, mtimeMs].join(" ");
}

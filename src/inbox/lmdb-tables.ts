import { chmodSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Database, RootDatabase } from "lmdb";
import { codeOf, isDamage } from "./lmdb-errors";
import { type KeptRows, keptRows } from "./lmdb-kept-rows";
import { keyedRows, orderedRows } from "./lmdb-rows";
import { LmdbWriter } from "./lmdb-writer";
import { recallRecent } from "./recall-recent";
import { RecentEvents } from "./recent-events";
import { StoreError } from "./store-error";
import { makeSafeToOpen } from "./store-file";
import { openGuarded } from "./store-opening";
import { isOwnedByAnother, type StoreOwner, thisProcess } from "./store-owner";
import type { Failure, Progress, Retry, Tables } from "./tables";

/** Raised by every change of what is stored and how; a store of a higher format is left alone. */
const format = 1;

/** A store that has been opened. */
export interface OpenStore {
  tables: Tables;
  /** Whether the process that had it before ended without being asked to. */
  crashed: boolean;
  /** Where a damaged store was put aside, if one was found. */
  setAside: string | undefined;
  /** Says that this process is about to end, or that it goes on after all. */
  markEnding(isEnding: boolean): Promise<void>;
}

/**
 * Whether LMDB's prebuilt binary loads on this machine.
 */
export function canUseDisk(): boolean {
  try {
    loadLmdb();
    return true;
  } catch {
    return false;
  }
}

function loadLmdb(): typeof import("lmdb") {
  return require("lmdb");
}

/**
 * Opens the store in a folder, or begins one. A damaged one is put aside under another name, never deleted.
 * @param folder made where it is missing, readable for its owner only: it holds personal data
 * @returns the store
 * @throws StoreError where it cannot be opened
 */
export function openStore(folder: string): OpenStore {
  try {
    makeFolder(folder);
    const file = join(folder, "data.mdb");
    return openGuarded(folder, (isHopeless) => {
      const isUseless = existsSync(file) && (isHopeless || !makeSafeToOpen(file));
      const useless = isUseless ? putAside(folder) : undefined;
      const store = openFolder(folder);
      if (store) return { ...store, setAside: useless };
      const damaged = putAside(folder);
      const fresh = openFolder(folder);
      if (!fresh) throw new StoreError("EIO");
      return { ...fresh, setAside: damaged };
    });
  } catch (error) {
    throw error instanceof StoreError ? error : new StoreError(codeOf(error), error);
  }
}

/** One by one: Node.js's own way of making all at once says `ENOENT` where the disk is read-only. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** Opens what is in the folder; `undefined` where it is damaged. */
function openFolder(folder: string): Omit<OpenStore, "setAside"> | undefined {
  let root: RootDatabase | undefined;
  try {
    // LMDB's own batching by turns of the event loop leaves a promise behind that nobody can catch when a commit fails.
    root = loadLmdb().open({ path: folder, noSubdir: false, maxDbs: 12, cache: false, eventTurnBatching: false });
    for (const file of ["data.mdb", "lock.mdb"]) chmodSync(join(folder, file), 0o600);
    return useStore(root, folder);
  } catch (error) {
    void root?.close();
    if (isDamage(error)) return undefined;
    throw error;
  }
}

function putAside(folder: string): string {
  const aside = `${folder}-damaged-${new Date().toISOString().replace(/[:.]/g, "-")}`;
  renameSync(folder, aside);
  makeFolder(folder);
  return aside;
}

/** LMDB reads a damaged tree without an error, up to where it leads astray; but the tree knows how many entries it has. */
function isWhole(database: Pick<Database, "getStats" | "getKeysCount">): boolean {
  const { entryCount } = database.getStats() as { entryCount: number };
  return database.getKeysCount({ limit: entryCount + 1 }) === entryCount;
}

/** What is not kept on the disk has only to be taken back where the disk refuses the rest. */
const nothing = (): void => {};

function useStore(root: RootDatabase, folder: string): Omit<OpenStore, "setAside"> {
  const writer = new LmdbWriter(root, folder);
  const { writes } = writer;
  const facts = root.openDB<unknown, string>({ name: "facts" });
  const crashed = root.transactionSync(() => {
    if (Number(facts.get("format") ?? format) > format) throw new StoreError("NEWER");
    if (isOwnedByAnother(facts.get("owner") as StoreOwner | undefined)) throw new StoreError("INUSE");
    const wasUsed = facts.get("format") !== undefined;
    void facts.put("format", format);
    void facts.put("owner", thisProcess());
    return wasUsed && facts.get("ending") !== true;
  });
  const databases = {
    events: root.openDB<string, [string, number]>({ name: "events", encoding: "string" }),
    waiting: root.openDB<Progress, [string, number]>({ name: "waiting" }),
    inFlow: root.openDB<KeptRows<Progress>, string>({ name: "inFlow" }),
    retries: root.openDB<Retry, [string, number]>({ name: "retries" }),
    failed: root.openDB<Failure, [string, number]>({ name: "failed" }),
    deliveries: root.openDB<number, string>({ name: "deliveries" }),
  };
  // Damage is to show here, and not in the middle of the work; after a crash there may be some anywhere.
  for (const database of Object.values(databases)) {
    for (const _ of database.getRange({ limit: 1 }));
    if (crashed && !isWhole(database)) throw new Error("MDB_CORRUPTED: not all that was stored can be reached.");
  }
  const recent = new RecentEvents();
  const events = orderedRows(databases.events, writes);
  // Where an event cannot be read, that shows when it is sent; a repetition more is no reason to take no events at all.
  let recalling = recallRecent(databases.events, events.owners(), recent)?.catch(() => undefined);
  void recalling?.then(() => {
    recalling = undefined;
  });
  const tables: Tables = {
    isDurable: true,
    events,
    waiting: orderedRows(databases.waiting, writes),
    inFlow: keptRows(databases.inFlow, writes),
    retries: orderedRows(databases.retries, writes),
    failed: orderedRows(databases.failed, writes),
    deliveries: keyedRows(databases.deliveries, writes),
    recent: {
      latest: (client, at) => recent.latest(client, at),
      put: (client, event) =>
        writes.add({ bytes: 0, apply: nothing, settle: nothing, undo: recent.put(client, event) }),
    },
    facts: keyedRows(facts, writes, { isKept: true }),
    transaction: (operation, until) =>
      recalling ? recalling.then(() => writer.transaction(operation, until)) : writer.transaction(operation, until),
    async close() {
      await writer.idle();
      await root.close();
    },
  };
  const markEnding = (isEnding: boolean) => writer.transaction(() => tables.facts.put("ending", isEnding), "flushed");
  return { tables, crashed, markEnding };
}

import { chmodSync, existsSync, mkdirSync, renameSync, statfsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import type { Database, RootDatabase } from "lmdb";
import { StoreError } from "./store-error";
import { makeSafeToOpen } from "./store-file";
import { openGuarded } from "./store-opening";
import { isOwnedByAnother, type StoreOwner, thisProcess } from "./store-owner";
import type { Failure, KeyedTable, Latest, OrderedTable, Progress, Retry, Safety, Tables } from "./tables";

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

function isDamage(error: unknown): boolean {
  return /MDB_(CORRUPTED|PAGE_NOTFOUND|INVALID|VERSION_MISMATCH|BAD_|INCOMPATIBLE|PANIC)/.test(String(error));
}

function useStore(root: RootDatabase, folder: string): Omit<OpenStore, "setAside"> {
  const facts = keyed(root.openDB<unknown, string>({ name: "facts" }));
  const writer = new Writer(root, folder);
  const crashed = root.transactionSync(() => {
    if (Number(facts.get("format") ?? format) > format) throw new StoreError("NEWER");
    if (isOwnedByAnother(facts.get("owner") as StoreOwner | undefined)) throw new StoreError("INUSE");
    const wasUsed = facts.get("format") !== undefined;
    facts.put("format", format);
    facts.put("owner", thisProcess());
    return wasUsed && facts.get("ending") !== true;
  });
  const databases = {
    events: root.openDB<string, [string, number]>({ name: "events", encoding: "string" }),
    waiting: root.openDB<Progress, [string, number]>({ name: "waiting" }),
    inFlow: root.openDB<Progress, [string, number]>({ name: "inFlow" }),
    retries: root.openDB<Retry, [string, number]>({ name: "retries" }),
    failed: root.openDB<Failure, [string, number]>({ name: "failed" }),
    deliveries: root.openDB<number, string>({ name: "deliveries" }),
    latest: root.openDB<Latest, string>({ name: "latest" }),
  };
  // Damage is to show here, and not in the middle of the work; after a crash there may be some anywhere.
  for (const database of Object.values(databases)) {
    for (const _ of database.getRange(crashed ? {} : { limit: 1 }));
  }
  const tables: Tables = {
    isDurable: true,
    events: ordered(databases.events),
    waiting: ordered(databases.waiting),
    inFlow: ordered(databases.inFlow),
    retries: ordered(databases.retries),
    failed: ordered(databases.failed),
    deliveries: keyed(databases.deliveries),
    latest: keyed(databases.latest),
    facts,
    transaction: (operation, until) => writer.transaction(operation, until),
    close: () => root.close(),
  };
  const markEnding = (isEnding: boolean) => writer.transaction(() => facts.put("ending", isEnding), "flushed");
  return { tables, crashed, markEnding };
}

interface Queued {
  operation: () => unknown;
  until: Safety;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** A disk with less room than this, in bytes, is full. */
const leastRoom = 1024 * 1024;

/** How long an operation that is not urgent may wait for company, in milliseconds. */
const patience = 10;

/** Gathers the operations that arrive while a transaction is being written, so that all of them share the next one. */
class Writer {
  readonly #root: RootDatabase;
  readonly #folder: string;
  #queued: Queued[] = [];
  #isUrgent = false;
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(root: RootDatabase, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  transaction<Result>(operation: () => Result, until: Safety): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#queued.push({ operation, until, resolve: resolve as (result: unknown) => void, reject });
      if (until !== "soon") this.#isUrgent = true;
      this.#start();
    });
  }

  #start(): void {
    if (this.#isWriting || this.#queued.length === 0) return;
    if (this.#isUrgent) void this.#write();
    else this.#timer ??= setTimeout(() => void this.#write(), patience);
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isWriting = true;
    const batch = this.#queued;
    this.#queued = [];
    this.#isUrgent = false;
    const results = await this.#writeAtOnce(batch).catch((reason: unknown) =>
      isCommitFailure(reason)
        ? batch.map((): PromiseSettledResult<unknown> => ({ status: "rejected", reason }))
        : this.#writeOneByOne(batch),
    );
    const flushed = this.#root.flushed;
    batch.forEach((queued, index) => {
      const result = results[index] as PromiseSettledResult<unknown>;
      if (result.status === "fulfilled") this.#finish(queued, result.value, flushed);
      else void this.#fail(queued, result.reason);
    });
    this.#isWriting = false;
    this.#start();
  }

  /** The next transaction need not wait until this one is on the disk. */
  #finish(queued: Queued, result: unknown, flushed: Promise<unknown>): void {
    const safe = queued.until === "flushed" ? flushed : Promise.resolve();
    safe.then(
      () => queued.resolve(result),
      (error) => this.#fail(queued, error),
    );
  }

  async #fail({ reject }: Queued, error: unknown): Promise<void> {
    const failure = await toStoreError(error);
    // LMDB calls it an input/output error where there was room for a part of what it wrote.
    reject(failure.code === "EIO" && isFull(this.#folder) ? new StoreError("ENOSPC", failure.cause) : failure);
  }

  /** One transaction for all: nothing is kept where one of them throws. */
  async #writeAtOnce(batch: readonly Queued[]): Promise<PromiseSettledResult<unknown>[]> {
    const values = await this.#root.childTransaction(() => batch.map(({ operation }) => operation()));
    return values.map((value) => ({ status: "fulfilled", value }));
  }

  /** An operation that throws must take back its own writes, and nobody else's. */
  #writeOneByOne(batch: readonly Queued[]): Promise<PromiseSettledResult<unknown>[]> {
    return Promise.allSettled(batch.map(({ operation }) => this.#root.childTransaction(operation)));
  }
}

function ordered<Row>(database: Database<Row, [string, number]>): OrderedTable<Row> {
  return {
    get: (owner, sequence) => database.get([owner, sequence]),
    put: (owner, sequence, row) => void database.put([owner, sequence], row),
    remove: (owner, sequence) => void database.remove([owner, sequence]),
    owners: () => {
      const owners: string[] = [];
      let start: [string, number] = ["", 0];
      for (;;) {
        const [key] = database.getKeys({ start, limit: 1 });
        if (!key) return owners;
        owners.push(key[0]);
        start = [key[0], Number.MAX_SAFE_INTEGER];
      }
    },
    list: (owner, after, limit) => {
      const start: [string, number] = [owner, after + 1];
      const end: [string, number] = [owner, Number.MAX_SAFE_INTEGER];
      const rows = database.getRange({ start, end, ...(Number.isFinite(limit) && { limit }) });
      return Array.from(rows, ({ key, value }) => ({ sequence: key[1], row: value }));
    },
  };
}

function keyed<Row>(database: Database<Row, string>): KeyedTable<Row> {
  return {
    get: (key) => database.get(key),
    put: (key, row) => void database.put(key, row),
    remove: (key) => void database.remove(key),
  };
}

function isFull(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < leastRoom;
}

function isCommitFailure(error: unknown): boolean {
  return error instanceof Error && "commitError" in error;
}

/** LMDB rejects a commit without a reason; the reason is in a promise of its own, which must be caught as well. */
async function toStoreError(error: unknown): Promise<StoreError> {
  const reason = await Promise.resolve((error as { commitError?: unknown } | undefined)?.commitError).then(
    () => error,
    (commitError: unknown) => commitError,
  );
  return new StoreError(codeOf(reason), reason);
}

/** LMDB reports the system's error by its number or by its text. */
function codeOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === "string" && /^E[A-Z]+$/.test(code)) return code;
  const byNumber = Object.entries(constants.errno).find(([, number]) => number === code);
  if (byNumber) return byNumber[0];
  return codesByText.find(([text]) => String(message ?? "").includes(text))?.[1] ?? "EIO";
}

const codesByText: readonly (readonly [string, string])[] = [
  ["No space left", "ENOSPC"],
  ["MDB_MAP_FULL", "ENOSPC"],
  ["Read-only file system", "EROFS"],
  ["Permission denied", "EACCES"],
];

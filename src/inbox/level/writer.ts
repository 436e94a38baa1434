import type { InboxObserver } from "../inbox";
import { StoreError } from "../store-error";
import {
  type DatabaseSource,
  type LevelDatabase,
  type OpenDatabase,
  rethrow,
  toStoreError,
  type Write,
} from "./database";

/** How long to wait before reopening a store that refuses. */
const reopenMilliseconds = 1_000;

/** Within this time, a second repair would find no more than the first. */
const repairMilliseconds = 60 * 60_000;

/** How often the files are checked while nothing is written. */
const verifyMilliseconds = 900;

/**
 * - `closed`: not opened yet, or closed for good
 * - `idle`: open, nothing is being written
 * - `writing`: one batch is in progress; what arrives meanwhile is the next
 * - `refusing`: the store has failed, and is reopened until it accepts writes
 */
type Mode = "closed" | "idle" | "writing" | "refusing";

/** Writes that succeed or fail together. */
interface Group {
  writes: readonly Write[];
  /** Undoes them, in case the store has kept some of them; without it, they are not urgent, and never given up. */
  undo?: () => readonly Write[];
  resolve(): void;
  reject(error: unknown): void;
}

const closedError = () => new StoreError("EIO", new Error("The inbox is closed."));

/**
 * Writes in groups: everything that arrives in one turn of the event loop is one batch, and while one is being flushed, what arrives
 * meanwhile is the next. So one flush serves many events, and what is not urgent needs none of its own.
 */
export class Writer {
  readonly #source: DatabaseSource;
  readonly #observer: InboxObserver;
  /** The files were replaced: the state has to be read anew. */
  readonly #replaced: () => Promise<() => void>;
  readonly #reopened: () => void;
  readonly #extra: () => Write[];
  #mode: Mode = "closed";
  /** The files were replaced, and the new ones have not been read yet: pending writes are meant for the old ones. */
  #isForOldFiles = false;
  #database: OpenDatabase | undefined;
  #fault: StoreError | undefined;
  /** In order of arrival. */
  #queue: Group[] = [];
  #isScheduled = false;
  #timer: NodeJS.Timeout | undefined;
  #reopening: Promise<void> | undefined;
  #repairedAt = Number.NEGATIVE_INFINITY;
  /** It has to be repaired, as soon as nothing is being written. */
  #damage: StoreError | undefined;
  /** Ends the wait before the next attempt. */
  #stopWaiting = () => {};
  #idle: (() => void)[] = [];

  /**
   * @param source where the database is
   * @param observer called when it refuses, and when it accepts writes again
   * @param replaced called when the files were replaced, before anything is written to the new ones; the function it returns is called
   * as soon as they accept writes
   * @param reopened called when it accepts writes again
   * @param extra what to write along with any batch, before it
   */
  constructor(
    source: DatabaseSource,
    observer: InboxObserver,
    replaced: () => Promise<() => void>,
    reopened: () => void = () => {},
    extra: () => Write[] = () => [],
  ) {
    this.#source = source;
    this.#observer = observer;
    this.#replaced = replaced;
    this.#reopened = reopened;
    this.#extra = extra;
  }

  /** The database, for reading. @throws StoreError while it refuses */
  get level(): LevelDatabase {
    return this.#opened.level;
  }

  /** Whether anything was lost, as found when it was opened. */
  get isDamaged(): boolean {
    return this.#opened.isDamaged;
  }

  /** Reads all of it, to verify it. @throws StoreError while it refuses */
  async isSound(): Promise<boolean> {
    return this.#opened.isSound();
  }

  get #opened(): OpenDatabase {
    if (!this.#database) throw this.#fault ?? closedError();
    return this.#database;
  }

  /** @param isDamaged it is repaired before it is opened */
  async open(isDamaged = false): Promise<void> {
    this.#database = await this.#open(isDamaged);
    this.#mode = "idle";
    if (this.#source.isDurable) this.#timer = setInterval(() => this.#verify(), verifyMilliseconds).unref();
  }

  /** Whether a repair may make an unreadable part readable, or remove it. */
  get canRepair(): boolean {
    return this.#source.isDurable && performance.now() - this.#repairedAt > repairMilliseconds;
  }

  /** Repairs it: meanwhile, it refuses. */
  repair(damage: StoreError): void {
    if (this.#mode === "writing") this.#damage = damage;
    else if (this.#mode === "idle") this.#fail(damage, []);
  }

  /**
   * Writes durably.
   * @param writes succeed or fail together
   * @param undo undoes them
   * @throws StoreError if the store refuses; then none of them is kept
   */
  write(writes: readonly Write[], undo: () => readonly Write[]): Promise<void> {
    if (this.#mode === "refusing" || this.#mode === "closed") return Promise.reject(this.#fault ?? closedError());
    return new Promise((resolve, reject) => this.#add({ writes, undo, resolve, reject }));
  }

  /**
   * Writes what must survive the process, but not a power cut. While the store refuses, this waits; once it is closed, it is
   * too late, and nothing is written.
   * @returns resolves once it is written
   */
  writeLazily(...writes: Write[]): Promise<void> {
    if (this.#mode === "closed") return Promise.resolve();
    return new Promise((resolve, reject) => this.#add({ writes, resolve, reject }));
  }

  /** The same, without anybody waiting for it. */
  note(...writes: Write[]): void {
    if (this.#mode !== "closed") this.#add({ writes, resolve() {}, reject: (fault) => this.#tellOnce(fault) });
  }

  /** Finishes pending writes, and closes the database. */
  async close(...last: Write[]): Promise<void> {
    if (this.#mode === "idle" || this.#mode === "writing") this.note(...last);
    while (this.#mode === "writing" || this.#isScheduled)
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    clearInterval(this.#timer);
    this.#mode = "closed";
    this.#stopWaiting();
    await this.#reopening;
    for (const { undo, resolve, reject } of this.#queue.splice(0)) undo ? reject(closedError()) : resolve();
    const database = this.#database;
    this.#database = undefined;
    await database?.close();
  }

  async #open(isDamaged: boolean): Promise<OpenDatabase> {
    const database = await this.#source.open((notice) => this.#observer.notice(notice), isDamaged).catch(rethrow);
    if (database.isRepaired) this.#repairedAt = performance.now();
    return database;
  }

  #add(group: Group): void {
    this.#queue.push(this.#isForOldFiles ? { ...group, writes: [] } : group);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#mode !== "idle") return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const database = this.#database;
    if (this.#mode !== "idle" || !database || this.#queue.length === 0) return this.#rest();
    const groups = this.#queue;
    this.#queue = [];
    this.#mode = "writing";
    const extra = this.#extra();
    if (extra.length > 0) groups.unshift({ writes: extra, resolve() {}, reject: (fault) => this.#tellOnce(fault) });
    let written = groups;
    try {
      await this.#batch(database, groups);
    } catch (error) {
      const fault = toStoreError(error);
      if (fault) return this.#fail(this.#replacedOr(fault, database), groups);
      if (!(await this.#writeEach(database, groups))) return;
      written = [];
    }
    this.#mode = "idle";
    if (this.#damage) this.#fail(this.#damage, []);
    // The disk works on the next batch while those who waited for this one are answered.
    else void this.#flush();
    for (const { resolve } of written) resolve();
  }

  async #batch(database: OpenDatabase, groups: readonly Group[]): Promise<void> {
    const isUrgent = this.#source.isDurable && groups.some(({ undo }) => undo);
    const writes: Write[] = [];
    for (const group of groups) for (const write of group.writes) writes.push(write);
    await database.write(writes, isUrgent);
    if (isUrgent) database.verifyWritten();
  }

  /**
   * One of them contains an error of our own, which must not affect the others.
   * @returns whether the store accepts writes
   */
  async #writeEach(database: OpenDatabase, groups: readonly Group[]): Promise<boolean> {
    for (const [index, group] of groups.entries()) {
      try {
        await this.#batch(database, [group]);
        group.resolve();
      } catch (error) {
        const fault = toStoreError(error);
        if (fault) {
          this.#fail(this.#replacedOr(fault, database), groups.slice(index));
          return false;
        }
        group.reject(error);
      }
    }
    return true;
  }

  /** What LevelDB says about missing files is not the reason. */
  #replacedOr(fault: StoreError, database: OpenDatabase): StoreError {
    try {
      database.verify();
      return fault;
    } catch (error) {
      return toStoreError(error) ?? fault;
    }
  }

  #tellOnce(fault: unknown): void {
    this.#observer.storageChanged(fault instanceof Error ? fault : new Error(String(fault)));
    if (this.#mode !== "refusing") this.#observer.storageChanged(undefined);
  }

  #rest(): void {
    for (const done of this.#idle.splice(0)) done();
  }

  #fail(fault: StoreError, groups: readonly Group[]): void {
    this.#mode = "refusing";
    this.#fault = fault;
    this.#damage = undefined;
    const isReplaced = fault.code === "REPLACED";
    if (isReplaced) this.#observer.notice({ code: "replaced" });
    this.#observer.storageChanged(fault);
    const all = [...groups, ...this.#queue];
    const refused = all.filter(({ undo }) => undo);
    const kept = all.filter(({ undo }) => !undo);
    const undo = refused.flatMap(({ undo }) => undo?.() ?? []);
    // Writes meant for the old files are of no use in the new ones.
    this.#isForOldFiles = isReplaced;
    this.#queue = isReplaced ? kept.map((group) => ({ ...group, writes: [] })) : kept;
    if (!isReplaced && undo.length > 0) this.#queue.unshift({ writes: undo, resolve() {}, reject() {} });
    for (const { reject } of refused) reject(fault);
    this.#reopening = this.#reopen(isReplaced, fault.code === "DAMAGED");
    this.#rest();
  }

  async #reopen(isReplaced: boolean, isDamage: boolean): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    await database?.close().catch(() => undefined);
    let afterwards: (() => void) | undefined;
    let isDamaged = isDamage;
    let isFaulty = !isReplaced && !isDamage;
    while (this.#mode === "refusing" && !afterwards) {
      if (isFaulty) await this.#wait();
      if (this.#mode !== "refusing") return;
      try {
        this.#database = await this.#open(isDamaged);
        this.#isForOldFiles = false;
        afterwards = isReplaced ? await this.#replaced() : () => {};
      } catch (error) {
        isFaulty = true;
        this.#fault = toStoreError(error) ?? this.#fault;
        isDamaged ||= this.#fault?.code === "DAMAGED";
        this.#observer.storageChanged(error as Error);
        const failed = this.#database as OpenDatabase | undefined;
        this.#database = undefined;
        await failed?.close().catch(() => undefined);
      }
    }
    if (this.#mode !== "refusing") return;
    this.#mode = "idle";
    this.#fault = undefined;
    afterwards?.();
    this.#reopened();
    this.#observer.storageChanged(undefined);
    this.#schedule();
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, reopenMilliseconds).unref();
      this.#stopWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #verify(): void {
    if (this.#mode !== "idle" || !this.#database) return;
    try {
      this.#database.verify();
    } catch (error) {
      const fault = toStoreError(error);
      if (fault) this.#fail(fault, []);
      else this.#tellOnce(error);
    }
  }
}

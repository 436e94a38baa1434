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

/** How long to wait before a store that refuses is opened again. */
const reopenMilliseconds = 1_000;

/** How often the files are looked at while nothing is written. */
const verifyMilliseconds = 1_000;

/**
 * - `closed`: not opened yet, or for good
 * - `idle`: open, nothing is being written
 * - `writing`: one batch is under way; what comes meanwhile is the next
 * - `refusing`: the store has failed, and is opened again and again until it takes what it is given
 */
type Mode = "closed" | "idle" | "writing" | "refusing";

/** Writes that are kept or refused together, with all others of the same turn of the event loop. */
interface Group {
  writes: Write[];
  /** What takes them back, in case the store has kept a part of them. */
  undo: Write[];
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Writes in groups: everything that comes in one turn of the event loop is one batch, and while one is being flushed, what comes
 * meanwhile is the next. So the disk is asked once for many events, and what is not urgent costs nothing of its own.
 */
export class Writer {
  readonly #source: DatabaseSource;
  readonly #observer: InboxObserver;
  /** The files were replaced: what is known of the store has to be read anew. */
  readonly #replaced: () => Promise<() => void>;
  readonly #extra: () => Write[];
  #mode: Mode = "closed";
  #database: OpenDatabase | undefined;
  #fault: StoreError | undefined;
  #groups: Group[] = [];
  /** What is not urgent, in order; it is never given up. */
  #lazy: Write[] = [];
  #lazyDone: (() => void)[] = [];
  #isScheduled = false;
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void)[] = [];

  /**
   * @param source where the database is
   * @param observer told when it refuses, and when it takes what it is given again
   * @param replaced called when the files were replaced, before anything is written to the new ones; what it returns is called
   *   as soon as they take what they are given
   * @param extra what is to be written along with any batch
   */
  constructor(
    source: DatabaseSource,
    observer: InboxObserver,
    replaced: () => Promise<() => void>,
    extra: () => Write[] = () => [],
  ) {
    this.#source = source;
    this.#observer = observer;
    this.#replaced = replaced;
    this.#extra = extra;
  }

  /** The database, to read from. @throws StoreError while it refuses */
  get level(): LevelDatabase {
    if (!this.#database) throw this.#fault ?? new StoreError("EIO", new Error("The inbox is closed."));
    return this.#database.level;
  }

  async open(): Promise<void> {
    this.#database = await this.#source.open((notice) => this.#observer.notice(notice)).catch(rethrow);
    this.#mode = "idle";
    if (this.#source.isDurable) this.#timer = setInterval(() => this.#verify(), verifyMilliseconds).unref();
  }

  /**
   * Writes durably.
   * @param writes kept all together, or not at all
   * @param undo takes them back
   * @throws StoreError where the store refuses; then nothing of it is kept
   */
  write(writes: Write[], undo: Write[]): Promise<void> {
    if (this.#mode === "refusing" || this.#mode === "closed") {
      return Promise.reject(this.#fault ?? new StoreError("EIO", new Error("The inbox is closed.")));
    }
    return new Promise((resolve, reject) => {
      this.#groups.push({ writes, undo, resolve, reject });
      this.#schedule();
    });
  }

  /**
   * Writes what must survive the process, but not a power cut. While the store refuses, this waits.
   * @returns resolves when it is written
   */
  writeLazily(...writes: Write[]): Promise<void> {
    this.#lazy.push(...writes);
    this.#schedule();
    return new Promise((resolve) => this.#lazyDone.push(resolve));
  }

  /** Writes what is under way, and lets go of the database. */
  async close(...last: Write[]): Promise<void> {
    if (this.#mode === "idle" || this.#mode === "writing") {
      void this.writeLazily(...last);
      while (this.#mode === "writing" || this.#isScheduled)
        await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
    clearInterval(this.#timer);
    clearTimeout(this.#timer);
    this.#mode = "closed";
    const database = this.#database;
    this.#database = undefined;
    await database?.close();
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
    if (this.#mode !== "idle" || !database) return this.#rest();
    if (this.#groups.length === 0 && this.#lazy.length === 0) return this.#rest();
    const [groups, lazy, lazyDone] = [this.#groups, this.#lazy.concat(this.#extra()), this.#lazyDone];
    [this.#groups, this.#lazy, this.#lazyDone] = [[], [], []];
    this.#mode = "writing";
    const isUrgent = groups.length > 0 && this.#source.isDurable;
    const writes = groups.length === 0 ? lazy : lazy.concat(...groups.map((group) => group.writes));
    try {
      await database.level.batch(writes, { sync: isUrgent });
      if (isUrgent) database.verify();
    } catch (error) {
      this.#lazyDone = lazyDone.concat(this.#lazyDone);
      this.#fail(toStoreError(error) ?? new StoreError("EIO", error), groups, lazy);
      return;
    }
    this.#mode = "idle";
    for (const group of groups) group.resolve();
    for (const done of lazyDone) done();
    if (this.#groups.length > 0 || this.#lazy.length > 0) this.#schedule();
    else this.#rest();
  }

  #rest(): void {
    for (const done of this.#idle.splice(0)) done();
  }

  #fail(fault: StoreError, groups: Group[], lazy: Write[]): void {
    if (this.#mode === "closed") return;
    this.#mode = "refusing";
    this.#fault = fault;
    const isReplaced = fault.code === "REPLACED";
    if (isReplaced) this.#observer.notice({ code: "replaced" });
    else this.#observer.storageChanged(fault);
    const refused = groups.concat(this.#groups);
    this.#groups = [];
    // What was to be written of the old files is of no use in the new ones.
    this.#lazy = isReplaced ? [] : refused.flatMap(({ undo }) => undo).concat(lazy, this.#lazy);
    for (const group of refused) group.reject(fault);
    void this.#reopen(isReplaced);
  }

  async #reopen(isReplaced: boolean): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    await database?.close().catch(() => undefined);
    let afterwards = () => {};
    while (this.#mode === "refusing") {
      if (this.#fault?.code !== "REPLACED") {
        await new Promise((resolve) => setTimeout(resolve, reopenMilliseconds).unref());
      }
      if (this.#mode !== "refusing") return;
      try {
        const reopened = await this.#source.open((notice) => this.#observer.notice(notice)).catch(rethrow);
        if ((this.#mode as Mode) === "closed") return void reopened.close();
        this.#database = reopened;
        if (isReplaced) afterwards = await this.#replaced();
        break;
      } catch (error) {
        this.#fault = toStoreError(error) ?? new StoreError("EIO", error);
        this.#observer.storageChanged(this.#fault);
        const failed = this.#database;
        this.#database = undefined;
        await failed?.close().catch(() => undefined);
      }
    }
    if (this.#mode !== "refusing") return;
    this.#mode = "idle";
    this.#fault = undefined;
    afterwards();
    this.#observer.storageChanged(undefined);
    this.#schedule();
  }

  #verify(): void {
    if (this.#mode !== "idle" || !this.#database) return;
    try {
      this.#database.verify();
    } catch (error) {
      this.#fail(toStoreError(error) ?? new StoreError("EIO", error), [], []);
    }
  }
}

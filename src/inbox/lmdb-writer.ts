import type { RootDatabase } from "lmdb";
import { isFull, toStoreError } from "./lmdb-errors";
import { type PendingWrite, PendingWrites, undoAll } from "./pending-writes";
import { StoreError } from "./store-error";
import type { Safety } from "./tables";

/** Somebody who has written, and waits until it is safe. */
interface Waiter {
  readonly until: Safety;
  readonly result: unknown;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** How long an operation that is not urgent may wait for company, in milliseconds. */
const patience = 10;

/** What a write may cost besides its text: LMDB writes the pages from the root of a table to the row anew. */
const pagesOfAWrite = 16 * 1024;

const nothing = (): void => {};

/**
 * Runs operations at once, one after the other, and writes what they have written behind them: all that comes while a
 * transaction is on its way to the disk shares the next one. So the event loop never waits for LMDB's lock.
 */
export class LmdbWriter {
  /** Where the tables note what an operation writes. */
  readonly writes = new PendingWrites();
  readonly #root: RootDatabase;
  readonly #folder: string;
  #waiters: Waiter[] = [];
  #isUrgent = false;
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param root LMDB
   * @param folder where it is, to tell why a write failed
   */
  constructor(root: RootDatabase, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  /**
   * Runs an operation; all of its writes are kept, or none.
   * @param operation reads and writes the tables, without waiting for anything
   * @param until how safe its writes have to be
   * @returns what it returned, once its writes are that safe
   * @throws StoreError what the operation threw, or what the disk says
   */
  transaction<Result>(operation: () => Result, until: Safety): Promise<Result> {
    const { count } = this.writes;
    let result: Result;
    try {
      result = operation();
    } catch (error) {
      this.writes.undoAfter(count);
      return toStoreError(error, this.#folder).then((failure) => Promise.reject(failure));
    }
    return new Promise<Result>((resolve, reject) => {
      this.#waiters.push({ until, result, resolve: resolve as (result: unknown) => void, reject });
      if (until !== "soon") this.#isUrgent = true;
      this.#start();
    });
  }

  #start(): void {
    if (this.#isWriting || this.#waiters.length === 0) return;
    if (!this.#isUrgent) {
      this.#timer ??= setTimeout(() => this.#begin(), patience);
      return;
    }
    this.#begin();
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isWriting = true;
    // All that comes in this turn of the event loop goes with it.
    setImmediate(() => void this.#write());
    // LMDB itself waits for the end of the turn in which it was first asked to write, and would wait for that of the next one.
    Promise.resolve(this.#root.batch(nothing)).catch(nothing);
  }

  async #write(): Promise<void> {
    this.#isUrgent = false;
    const waiters = this.#takeWaiters();
    const writes = this.writes.takeAll();
    try {
      await this.#commit(writes);
    } catch (error) {
      this.#fail(writes, waiters, error);
      return;
    }
    for (const write of writes) write.settle();
    void this.#resolve(waiters);
    // The next transaction need not wait until this one is on the disk.
    this.#isWriting = false;
    this.#start();
  }

  async #commit(writes: readonly PendingWrite[]): Promise<void> {
    if (writes.length === 0) return;
    // It must not come to that LMDB finds the disk full: where values are of some kilobytes, version 3.5 then ends the process.
    if (isFull(this.#folder, mostBytesOf(writes))) throw new StoreError("ENOSPC");
    await this.#root.batch(() => {
      for (const write of writes) write.apply();
    });
  }

  async #resolve(waiters: readonly Waiter[]): Promise<void> {
    const flushed = waiters.some(({ until }) => until === "flushed") ? this.#flushed() : undefined;
    for (const { until, result, resolve } of waiters) if (until !== "flushed") resolve(result);
    if (!flushed) return;
    const waiting = waiters.filter(({ until }) => until === "flushed");
    try {
      await flushed;
    } catch (error) {
      return this.#reject(waiting, error);
    }
    for (const { result, resolve } of waiting) resolve(result);
  }

  /** LMDB is asked at once: a moment later it would tell of the next transaction, and never, where that is refused. */
  #flushed(): Promise<unknown> {
    return new Promise((resolve, reject) => void this.#root.flushed.then(resolve, reject));
  }

  /** What has been written since may have been built on what the disk has refused, so it goes as well. */
  #fail(writes: readonly PendingWrite[], waiters: readonly Waiter[], error: unknown): void {
    const later = this.#takeWaiters();
    undoAll(this.writes.takeAll());
    undoAll(writes);
    this.#isUrgent = false;
    this.#isWriting = false;
    void this.#reject([...waiters, ...later], error);
  }

  async #reject(waiters: readonly Waiter[], error: unknown): Promise<void> {
    const failure = await toStoreError(error, this.#folder);
    for (const { reject } of waiters) reject(failure);
  }

  /** Resolves when everything that was written before is on the disk, or refused. */
  async idle(): Promise<void> {
    await this.transaction(nothing, "flushed").catch(nothing);
  }

  #takeWaiters(): Waiter[] {
    const waiters = this.#waiters;
    this.#waiters = [];
    return waiters;
  }
}

function mostBytesOf(writes: readonly PendingWrite[]): number {
  return writes.reduce((sum, { bytes }) => sum + bytes, writes.length * pagesOfAWrite);
}

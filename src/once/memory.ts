import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type DatabaseSource, del, isDamage, put, toStoreError, type Write } from "../inbox/level/database";
import { Reader } from "../inbox/level/reader";
import { Writer } from "../inbox/level/writer";
import { StoreError } from "../inbox/store-error";
import { sha256 } from "../sha256";

/** What is remembered for a node. */
export interface Done {
  /** The id of the node that remembers it. */
  readonly node: string;
  /** What was done: the node's key. */
  readonly key: string;
}

const retryMilliseconds = 1_000;
const day = 24 * 60 * 60_000;

/** A clock that is ahead for a while must not make it forget everything. */
const maxBetweenPrunes = 2 * day;

/**
 * What has been done, kept on disk for some days. Only a fingerprint of the key is kept: it may be an email address.
 */
export class OnceMemory extends EventEmitter<{ state: [] }> {
  readonly #writer: Writer;
  readonly #reader: Reader;
  /** What the disk has refused so far; it counts all the same. */
  readonly #unwritten = new Map<string, string>();
  readonly #opened: Promise<void>;
  #isClosed = false;
  /** Why its disk refuses, if it does. */
  fault: Error | undefined;

  /** @param source where it is kept */
  constructor(source: DatabaseSource) {
    super();
    this.setMaxListeners(0);
    const observer = { storageChanged: (fault: Error | undefined) => this.#faultIs(fault), notice() {} };
    this.#writer = new Writer(
      source,
      observer,
      async () => () => {},
      () => this.#writeUnwritten(),
    );
    this.#reader = new Reader(
      () => this.#writer.level,
      (error) => this.#repairs(error),
    );
    this.#opened = this.#open();
  }

  /** Whether this has been done. While the disk does not answer, that is unknown, and the call waits. */
  async has(done: Done): Promise<boolean> {
    const row = rowOf(done);
    await this.#opened;
    while (!this.#isClosed) {
      if (this.#unwritten.has(row)) return true;
      try {
        return (await this.#reader.get(row)) !== undefined;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        await sleep(retryMilliseconds);
      }
    }
    throw new StoreError("EIO", new Error("It is closed."));
  }

  /**
   * Remembers that this has been done. If the disk refuses, it is written as soon as possible.
   * @param days how long, at least
   * @param now in milliseconds since 1970
   * @returns resolves once it is on disk, or refused
   */
  async remember(done: Done, days: number, now: number): Promise<void> {
    const [row, value] = [rowOf(done), `${now} ${days}`];
    this.#unwritten.set(row, value);
    await this.#opened;
    try {
      await this.#writer.write([put(row, value)], () => []);
      this.#unwritten.delete(row);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  /**
   * Forgets what is older than its days.
   * @param daysOf how long a node remembers now; `undefined` if it is gone, so that its last setting applies
   * @param now the supposed time
   */
  async prune(daysOf: (node: string) => number | undefined, now: number): Promise<void> {
    await this.#opened;
    const before = Number((await this.#reader.get("pruned")) ?? now);
    const believed = Math.min(now, before + maxBetweenPrunes);
    for await (const rows of this.#reader.range({ gte: "d", lt: "e" })) {
      const old = rows.filter(([row, value]) => {
        const [at, days] = value.split(" ").map(Number);
        return believed - Number(at) > (daysOf(nodeOf(row)) ?? Number(days)) * day;
      });
      await this.#writer.writeLazily(...old.map(([row]) => del(row)));
    }
    await this.#writer.writeLazily(put("pruned", String(believed)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#opened;
    await this.#writer.close();
  }

  /** Whatever is wrong with the disk, opening is retried as long as it lasts. */
  async #open(): Promise<void> {
    let isDamaged = false;
    while (!this.#isClosed) {
      try {
        await this.#writer.open(isDamaged);
        this.#faultIs(undefined);
        return;
      } catch (error) {
        this.#faultIs(error instanceof Error ? error : new Error(String(error)));
        isDamaged ||= isDamage(error);
        await sleep(retryMilliseconds);
      }
    }
  }

  /** What cannot be read is forgotten once the file is repaired. */
  #repairs(error: unknown): boolean {
    const damage = toStoreError(error);
    if (!damage || !this.#writer.canRepair) return false;
    this.#writer.repair(damage);
    return true;
  }

  #writeUnwritten(): void {
    const rows = [...this.#unwritten];
    const writes: Write[] = rows.map(([row, value]) => put(row, value));
    const forget = () => {
      for (const [row] of rows) this.#unwritten.delete(row);
    };
    void this.#writer.write(writes, () => []).then(forget, () => undefined);
  }

  #faultIs(fault: Error | undefined): void {
    this.fault = fault;
    this.emit("state");
  }
}

function rowOf({ node, key }: Done): string {
  return `d${node} ${sha256(key)}`;
}

function nodeOf(row: string): string {
  return row.slice(1, row.lastIndexOf(" "));
}

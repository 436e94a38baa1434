import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { type DatabaseSource, del, isDamage, put, toStoreError, type Write } from "../inbox/level/database";
import { Reader } from "../inbox/level/reader";
import { Writer } from "../inbox/level/writer";
import { StoreError } from "../inbox/store-error";

/** What is remembered for a node. */
export interface Done {
  /** The id of the node that remembers it. */
  readonly node: string;
  /** What was done, in the node's own words. */
  readonly key: string;
}

const retryMilliseconds = 1_000;
const day = 24 * 60 * 60_000;

/** A clock that is ahead for a while must not forget everything. */
const maxBetweenPrunes = 2 * day;

/**
 * What has been done, kept on disk for some days. Of a key only a fingerprint is kept: it may be an email address.
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

  /** Whether this is done. As long as the disk does not say, nobody knows: it waits. */
  async has(done: Done): Promise<boolean> {
    const row = rowOf(done);
    await this.#opened;
    while (!this.#isClosed) {
      if (this.#unwritten.has(row)) return true;
      try {
        return (await this.#reader.get(row)) !== undefined;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        await new Promise((resolve) => setTimeout(resolve, retryMilliseconds));
      }
    }
    throw new StoreError("EIO", new Error("It is closed."));
  }

  /**
   * Remembers that this is done. Where the disk refuses, it is written as soon as it can be.
   * @param days how long, at least
   * @param now in milliseconds since 1970
   * @returns resolves when it is on the disk, or refused
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
   * @param daysOf how long a node remembers by now; `undefined` where it is not there, and the days count that it had
   * @param now what is believed to be the time
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

  /** Whatever is wrong with the disk: as long as it lasts, it is tried again. */
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
        await new Promise((resolve) => setTimeout(resolve, retryMilliseconds));
      }
    }
  }

  /** What cannot be read is not known any more, once that is repaired. */
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
  return `d${node} ${createHash("sha256").update(key).digest("base64url")}`;
}

function nodeOf(row: string): string {
  return row.slice(1, row.lastIndexOf(" "));
}

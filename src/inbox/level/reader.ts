import { isDamage, type LevelDatabase, rethrow } from "./database";

/** Rows at a time, and their length: few enough not to hold up the event loop. */
const rowsAtOnce = 500;
const bytesAtOnce = 64 * 1_024;

interface Range {
  gte?: string;
  gt?: string;
  lt?: string;
  lte?: string;
  reverse?: boolean;
}

export type Row = [key: string, value: string];

/**
 * Reads the database. A damaged part hides no other: it is repaired, and what is still unreadable is skipped.
 */
export class Reader {
  readonly #level: () => LevelDatabase;
  readonly #repairs: (error: unknown) => boolean;

  /**
   * @param level the open database
   * @param repairs called if a part cannot be read; returns whether it was repaired, so that a retry is worthwhile
   */
  constructor(level: () => LevelDatabase, repairs: (error: unknown) => boolean) {
    this.#level = level;
    this.#repairs = repairs;
  }

  /** @throws StoreError */
  get(key: string): Promise<string | undefined> {
    return this.#level()
      .get(key)
      .catch((error) => this.#passOver(error));
  }

  /** @throws StoreError */
  getSync(key: string): string | undefined {
    try {
      return this.#level().getSync(key);
    } catch (error) {
      return this.#passOver(error);
    }
  }

  /** @throws StoreError */
  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    try {
      return await this.#level().getMany([...keys]);
    } catch (error) {
      this.#passOver(error);
      return Promise.all(keys.map((key) => this.get(key)));
    }
  }

  /** All rows of a small range. @throws StoreError */
  async all(range: Range): Promise<Row[]> {
    const all: Row[] = [];
    for await (const rows of this.range(range)) all.push(...rows);
    return all;
  }

  /** The first row of a range. @throws StoreError */
  async first(range: Range): Promise<Row | undefined> {
    for await (const [row] of this.range(range, 1)) return row;
    return undefined;
  }

  /** The last key of a range. @throws StoreError */
  async lastKey(range: Range): Promise<string | undefined> {
    return (await this.first({ ...range, reverse: true }))?.[0];
  }

  /** Reads the rows of a range in steps. @throws StoreError */
  async *range(range: Range, atOnce = rowsAtOnce): AsyncGenerator<Row[]> {
    let rest = range;
    for (let limit = atOnce; ; limit = 1) {
      const iterator = this.#level().iterator({ ...rest, ...{ highWaterMarkBytes: bytesAtOnce } });
      try {
        for (;;) {
          const rows = await iterator.nextv(limit);
          const [lastKey] = rows.at(-1) ?? [];
          if (lastKey === undefined) return;
          rest = range.reverse ? { ...range, lt: lastKey } : { ...range, gt: lastKey };
          yield rows;
        }
      } catch (error) {
        this.#passOver(error);
        if (limit === 1) return;
        // LevelDB skips what it cannot read, reports it only at the end, and withholds what it read last: one by one,
        // nothing is withheld.
      } finally {
        await iterator.close();
      }
    }
  }

  #passOver(error: unknown): undefined {
    if (!isDamage(error) || this.#repairs(error)) rethrow(error);
    return undefined;
  }
}

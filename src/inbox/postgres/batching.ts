/** What waits to be done together with others. */
interface Waiting<Item, Result> {
  readonly item: Item;
  readonly keys: readonly string[];
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Does together what comes while the last batch is under way. What has a key in common with something in a batch goes into a
 * later one, and so does what came after that and has one in common with it: each finds what the one before has left.
 */
export class Batching<Item, Result> {
  readonly #most: number;
  readonly #act: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>;
  #waiting: Waiting<Item, Result>[] = [];
  #isUnderWay = false;

  /**
   * @param most items in one batch
   * @param act does them; of each item, what it has come to
   */
  constructor(most: number, act: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>) {
    this.#most = most;
    this.#act = act;
  }

  /** @param keys what must not be in one batch twice */
  add(item: Item, keys: readonly string[] = []): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, keys, resolve, reject });
      if (!this.#isUnderWay) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isUnderWay = true;
    // What comes in the same turn of the event loop belongs to it.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#do(this.#take());
    this.#isUnderWay = false;
  }

  async #do(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#act(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index] as Result | Error;
        if (result instanceof Error) reject(result);
        else resolve(result);
      }
    } catch (error) {
      // Who has waited for as long already is told as well.
      for (const { reject } of [...batch, ...this.#waiting.splice(0)]) reject(error);
    }
  }

  #take(): Waiting<Item, Result>[] {
    const batch: Waiting<Item, Result>[] = [];
    const later: Waiting<Item, Result>[] = [];
    const taken = new Set<string>();
    for (const each of this.#waiting) {
      const isFirst = batch.length < this.#most && each.keys.every((key) => !taken.has(key));
      for (const key of each.keys) taken.add(key);
      (isFirst ? batch : later).push(each);
    }
    this.#waiting = later;
    return batch;
  }
}

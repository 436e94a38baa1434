/** What waits to be done together with others. */
interface Waiting<Item, Result> {
  readonly item: Item;
  readonly keys: readonly string[];
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** How batches follow each other. */
export interface Pace {
  /** So many may be under way at once, each in a lane of its own. */
  readonly lanes?: number;
  /** So many items make it worth while to begin a batch beside another one. */
  readonly minBeside?: number;
  /** How many milliseconds a lane rests after a batch, to collect more. */
  readonly rest?: number;
}

/**
 * Does together what comes while other batches are under way. What has a key in common with something in one of them goes into a
 * later one, and so does what came after that and has one in common with it: each finds what the one before has left.
 */
export class Batching<Item, Result> {
  readonly #max: number;
  readonly #act: (items: readonly Item[], lane: number) => Promise<readonly (Result | Error)[]>;
  readonly #freeLanes: number[];
  readonly #lanes: number;
  readonly #minBeside: number;
  readonly #rest: number;
  readonly #keysUnderWay = new Set<string>();
  #waiting: Waiting<Item, Result>[] = [];
  #isAboutToStart = false;

  /**
   * @param max items in one batch
   * @param act does them; of each item, what it has come to
   */
  constructor(
    max: number,
    act: (items: readonly Item[], lane: number) => Promise<readonly (Result | Error)[]>,
    { lanes = 1, minBeside = 1, rest = 0 }: Pace = {},
  ) {
    this.#max = max;
    this.#act = act;
    this.#freeLanes = Array.from({ length: lanes }, (_, lane) => lane);
    this.#lanes = lanes;
    this.#minBeside = minBeside;
    this.#rest = rest;
  }

  /** @param keys what must not be under way twice */
  add(item: Item, keys: readonly string[] = []): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, keys, resolve, reject });
      this.#startSoon();
    });
  }

  /** Whatever arrives in the same turn of the event loop belongs together. */
  #startSoon(): void {
    if (this.#isAboutToStart || this.#freeLanes.length === 0) return;
    this.#isAboutToStart = true;
    setImmediate(() => {
      this.#isAboutToStart = false;
      this.#start();
    });
  }

  #start(): void {
    while (this.#freeLanes.length > 0) {
      const isBesideOthers = this.#freeLanes.length < this.#lanes;
      if (this.#waiting.length < (isBesideOthers ? this.#minBeside : 1)) return;
      const batch = this.#take();
      if (batch.length === 0) return;
      void this.#run(batch, this.#freeLanes.shift() as number);
    }
  }

  async #run(batch: readonly Waiting<Item, Result>[], lane: number): Promise<void> {
    await this.#do(batch, lane);
    for (const { keys } of batch) for (const key of keys) this.#keysUnderWay.delete(key);
    if (this.#rest > 0) await new Promise((resolve) => setTimeout(resolve, this.#rest));
    this.#freeLanes.push(lane);
    this.#start();
  }

  async #do(batch: readonly Waiting<Item, Result>[], lane: number): Promise<void> {
    try {
      const results = await this.#act(
        batch.map(({ item }) => item),
        lane,
      );
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index] as Result | Error;
        if (result instanceof Error) reject(result);
        else resolve(result);
      }
    } catch (error) {
      // Those that have waited as long are told as well.
      for (const { reject } of [...batch, ...this.#waiting.splice(0)]) reject(error);
    }
  }

  #take(): Waiting<Item, Result>[] {
    const batch: Waiting<Item, Result>[] = [];
    const later: Waiting<Item, Result>[] = [];
    const taken = new Set(this.#keysUnderWay);
    for (const each of this.#waiting) {
      const isFirst = batch.length < this.#max && each.keys.every((key) => !taken.has(key));
      for (const key of each.keys) taken.add(key);
      (isFirst ? batch : later).push(each);
    }
    for (const { keys } of batch) for (const key of keys) this.#keysUnderWay.add(key);
    this.#waiting = later;
    return batch;
  }
}

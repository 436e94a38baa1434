/** Lets only so many run at a time. The others wait in turn, and only so many of them. */
export class InTurn {
  readonly #most: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /**
   * @param most how many run at a time
   * @param mostWaiting how many may wait
   */
  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  /**
   * Runs something as soon as it may.
   * @returns what it resolves to; `undefined` where too many wait already, and it never ran
   */
  async run<Result>(task: () => Promise<Result>): Promise<Result | undefined> {
    if (this.#running < this.#most) this.#running += 1;
    else if (this.#waiting.length >= this.#mostWaiting) return undefined;
    else await new Promise<void>((go) => this.#waiting.push(go));
    try {
      return await task();
    } finally {
      // Who is next gets the place, and nobody in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}

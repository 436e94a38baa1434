/** Limits how many tasks run at a time. The others wait in turn, up to a total weight. */
export class InTurn {
  readonly #max: number;
  readonly #heaviest: number;
  readonly #waiting: { weight: number; go: () => void }[] = [];
  #running = 0;
  /** The weight of those waiting. */
  #weight = 0;

  /**
   * @param max how many run at a time
   * @param heaviest the maximum total weight of those waiting
   */
  constructor(max: number, heaviest: number) {
    this.#max = max;
    this.#heaviest = heaviest;
  }

  /**
   * Runs a task as soon as possible.
   * @param task the task
   * @param weight its weight while it waits
   * @returns its result; `undefined` if too many are waiting, so that it never ran
   */
  async run<Result>(task: () => Promise<Result>, weight: number): Promise<Result | undefined> {
    if (this.#running < this.#max) this.#running += 1;
    else if (this.#weight + weight > this.#heaviest) return undefined;
    else await this.#wait(weight);
    try {
      return await task();
    } finally {
      // The place goes directly to the next in line.
      const next = this.#waiting.shift();
      if (!next) this.#running -= 1;
      else {
        this.#weight -= next.weight;
        next.go();
      }
    }
  }

  #wait(weight: number): Promise<void> {
    this.#weight += weight;
    return new Promise((go) => this.#waiting.push({ weight, go }));
  }
}

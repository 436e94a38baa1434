/** Lets only so many run at a time. The others wait in turn, as long as they do not weigh too much together. */
export class InTurn {
  readonly #max: number;
  readonly #heaviest: number;
  readonly #waiting: { weight: number; go: () => void }[] = [];
  #running = 0;
  /** Of those that wait. */
  #weight = 0;

  /**
   * @param max how many run at a time
   * @param heaviest what those may weigh together that wait
   */
  constructor(max: number, heaviest: number) {
    this.#max = max;
    this.#heaviest = heaviest;
  }

  /**
   * Runs something as soon as it may.
   * @param task what to run
   * @param weight what it weighs while it waits
   * @returns what it resolves to; `undefined` where too many wait already, and it never ran
   */
  async run<Result>(task: () => Promise<Result>, weight: number): Promise<Result | undefined> {
    if (this.#running < this.#max) this.#running += 1;
    else if (this.#weight + weight > this.#heaviest) return undefined;
    else await this.#wait(weight);
    try {
      return await task();
    } finally {
      // Who is next gets the place, and nobody in between.
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

/** How often the clock looks, in milliseconds. */
const tick = 250;

/** Something that may take only so long. */
export interface Deadline {
  /** By `performance.now()`. */
  readonly at: number;
  missed(): void;
}

/** One clock for all that may take only so long: a timer for each would cost more than what it watches. It is late by up to 250 ms. */
export class Deadlines {
  readonly #open = new Set<Deadline>();
  readonly #idle: () => void;
  #clock: NodeJS.Timeout | undefined;

  /** @param idle called when the clock stops, because there is nothing left to look after */
  constructor(idle: () => void = () => {}) {
    this.#idle = idle;
  }

  /**
   * @param milliseconds how long it may take
   * @param missed called once, unless it is met before
   * @returns what to give to {@link meet}
   */
  set(milliseconds: number, missed: () => void): Deadline {
    const deadline = { at: performance.now() + milliseconds, missed };
    this.#open.add(deadline);
    this.#clock ??= setInterval(() => this.#look(), tick);
    return deadline;
  }

  /** It was done in time, or need not be done any more. */
  meet(deadline: Deadline): void {
    this.#open.delete(deadline);
  }

  #look(): void {
    if (this.#open.size === 0) {
      clearInterval(this.#clock);
      this.#clock = undefined;
      this.#idle();
      return;
    }
    const now = performance.now();
    for (const deadline of this.#open) {
      if (deadline.at > now) continue;
      this.#open.delete(deadline);
      deadline.missed();
    }
  }
}

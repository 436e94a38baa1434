/** How often the deadlines are checked, in milliseconds. */
const tick = 250;

/** Something with a deadline. */
export interface Deadline {
  /** By `performance.now()`. */
  readonly at: number;
  missed(): void;
}

/** One timer for all deadlines: a timer for each would cost more than what it watches. It is late by up to 250 ms. */
export class Deadlines {
  readonly #open = new Set<Deadline>();
  readonly #idle: () => void;
  #clock: NodeJS.Timeout | undefined;

  /** @param idle called when the timer stops, because no deadlines are left */
  constructor(idle: () => void = () => {}) {
    this.#idle = idle;
  }

  /**
   * @param milliseconds until the deadline
   * @param missed called once, unless it is met in time
   * @returns to be passed to {@link meet}
   */
  set(milliseconds: number, missed: () => void): Deadline {
    const deadline = { at: performance.now() + milliseconds, missed };
    this.#open.add(deadline);
    this.#clock ??= setInterval(() => this.#look(), tick);
    return deadline;
  }

  /** It was done in time, or is no longer needed. */
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

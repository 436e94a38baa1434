/** The longest delay of an event, in milliseconds: anything beyond that, from a clock or a damaged row, is not believed. */
export const longestDelay = 60_000;

interface Due {
  sequence: number;
  /** On the monotonic clock. */
  at: number;
}

/** Events that become due again at a given time. The system clock plays no part: it may be set while an event waits. */
export class DueQueue {
  /** The next first. */
  #due: Due[] = [];
  readonly #wake: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param wake called when something has become due */
  constructor(wake: () => void) {
    this.#wake = wake;
  }

  get size(): number {
    return this.#due.length;
  }

  /** @param after milliseconds from now */
  add(sequence: number, after: number): void {
    const at = performance.now() + Math.min(Math.max(after, 0), longestDelay);
    let low = 0;
    let high = this.#due.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#due[middle] as Due).at <= at) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, { sequence, at });
    if (low === 0) this.#watch();
  }

  /** Takes what is due, up to a maximum. */
  take(max: number): number[] {
    const now = performance.now();
    let count = 0;
    while (count < max && count < this.#due.length && (this.#due[count] as Due).at <= now) count += 1;
    const taken = this.#due.splice(0, count).map(({ sequence }) => sequence);
    this.#watch();
    return taken;
  }

  /** Takes everything, due or not. */
  takeAll(): number[] {
    clearTimeout(this.#timer);
    return this.#due.splice(0).map(({ sequence }) => sequence);
  }

  /** @returns whether it was there */
  remove(sequence: number): boolean {
    const at = this.#due.findIndex((due) => due.sequence === sequence);
    if (at >= 0) this.#due.splice(at, 1);
    return at >= 0;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #watch(): void {
    clearTimeout(this.#timer);
    const [next] = this.#due;
    if (!next) return;
    const wait = Math.max(Math.ceil(next.at - performance.now()), 0);
    this.#timer = setTimeout(this.#wake, wait).unref();
  }
}

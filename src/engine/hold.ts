import { setTimeout as sleep } from "node:timers/promises";

/** A request that waits for an inbox, up to a time limit. */
export class Hold {
  isOver = false;
  readonly over: Promise<undefined>;
  #end: (nothing: undefined) => void = () => {};
  readonly #timer: NodeJS.Timeout;

  /** @param milliseconds the limit */
  constructor(milliseconds: number) {
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#timer = setTimeout(() => this.end(), milliseconds);
  }

  end(): void {
    this.isOver = true;
    clearTimeout(this.#timer);
    this.#end(undefined);
  }

  /** Waits, but not beyond the limit. */
  async rest(milliseconds: number): Promise<void> {
    await Promise.race([sleep(milliseconds, undefined, { ref: false }), this.over]);
  }
}

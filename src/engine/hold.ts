import { setTimeout as sleep } from "node:timers/promises";

/** A request that waits for an inbox, for so long at most. */
export class Hold {
  isOver = false;
  readonly over: Promise<undefined>;
  #end: (nothing: undefined) => void = () => {};
  readonly #timer: NodeJS.Timeout;

  /** @param milliseconds how long */
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

  /** Waits for a while, but not longer than it lasts. */
  async rest(milliseconds: number): Promise<void> {
    await Promise.race([sleep(milliseconds, undefined, { ref: false }), this.over]);
  }
}

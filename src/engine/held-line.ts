import { setTimeout as sleep } from "node:timers/promises";
import type { Hold } from "./hold";

/** Tries to store a delivery; `undefined` if the inbox refuses. */
export type Attempt<Result> = () => Promise<Result | undefined>;

interface Held<Result> {
  readonly place: number;
  readonly hold: Hold;
  readonly attempt: Attempt<Result>;
  isUnderWay: boolean;
  resolve(result: Result | undefined): void;
  reject(error: unknown): void;
}

/**
 * Deliveries that an endpoint's inbox refused, and those that arrived after them. The first one is retried; once it is stored,
 * the others follow in order of arrival, so that no event of a client overtakes another.
 */
export class HeldLine<Result> {
  readonly #pause: number;
  readonly #held: Held<Result>[] = [];
  #isUnderWay = false;

  /** @param pause milliseconds between retries */
  constructor(pause: number) {
    this.#pause = pause;
  }

  get isEmpty(): boolean {
    return this.#held.length === 0;
  }

  /**
   * Waits in line.
   * @param place its place in order of arrival
   * @returns `undefined` if it was not stored in time
   */
  wait(place: number, hold: Hold, attempt: Attempt<Result>): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      const held: Held<Result> = { place, hold, attempt, isUnderWay: false, resolve, reject };
      const behind = this.#held.findIndex((other) => other.place > place);
      this.#held.splice(behind < 0 ? this.#held.length : behind, 0, held);
      // An attempt in progress may still succeed.
      void hold.over.then(() => held.isUnderWay || this.#leave(held, () => resolve(undefined)));
      if (!this.#isUnderWay) void this.#run();
    });
  }

  /** One of them has given up: then those that arrived with or after it stop waiting as well. */
  end(): void {
    for (const { hold } of this.#held) hold.end();
  }

  async #run(): Promise<void> {
    this.#isUnderWay = true;
    while (this.#held.length > 0) {
      await sleep(this.#pause, undefined, { ref: false });
      const [first] = this.#held;
      if (first && (await this.#try(first))) await Promise.all([...this.#held].map((each) => this.#try(each)));
    }
    this.#isUnderWay = false;
  }

  /** @returns whether the inbox accepts events */
  async #try(held: Held<Result>): Promise<boolean> {
    held.isUnderWay = true;
    try {
      const result = await held.attempt();
      held.isUnderWay = false;
      if (result !== undefined || held.hold.isOver) this.#leave(held, () => held.resolve(result));
      return result !== undefined;
    } catch (error) {
      this.#leave(held, () => held.reject(error));
      return true;
    }
  }

  #leave(held: Held<Result>, tell: () => void): void {
    const index = this.#held.indexOf(held);
    if (index >= 0) this.#held.splice(index, 1);
    tell();
  }
}

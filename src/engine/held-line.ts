import { setTimeout as sleep } from "node:timers/promises";
import type { Hold } from "./hold";

/** Tries to store a delivery; `undefined` where the inbox refuses. */
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
 * Deliveries that an endpoint's inbox has refused, and those that came behind them. The first one asks again; once it is stored,
 * the others follow, in the order in which they came: so none of a client's passes another.
 */
export class HeldLine<Result> {
  readonly #pause: number;
  readonly #held: Held<Result>[] = [];
  #isUnderWay = false;

  /** @param pause milliseconds until the inbox is asked again */
  constructor(pause: number) {
    this.#pause = pause;
  }

  get isEmpty(): boolean {
    return this.#held.length === 0;
  }

  /**
   * Waits in the line.
   * @param place its place in the order of arrival
   * @returns `undefined` once the hold is over, and nothing has come of it
   */
  wait(place: number, hold: Hold, attempt: Attempt<Result>): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      const held: Held<Result> = { place, hold, attempt, isUnderWay: false, resolve, reject };
      const behind = this.#held.findIndex((other) => other.place > place);
      this.#held.splice(behind < 0 ? this.#held.length : behind, 0, held);
      // What is under way may still come to something.
      void hold.over.then(() => held.isUnderWay || this.#leave(held, () => resolve(undefined)));
      if (!this.#isUnderWay) void this.#run();
    });
  }

  /** One of them has given up: then nobody waits any longer who came with it, or behind it. */
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

  /** @returns whether the inbox takes what it is given */
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

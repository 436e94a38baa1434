import type { ProblemCode } from "../../src/receiver/problems";

/** Logs one line about refusals of one kind. */
type WriteRefusal = (code: ProblemCode, count: number) => void;

const minute = 60_000;

/**
 * Keeps a flood of refused requests from flooding the log: the first of a kind is logged at once, and those that follow
 * within a minute are counted and logged as one line.
 */
export class RefusalLog {
  readonly #write: WriteRefusal;
  readonly #counting = new Map<ProblemCode, { count: number; timer: NodeJS.Timeout }>();

  /** @param write logs the line; `count` is how many requests it stands for */
  constructor(write: WriteRefusal) {
    this.#write = write;
  }

  /** Records one refused request. */
  note(code: ProblemCode): void {
    const counting = this.#counting.get(code);
    if (counting) {
      counting.count += 1;
      return;
    }
    this.#write(code, 1);
    this.#counting.set(code, { count: 0, timer: setTimeout(() => this.#flush(code), minute).unref() });
  }

  /** Logs what has only been counted so far. */
  close(): void {
    for (const [code, { timer }] of [...this.#counting]) {
      clearTimeout(timer);
      this.#flush(code);
    }
  }

  #flush(code: ProblemCode): void {
    const count = this.#counting.get(code)?.count ?? 0;
    this.#counting.delete(code);
    if (count > 0) this.#write(code, count);
  }
}

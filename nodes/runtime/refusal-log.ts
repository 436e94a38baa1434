import type { ProblemCode } from "../../src/receiver/problems";

/** Writes one line about refusals of one kind. */
export type WriteRefusal = (code: ProblemCode, count: number) => void;

const minute = 60_000;

/**
 * Keeps a flood of refused requests from becoming a flood in the log: the first of a kind is written at once, what follows
 * within a minute is counted and written as one line.
 */
export class RefusalLog {
  readonly #write: WriteRefusal;
  readonly #counting = new Map<ProblemCode, { count: number; timer: NodeJS.Timeout }>();

  /** @param write writes the line; `count` is how many requests it stands for */
  constructor(write: WriteRefusal) {
    this.#write = write;
  }

  /** Notes one refused request. */
  note(code: ProblemCode): void {
    const counting = this.#counting.get(code);
    if (counting) {
      counting.count += 1;
      return;
    }
    this.#write(code, 1);
    this.#counting.set(code, { count: 0, timer: setTimeout(() => this.#flush(code), minute).unref() });
  }

  /** Writes what is still only counted. */
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

import { del, type Put, put } from "./database";
import { keys, rangeOf, sequenceOf, slotOf } from "./keys";
import { failureIn } from "./rows";
import type { State } from "./state";

/**
 * Deliveries that failed or were set aside have an extra row, so that they are found among a million that did not. Some rows may be
 * out of date; but once all exist, none is missing.
 */
export class Failures {
  readonly #state: State;
  #areNamed = false;

  constructor(state: State) {
    this.#state = state;
  }

  /** @throws StoreError */
  async load(): Promise<void> {
    const { reader } = this.#state;
    this.#areNamed = (await reader.get(keys.fact("failuresNamed"))) !== undefined;
    if (!this.#areNamed && (await reader.first(rangeOf("d"))) === undefined) this.#noteNamed();
  }

  /** Whether each of them has one. */
  get areNamed(): boolean {
    return this.#areNamed && !this.#state.isDamaged;
  }

  /** Adds the rows to a store that was written without them, or was damaged. @throws StoreError */
  async prepare(): Promise<void> {
    const { reader, writer } = this.#state;
    if (this.#areNamed || this.#state.isDamaged) return;
    for await (const rows of reader.range(rangeOf("d"))) {
      const names = rows.flatMap(([key, row]): Put[] => {
        const failure = failureIn(row);
        return failure ? [put(keys.failure(sequenceOf(key), slotOf(key)), failure.state)] : [];
      });
      if (names.length > 0) await writer.writeLazily(...names);
    }
    if (this.#state.isDamaged) return;
    this.#noteNamed();
  }

  /** Some may have been lost. */
  async clear(): Promise<void> {
    this.#areNamed = false;
    await this.#state.writer.writeLazily(del(keys.fact("failuresNamed")));
  }

  #noteNamed(): void {
    this.#areNamed = true;
    this.#state.writer.note(put(keys.fact("failuresNamed"), "1"));
  }
}

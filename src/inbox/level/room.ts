import { StoreError } from "../store-error";

/** How long to wait for room while the flows finish events: well below the time after which Hapana gives up. */
const longestWait = 3_000;

/** What an inbox in memory offers to make room. */
interface Housekeeping {
  /** Removes those of these events that are finished; returns how many were removed. */
  remove(sequences: readonly number[]): Promise<number>;
  /** Whether any flow is busy with an event, so that one may soon be finished. */
  isBusy(): boolean;
}

/** Keeps an inbox in memory from growing without bound: finished events make room for new ones. */
export class Room {
  readonly #capacity: number;
  readonly #housekeeping: Housekeeping;
  #taken = 0;
  /** Events that somebody has finished since they were last checked: checking all of them each time would take ever longer. */
  readonly #candidates = new Set<number>();
  #making: Promise<void> | undefined;
  #waiting: (() => void)[] = [];

  /** @param capacity the maximum number of events */
  constructor(capacity: number, housekeeping: Housekeeping) {
    this.#capacity = capacity;
    this.#housekeeping = housekeeping;
  }

  /**
   * Takes room for new events; waits for it while flows are busy with others.
   * @throws StoreError `MEMORYFULL` if no finished event could make room
   */
  async take(count: number): Promise<void> {
    const deadline = performance.now() + longestWait;
    while (this.#taken + count > this.#capacity) {
      if (this.#making || this.#candidates.size > 0) {
        this.#making ??= this.#makeRoom().finally(() => {
          this.#making = undefined;
        });
        await this.#making;
        continue;
      }
      if (!this.#housekeeping.isBusy() || performance.now() >= deadline) throw new StoreError("MEMORYFULL");
      await this.#untilFinished(deadline);
    }
    this.#taken += count;
  }

  /** Somebody has finished an event; others may not have. */
  mayBeFinished(sequence: number): void {
    this.#candidates.add(sequence);
    this.#wake();
  }

  /** Returns room: events were not stored after all, or are gone. */
  give(count: number): void {
    this.#taken -= count;
    this.#wake();
  }

  /** More than is needed at the moment, so that it is not done for each event. */
  async #makeRoom(): Promise<void> {
    const sequences = [...this.#candidates].slice(0, Math.ceil(this.#capacity / 10));
    for (const sequence of sequences) this.#candidates.delete(sequence);
    try {
      this.#taken -= await this.#housekeeping.remove(sequences);
    } catch (error) {
      for (const sequence of sequences) this.#candidates.add(sequence);
      throw error;
    }
  }

  #untilFinished(deadline: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, deadline - performance.now());
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

import { StoreError } from "../store-error";

/** Keeps an inbox in memory from growing without end: what is finished makes room for what is new. */
export class Room {
  readonly #capacity: number;
  readonly #make: (count: number) => Promise<number>;
  #taken = 0;
  #making: Promise<void> | undefined;

  /**
   * @param capacity the most events
   * @param make removes so many that are finished; returns how many it could
   */
  constructor(capacity: number, make: (count: number) => Promise<number>) {
    this.#capacity = capacity;
    this.#make = make;
  }

  /**
   * Takes room for new events.
   * @throws StoreError `MEMORYFULL` where nothing is finished that could make room
   */
  async take(count: number): Promise<void> {
    while (this.#taken + count > this.#capacity) {
      const before = this.#taken;
      this.#making ??= this.#makeRoom();
      await this.#making;
      if (this.#taken >= before && this.#taken + count > this.#capacity) throw new StoreError("MEMORYFULL");
    }
    this.#taken += count;
  }

  /** Gives room back: what was to be stored was not, or is gone. */
  give(count: number): void {
    this.#taken -= count;
  }

  /** More than is needed at the moment, so that it is not done for each event. */
  async #makeRoom(): Promise<void> {
    try {
      this.#taken -= await this.#make(Math.ceil(this.#capacity / 10));
    } finally {
      this.#making = undefined;
    }
  }
}

import { StoreError } from "../store-error";

/** Keeps an inbox in memory from growing without end: what is finished makes room for what is new. */
export class Room {
  readonly #capacity: number;
  readonly #make: (count: number) => Promise<number>;
  #taken = 0;
  #making: Promise<number> | undefined;

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
      this.#making ??= this.#makeRoom();
      if ((await this.#making) === 0) throw new StoreError("MEMORYFULL");
    }
    this.#taken += count;
  }

  /** Gives room back: what was to be stored was not, or is gone. */
  give(count: number): void {
    this.#taken -= count;
  }

  /** More than is needed at the moment, so that it is not done for each event. */
  async #makeRoom(): Promise<number> {
    try {
      const made = await this.#make(Math.ceil(this.#capacity / 10));
      this.#taken -= made;
      return made;
    } finally {
      this.#making = undefined;
    }
  }
}

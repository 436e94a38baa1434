import { StoreError } from "../store-error";

/** How often it sends a heartbeat and looks for what others have left. */
const beatMilliseconds = 1_000;

/** Without notifications, the number of steps per heartbeat interval. */
const looks = 5;

/**
 * - `idle`: nothing is under way
 * - `beating`: running
 * - `closed`: stopped for good
 */
type Mode = "idle" | "beating" | "closed";

/** Repeats its work until closed, even while the database is unavailable. */
export class Heart {
  readonly #beat: () => Promise<unknown>;
  readonly #look: () => Promise<unknown>;
  readonly #isListening: () => boolean;
  readonly #tell: (fault: Error | undefined) => void;
  #mode: Mode = "idle";
  #timer: NodeJS.Timeout | undefined;
  #step = 0;
  #done: Promise<void> = Promise.resolve();

  /**
   * @param beat run each time
   * @param look run more often, if needed
   * @param isListening whether notifications arrive at once
   * @param tell called with a fault if the database refuses; without one after each successful beat, because another caller
   *   may have failed since. A successful look proves nothing: writes may fail
   */
  constructor(
    beat: () => Promise<unknown>,
    look: () => Promise<unknown>,
    isListening: () => boolean,
    tell: (fault: Error | undefined) => void,
  ) {
    this.#beat = beat;
    this.#look = look;
    this.#isListening = isListening;
    this.#tell = tell;
  }

  start(): void {
    if (this.#mode === "closed") return;
    const steps = this.#isListening() ? 1 : looks;
    this.#step = (this.#step + 1) % steps;
    const act = this.#step === 0 ? this.#beat : this.#look;
    this.#timer = setTimeout(() => {
      this.#mode = "beating";
      this.#done = this.#run(act);
    }, beatMilliseconds / steps).unref();
  }

  async #run(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      if (this.#mode === "beating" && act === this.#beat) this.#tell(undefined);
    } catch (error) {
      if (this.#mode === "beating") this.#tell(error instanceof Error ? error : new StoreError("UNREACHABLE", error));
    }
    if (this.#mode === "beating") this.#mode = "idle";
    this.start();
  }

  /** @returns when the current run has ended */
  async close(): Promise<void> {
    this.#mode = "closed";
    clearTimeout(this.#timer);
    await this.#done;
  }
}

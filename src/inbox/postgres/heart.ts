import { StoreError } from "../store-error";

/** How often it says that it is there, and looks for what the others have left. */
const beatMilliseconds = 1_000;

/** Where what the others say is not heard, it looks so many times in between. */
const looks = 5;

/**
 * - `idle`: nothing is under way
 * - `beating`: it is at it
 * - `closed`: it does nothing any more
 */
type Mode = "idle" | "beating" | "closed";

/** What is done again and again, as long as the process lives; the database being away does not end it. */
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
   * @param beat what is done
   * @param look what is done more often where that is needed
   * @param isListening whether what the others say is heard at once
   * @param tell told that the database has refused; or, without a fault, that it has taken a beat: somebody else may have been
   *   refused since. That it answers a look says nothing: it may not be able to write
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

  /** @returns when what was under way has ended */
  async close(): Promise<void> {
    this.#mode = "closed";
    clearTimeout(this.#timer);
    await this.#done;
  }
}

/** Does something again whenever it is asked to, one time after the other: what is asked for meanwhile is done once, afterwards. */
export class Again {
  readonly #work: () => Promise<void>;
  #state: "idle" | "working" | "due" = "idle";

  /** @param work what is done */
  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  async run(): Promise<void> {
    if (this.#state !== "idle") {
      this.#state = "due";
      return;
    }
    try {
      do {
        this.#state = "working";
        await this.#work();
      } while (this.#isDue());
    } finally {
      this.#state = "idle";
    }
  }

  #isDue(): boolean {
    return this.#state === "due";
  }
}

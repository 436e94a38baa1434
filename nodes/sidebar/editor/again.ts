/** Repeats a task on request, one run after the other: requests during a run cause one more run. */
export class Again {
  readonly #work: () => Promise<void>;
  #state: "idle" | "working" | "due" = "idle";

  /** @param work the task */
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

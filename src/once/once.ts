import type { Done, OnceMemory } from "./memory";

/** Somebody who wants something done. */
export interface Visit {
  /** Whether it is too late: nobody is left who could do it. */
  isGone(): boolean;
  /** Does it. @returns whether it has succeeded */
  pass(): Promise<boolean>;
  /** It has already been done. */
  skip(): void;
}

/** Lets each thing be done once: whoever arrives while it is being done waits for the result. */
export class Once {
  readonly #memory: OnceMemory;
  /** The last of those waiting for the same thing, by key. */
  readonly #last = new Map<string, Promise<void>>();

  constructor(memory: OnceMemory) {
    this.#memory = memory;
  }

  /**
   * @param what the key
   * @param days how long it is remembered
   * @returns resolves once it has been done and is remembered, had been done before, or has failed
   */
  async visit(what: Done, days: number, visit: Visit): Promise<void> {
    const name = JSON.stringify([what.node, what.key]);
    const before = this.#last.get(name);
    const own = this.#after(before, what, days, visit);
    const settled = own.catch(() => undefined);
    this.#last.set(name, settled);
    try {
      await own;
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name);
    }
  }

  async #after(before: Promise<void> | undefined, what: Done, days: number, visit: Visit): Promise<void> {
    await before;
    const isDone = !visit.isGone() && (await this.#memory.has(what));
    if (visit.isGone()) return;
    if (isDone) visit.skip();
    else if (await visit.pass()) await this.#memory.remember(what, days, Date.now());
  }
}

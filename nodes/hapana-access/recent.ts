/** More doors' worth than anybody opens within a few seconds. */
const max = 1_000;

/** What was let in a moment ago, by a clock that nobody can put back. */
export class Recent {
  readonly #letIn = new Map<string, number>();

  /** @returns how long ago, in seconds; `undefined` where it was not, or is long ago */
  secondsSince(name: string): number | undefined {
    const at = this.#letIn.get(name);
    return at === undefined ? undefined : (performance.now() - at) / 1000;
  }

  /** It is let in now. */
  note(name: string): void {
    this.#letIn.delete(name);
    this.#letIn.set(name, performance.now());
    if (this.#letIn.size <= max) return;
    const [oldest] = this.#letIn.keys();
    if (oldest !== undefined) this.#letIn.delete(oldest);
  }
}

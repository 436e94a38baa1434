/** More than all doors can let in within a few seconds. */
const max = 1_000;

/** What was let in recently, by the monotonic clock. */
export class Recent {
  readonly #letIn = new Map<string, number>();

  /** @returns how many seconds ago; `undefined` if never, or long ago */
  secondsSince(name: string): number | undefined {
    const at = this.#letIn.get(name);
    return at === undefined ? undefined : (performance.now() - at) / 1000;
  }

  /** Records an admission. */
  note(name: string): void {
    this.#letIn.delete(name);
    this.#letIn.set(name, performance.now());
    if (this.#letIn.size <= max) return;
    const [oldest] = this.#letIn.keys();
    if (oldest !== undefined) this.#letIn.delete(oldest);
  }
}

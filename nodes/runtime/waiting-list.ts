/**
 * Those who want to be called at an event of Node-RED's. One listener there serves all of them: Node.js takes more than ten
 * for a leak, and warns.
 * @example
 * const started = new WaitingList();
 * RED.events.on("flows:started", started.call);
 */
export class WaitingList {
  readonly #callbacks = new Set<() => void>();

  /** Calls everybody who is waiting; who leaves meanwhile, or comes, is no trouble. */
  readonly call = (): void => {
    for (const callback of [...this.#callbacks]) callback();
  };

  /** Adds somebody, to be called each time. */
  add(callback: () => void): void {
    this.#callbacks.add(callback);
  }

  /** Takes somebody out; who is not in it, is no trouble. */
  delete(callback: () => void): void {
    this.#callbacks.delete(callback);
  }
}

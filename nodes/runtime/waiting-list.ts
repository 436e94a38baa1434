/**
 * Subscribers to an event of Node-RED. One listener there serves all of them: Node.js takes more than ten
 * for a leak, and warns.
 * @example
 * const started = new WaitingList();
 * RED.events.on("flows:started", started.call);
 */
export class WaitingList {
  readonly #callbacks = new Set<() => void>();

  /** Calls all subscribers; it does not matter if some come or go meanwhile. */
  readonly call = (): void => {
    for (const callback of [...this.#callbacks]) callback();
  };

  /** Adds a subscriber, to be called each time. */
  add(callback: () => void): void {
    this.#callbacks.add(callback);
  }

  /** Removes a subscriber; an unknown one does not matter. */
  delete(callback: () => void): void {
    this.#callbacks.delete(callback);
  }
}

import type { RequestTarget } from "../../src/engine/paths";

/** Where a reachability check arrived. */
export interface Arrival {
  /** The path as this Node-RED saw it: a proxy may have changed it. */
  readonly path: string;
  /** The target there, if any. */
  readonly target: RequestTarget | undefined;
}

/** Requests sent to check whether they arrive. */
export class Arrivals {
  readonly #awaited = new Map<string, Arrival | undefined>();

  /** Records where a request arrived, if one with its nonce was sent from here. */
  note(nonce: string, arrival: Arrival): void {
    if (this.#awaited.has(nonce)) this.#awaited.set(nonce, arrival);
  }

  /**
   * @param nonce of the request
   * @param send sends it, and waits for the answer
   * @returns the result of `send`, and where the request arrived, if it did
   */
  async await<Answer>(nonce: string, send: () => Promise<Answer>): Promise<[Answer, Arrival | undefined]> {
    this.#awaited.set(nonce, undefined);
    try {
      const answer = await send();
      return [answer, this.#awaited.get(nonce)];
    } finally {
      this.#awaited.delete(nonce);
    }
  }
}

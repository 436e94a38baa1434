/** One body's share of a budget. */
export interface Share {
  /** The body has grown by this many bytes. */
  grow(bytes: number): void;
  /** The body has arrived, or was given up. */
  close(): void;
}

interface OpenShare {
  bytes: number;
  giveUp(): void;
}

/**
 * Caps the memory of bodies being read. If it is exceeded, the largest is given up: a real
 * event is small, so even hundreds of senders of large bodies keep no event out.
 */
export class BodyBudget {
  readonly #max: number;
  readonly #shares = new Set<OpenShare>();
  #taken = 0;

  /** @param max bytes */
  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Starts a body.
   * @param giveUp called if its memory is needed for others; it must close the share
   */
  open(giveUp: () => void): Share {
    const share: OpenShare = { bytes: 0, giveUp };
    this.#shares.add(share);
    return {
      grow: (bytes) => {
        share.bytes += bytes;
        this.#taken += bytes;
        while (this.#taken > this.#max) this.#largest(share).giveUp();
      },
      close: () => {
        if (this.#shares.delete(share)) this.#taken -= share.bytes;
      },
    };
  }

  #largest(first: OpenShare): OpenShare {
    let largest = first;
    for (const share of this.#shares) if (share.bytes > largest.bytes) largest = share;
    return largest;
  }
}

/** Few enough for the memory of a small machine: a hundred bytes each. */
const maxClients = 50_000;

/**
 * The latest event of each kind and client, as far as it came within a period: in memory, because a row of its own for each
 * would be half of what LevelDB has to do for an event. What came before that is forgotten, and also what came before the last
 * fifty thousand.
 */
export class LatestOfClients {
  readonly #period: number;
  #current = new Map<string, number>();
  #previous = new Map<string, number>();
  /** When the first of the current ones came. */
  #since = Number.NEGATIVE_INFINITY;

  /** @param period for how long they are known at least, in milliseconds */
  constructor(period: number) {
    this.#period = period;
  }

  /**
   * @param client the fingerprint of the kind and the client
   * @returns the sequence of its latest event
   */
  get(client: string): number | undefined {
    return this.#current.get(client) ?? this.#previous.get(client);
  }

  /**
   * @param client the fingerprint of the kind and the client
   * @param sequence of its event, later than those before it
   * @param at when it came, in milliseconds since 1970
   */
  set(client: string, sequence: number, at: number): void {
    if (at - this.#since > this.#period || this.#current.size >= maxClients) {
      this.#previous = this.#current;
      this.#current = new Map();
      this.#since = at;
    }
    // The clock was wrong, and is not any more.
    if (at < this.#since) this.#since = at;
    this.#current.set(client, sequence);
  }

  /**
   * Takes back an event that could not be stored.
   * @param earlier what was known before it
   */
  takeBack(client: string, sequence: number, earlier: number | undefined): void {
    if (this.get(client) !== sequence) return;
    this.#previous.delete(client);
    if (earlier === undefined) this.#current.delete(client);
    else this.#current.set(client, earlier);
  }
}

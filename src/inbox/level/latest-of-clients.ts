/** Few enough for the memory of a small machine: a hundred bytes each. */
const maxClients = 50_000;

/**
 * The latest event of each kind and client within a period: in memory, because a row for each would be half of LevelDB's work
 * per event. Earlier events are forgotten, and so are those before the last
 * fifty thousand.
 */
export class LatestOfClients {
  readonly #period: number;
  #current = new Map<string, number>();
  #previous = new Map<string, number>();
  /** When the first of the current ones arrived. */
  #since = Number.NEGATIVE_INFINITY;

  /** @param period how long they are known at least, in milliseconds */
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
   * @param at when it arrived, in milliseconds since 1970
   */
  set(client: string, sequence: number, at: number): void {
    if (at - this.#since > this.#period || this.#current.size >= maxClients) {
      this.#previous = this.#current;
      this.#current = new Map();
      this.#since = at;
    }
    // The clock was wrong, and has been corrected.
    if (at < this.#since) this.#since = at;
    this.#current.set(client, sequence);
  }

  /**
   * Removes an event that could not be stored.
   * @param earlier the previous one
   */
  takeBack(client: string, sequence: number, earlier: number | undefined): void {
    if (this.get(client) !== sequence) return;
    this.#previous.delete(client);
    if (earlier === undefined) this.#current.delete(client);
    else this.#current.set(client, earlier);
  }
}

import { PrintTable } from "./print-table";

/** Only the latest event of a client can be a repetition, and only for this long: active → suspended → active is three. */
export const repetitionMilliseconds = 10 * 60_000;

/**
 * Knows a client's latest event of a kind when it comes again. It takes a few bytes an event, for ten to twenty minutes, so
 * that thousands of events a second fit into memory; whoever opens an inbox fills it from the events that are kept there.
 */
export class RecentEvents {
  #started = Number.NEGATIVE_INFINITY;
  #current = new PrintTable();
  #before = new PrintTable();

  /**
   * @param client a fingerprint of the kind of event and its client
   * @param body a fingerprint of the event
   * @param at when it came, in milliseconds since 1970
   * @returns whether the latest of this kind and client was the same, and not long ago
   */
  isRepetition(client: string, body: string, at: number): boolean {
    const latest = this.#current.has(client) ? this.#current : this.#before;
    const happened = latest.timeOf(client, body);
    return happened !== undefined && Math.abs(at - happened) <= repetitionMilliseconds;
  }

  /** Whether an event of this kind and client is known. */
  has(client: string): boolean {
    return this.#current.has(client) || this.#before.has(client);
  }

  /**
   * Notes an event as the latest of its kind and client; the parameters are those of {@link isRepetition}.
   * @returns takes it back
   */
  put(client: string, body: string, at: number): () => void {
    if (Math.abs(at - this.#started) > repetitionMilliseconds) {
      this.#before = this.#current;
      this.#current = new PrintTable();
      this.#started = at;
    }
    return this.#current.put(client, body, at);
  }
}

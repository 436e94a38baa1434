import { type LatestEvent, PrintTable } from "./print-table";

/** Only the latest event of a client can be a repetition, and only for this long: active → suspended → active is three. */
export const repetitionMilliseconds = 10 * 60_000;

/**
 * Knows where a client's latest event of a kind is kept, so that it can be compared when it seems to come again. It takes a few
 * bytes an event, for ten to twenty minutes, so that thousands of events a second fit into memory; whoever opens an inbox fills
 * it from the events that are kept there.
 */
export class RecentEvents {
  #started = Number.NEGATIVE_INFINITY;
  #current = new PrintTable();
  #before = new PrintTable();

  /**
   * @param client a fingerprint of the kind of event and its client
   * @param at when an event of this kind and client comes, in milliseconds since 1970
   * @returns the sequence of the one before, unless that was long ago
   */
  latest(client: string, at: number): number | undefined {
    const latest = this.#current.get(client) ?? this.#before.get(client);
    return latest && Math.abs(at - latest.at) <= repetitionMilliseconds ? latest.sequence : undefined;
  }

  /** Whether an event of this kind and client is known. */
  has(client: string): boolean {
    return (this.#current.get(client) ?? this.#before.get(client)) !== undefined;
  }

  /**
   * Notes an event as the latest of its kind and client.
   * @param client a fingerprint of both
   * @param event the event
   * @returns takes it back
   */
  put(client: string, event: LatestEvent): () => void {
    if (Math.abs(event.at - this.#started) > repetitionMilliseconds) {
      this.#before = this.#current;
      this.#current = new PrintTable();
      this.#started = event.at;
    }
    return this.#current.put(client, event);
  }
}

import type { LastEvent } from "../inbox";

/** The counts of one step for an endpoint or a subscriber. */
export interface Tally {
  endpoint: string;
  /** 0 for the endpoint. */
  slot: number;
  received: number;
  duplicates: number;
  sent: number;
  sentTests: number;
  last: LastEvent | undefined;
}

/** Counts to be written together, one row each. */
export class Tallies {
  readonly #tallies = new Map<string, Tally>();

  /** The counts of an endpoint, or of a slot there. */
  of(endpoint: string, slot = 0): Tally {
    const key = `${slot} ${endpoint}`;
    const known = this.#tallies.get(key);
    if (known) return known;
    const tally = { endpoint, slot, received: 0, duplicates: 0, sent: 0, sentTests: 0, last: undefined };
    this.#tallies.set(key, tally);
    return tally;
  }

  /** An event was sent; `-1` if not, after all. */
  countSent(endpoint: string, slot: number, test: boolean, by: 1 | -1): void {
    this.of(endpoint, slot)[test ? "sentTests" : "sent"] += by;
  }

  /**
   * The values for {@link addTallies}'s parameters.
   * @param lane steps in the same lane never run concurrently
   */
  values(owner: string, lane: number): unknown[] {
    const all = [...this.#tallies.values()];
    return [
      ...[owner, lane],
      ...[all.map(({ endpoint }) => endpoint), all.map(({ slot }) => slot)],
      ...[all.map(({ received }) => received), all.map(({ duplicates }) => duplicates)],
      ...[all.map(({ sent }) => sent), all.map(({ sentTests }) => sentTests)],
      ...[all.map(({ last }) => last?.event), all.map(({ last }) => last?.test), all.map(({ last }) => last?.at)],
    ];
  }
}

/** The lane for everything except storing. */
export const besideStoring = 0;

/**
 * A statement that adds the counts.
 * @param first the number of its first parameter, of eleven
 */
export function addTallies(first: number): string {
  const [owner, lane, ...columns] = Array.from({ length: 11 }, (_, index) => `$${first + index}`);
  const types = ["text", "integer", "bigint", "bigint", "bigint", "bigint", "text", "boolean", "bigint"];
  const arrays = columns.map((column, index) => `${column}::${types[index]}[]`);
  return addCounts(`select ${owner}::text, ${lane}::integer, * from unnest(${arrays.join(", ")})`);
}

/**
 * The same, for counts that the database makes.
 * @param counts selects rows of the table
 */
export function addCounts(counts: string): string {
  return `insert into hapana.tallies as t
    (owner, lane, endpoint, slot, received, duplicates, sent, sent_tests, last_event, last_test, last_at)
    ${counts}
    on conflict (owner, lane, endpoint, slot) do update set
      received = t.received + excluded.received, duplicates = t.duplicates + excluded.duplicates,
      sent = t.sent + excluded.sent, sent_tests = t.sent_tests + excluded.sent_tests,
      ${keepLater("last_event")}, ${keepLater("last_test")}, last_at = coalesce(excluded.last_at, t.last_at)`;
}

function keepLater(column: string): string {
  return `${column} = case when excluded.last_at is null then t.${column} else excluded.${column} end`;
}

import { StoreError } from "../store-error";
import type { Database } from "./database";

/** More events than a database can lose with its last commits; few enough that the log skips them instantly. */
const lostPlaces = 100_000;

/**
 * Draws the sequence numbers of events. After a fail-over, a standby may lack the last ones and reuse them: what this process
 * knows about a lost event would then be applied to another.
 */
export class Places {
  readonly #database: Database;
  #connectionsSeen = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Does not wait for durability: storing the events does, and only then does it matter. */
  async draw(count: number): Promise<number[]> {
    for (;;) {
      await this.#skipLost();
      const rows = await this.#database.query<{ place: number }>(
        `select nextval('hapana.places') as place from generate_series(1, $1)
          where (select set_config('synchronous_commit', 'off', true)) is not null`,
        [count],
      );
      // A connection opened for this may lead to a standby that has just been promoted.
      if (this.#database.connectionsMade === this.#connectionsSeen) return rows.map(({ place }) => place);
    }
  }

  /** Another server requires a new connection. */
  async #skipLost(): Promise<void> {
    const { connectionsMade } = this.#database;
    if (connectionsMade === this.#connectionsSeen) return;
    try {
      const [now] = await this.#database.query<{ has_moved: boolean }>(hasMoved);
      if (now?.has_moved) await this.#database.transaction(({ query }) => query(skipAfterPromotion, [lostPlaces]));
    } catch (error) {
      // If this is not permitted, as on some hosted servers, nothing is lost either: they keep only one copy.
      if (error instanceof StoreError && error.code !== "RIGHTS") throw error;
    }
    this.#connectionsSeen = connectionsMade;
  }
}

/** Each promotion starts a new timeline. Merely checking waits for no standby and no lock. */
const hasMoved = `
  select timeline is distinct from left(pg_walfile_name(pg_current_wal_lsn()), 8) as has_moved from hapana.store`;

const skipAfterPromotion = `
  with now as (select left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline),
  moved as (
    update hapana.store s set timeline = now.timeline
      from now, (select timeline as earlier from hapana.store for update) as before
      where s.timeline is distinct from now.timeline
      returning earlier
  )
  select setval('hapana.places', nextval('hapana.places') + $1) from moved where earlier is not null`;

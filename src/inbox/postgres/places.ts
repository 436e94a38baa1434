import { StoreError } from "../store-error";
import type { Database } from "./database";

/** More events than a database can have lost with its last moments; few enough that the log skips them in no time. */
const lostPlaces = 100_000;

/**
 * Draws the places of events. A standby that has taken over may lack the last ones, and would give their places again: what this
 * process still knows of a lost event would then be said of another.
 */
export class Places {
  readonly #database: Database;
  #connectionsSeen = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Not waited for until that is safe: what is stored there is, and only then it matters. */
  async draw(count: number): Promise<number[]> {
    for (;;) {
      await this.#skipLost();
      const rows = await this.#database.query<{ place: number }>(
        `select nextval('hapana.places') as place from generate_series(1, $1)
          where (select set_config('synchronous_commit', 'off', true)) is not null`,
        [count],
      );
      // A connection that was made for this may have led to a standby that has just taken over.
      if (this.#database.connectionsMade === this.#connectionsSeen) return rows.map(({ place }) => place);
    }
  }

  /** Another server is reached by another connection only. */
  async #skipLost(): Promise<void> {
    const { connectionsMade } = this.#database;
    if (connectionsMade === this.#connectionsSeen) return;
    try {
      const [now] = await this.#database.query<{ has_moved: boolean }>(hasMoved);
      if (now?.has_moved) await this.#database.transaction(({ query }) => query(skipAfterPromotion, [lostPlaces]));
    } catch (error) {
      // Where it cannot be asked, as at some that are rented, nothing is lost either: they keep one copy only.
      if (error instanceof StoreError && error.code !== "RIGHTS") throw error;
    }
    this.#connectionsSeen = connectionsMade;
  }
}

/** Each promotion begins a new timeline. Only looking waits for no standby, and for nobody else. */
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

import { StoreError } from "../store-error";
import type { Database, Statements } from "./database";

/** More events than a database can lose with its last commits; few enough that the log skips them instantly. */
const lostPlaces = 100_000;

/**
 * Whether the server is another one than before: each promotion starts a new timeline. A standby may lack the last events, and
 * would give their places to others: what a process knows about a lost event would then be applied to another.
 */
export const hasMovedFunction = `
  create function hapana.has_moved() returns boolean language plpgsql as $function$
  declare
    known text;
  begin
    select timeline from hapana.store into known;
    -- A statement of its own, not run where reading the timeline was never possible.
    if known is null then
      return false;
    end if;
    return known <> left(pg_walfile_name(pg_current_wal_lsn()), 8);
  exception when others then
    -- A copy of the tables may be on a server where it is not possible; a standby refuses to store in any case.
    return false;
  end $function$;
`;

/** Draws the places of events that are stored in the same transaction. */
export async function drawPlaces(statements: Statements, count: number): Promise<number[]> {
  const rows = await statements.query<{ place: number }>(
    "select nextval('hapana.places') as place from generate_series(1, $1)",
    [count],
  );
  return rows.map(({ place }) => place);
}

/** Skips the places that may have been lost, if the server is another one, and notes which it is. */
export async function skipLostPlaces(database: Database): Promise<void> {
  if (await isServerNoted(database)) return;
  await database.transaction(({ query }) => query(skipAfterPromotion, [lostPlaces]));
}

async function isServerNoted(database: Database): Promise<boolean> {
  try {
    const [now] = await database.query<{ is_noted: boolean }>(isNoted);
    return now?.is_noted === true;
  } catch (error) {
    if (error instanceof StoreError && error.code !== "RIGHTS") throw error;
    // If this is not permitted, as on some hosted servers, nothing is lost either: they keep only one copy.
    return true;
  }
}

/** Merely checking waits for no standby and no lock. */
const isNoted = `
  select timeline is not distinct from left(pg_walfile_name(pg_current_wal_lsn()), 8) as is_noted from hapana.store`;

const skipAfterPromotion = `
  with now as (select left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline),
  moved as (
    update hapana.store s set timeline = now.timeline
      from now, (select timeline as earlier from hapana.store for update) as before
      where s.timeline is distinct from now.timeline
      returning earlier
  )
  select setval('hapana.places', nextval('hapana.places') + $1) from moved where earlier is not null`;

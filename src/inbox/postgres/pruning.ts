import type { Pruned } from "../inbox";
import type { Database, Statements } from "./database";
import { openStates } from "./deliveries";
import { isLately } from "./instances";
import { locks } from "./locks";
import { pruneNotes } from "./notes";
import { fold } from "./owner";
import { forgetLatest } from "./schema";
import { countChange, defaultRetentionDays, lockSubscribers, type Subscribers } from "./subscribers";

const day = 24 * 60 * 60_000;

/** Few enough not to block anybody. */
const eventsAtOnce = 500;

/** The result of one step. */
interface PrunedSome extends Pruned {
  /** The last event that was checked; `undefined` if there are no more. */
  readonly last: number | undefined;
}

interface OldRow {
  sequence: number;
  at: number;
  found_at: number | null;
  endpoint: string;
}

/** Removes events older than their endpoint's retention, as found in the store, even if endpoint and subscriber are gone. */
export class Pruning {
  readonly #database: Database;
  readonly #subscribers: Subscribers;
  #isUnderWay = false;
  #isClosed = false;

  constructor(database: Database, subscribers: Subscribers) {
    this.#database = database;
    this.#subscribers = subscribers;
  }

  close(): void {
    this.#isClosed = true;
  }

  async prune(now: number): Promise<Pruned> {
    const pruned: Pruned = { removed: 0, untaken: 0 };
    if (this.#isUnderWay) return pruned;
    this.#isUnderWay = true;
    try {
      await this.#subscribers.refresh();
      let last: number | undefined = 0;
      while (last !== undefined && !this.#isClosed) {
        const after: number = last;
        const some = await this.#database.transaction((statements) => this.#pruneSome(statements, now, after));
        pruned.removed += some.removed;
        pruned.untaken += some.untaken;
        last = some.last;
      }
      await this.#database.query("delete from hapana.owners where is_lost and beat < now() - $1 * interval '1 day'", [
        defaultRetentionDays,
      ]);
      await this.#database.transaction((statements) => this.#leaveBehind(statements, now));
    } finally {
      this.#isUnderWay = false;
    }
    return pruned;
  }

  /** Deactivates the listeners of instances that are gone; later, forgets those instances as well. */
  async #leaveBehind(statements: Statements, now: number): Promise<void> {
    await lockSubscribers(statements);
    const gone = await statements.query(
      `update hapana.slots s set is_active = false, since = $1 where is_active and instance <> '' and not exists (
        select from hapana.instances i where i.instance = s.instance and ${isLately}) returning slot`,
      [now],
    );
    if (gone.length > 0) await countChange(statements);
    const forgotten = await statements.query<{ instance: string }>(
      `delete from hapana.instances i where not ${isLately} and seen < now() - $1 * interval '1 day' returning instance`,
      [this.#longestRetention],
    );
    for (const { instance } of forgotten) await fold(statements, instance, "");
    await pruneNotes(statements);
  }

  get #longestRetention(): number {
    const { endpoints } = this.#subscribers.everybody;
    return Math.max(defaultRetentionDays, ...Array.from(endpoints.values(), ({ retentionDays }) => retentionDays));
  }

  async #pruneSome(statements: Statements, now: number, after: number): Promise<PrunedSome> {
    const [mine] = await statements.query<{ got: boolean }>("select pg_try_advisory_xact_lock($1) as got", [
      locks.pruning,
    ]);
    if (!mine?.got) return { removed: 0, untaken: 0, last: undefined };
    const rows = await statements.query<OldRow>(
      "select sequence, at, found_at, endpoint from hapana.events where sequence > $1 order by sequence limit $2",
      [after, eventsAtOnce],
    );
    const { endpoints } = this.#subscribers.everybody;
    const retentions = Array.from(endpoints.values(), ({ retentionDays }) => retentionDays);
    const shortest = Math.min(defaultRetentionDays, ...retentions);
    const old: number[] = [];
    const found: number[] = [];
    let isOver = rows.length < eventsAtOnce;
    for (const { sequence, at: written, found_at, endpoint } of rows) {
      // If its clock was wrong, its age counts from when that is discovered.
      const isBelievable = written <= now + day;
      if (!isBelievable && found_at === null) found.push(sequence);
      const at = isBelievable ? written : (found_at ?? now);
      isOver ||= at > now - shortest * day;
      const retention = endpoints.get(endpoint)?.retentionDays ?? defaultRetentionDays;
      if (at <= now - retention * day) old.push(sequence);
    }
    if (found.length > 0)
      await statements.query("update hapana.events set found_at = $2 where sequence = any($1)", [found, now]);
    return { ...(await remove(statements, old)), last: isOver ? undefined : rows.at(-1)?.sequence };
  }
}

/** Keeps what waits for an active subscriber; but not for a listener of one process, which may never come back. */
async function remove(statements: Statements, old: readonly number[]): Promise<Pruned> {
  if (old.length === 0) return { removed: 0, untaken: 0 };
  const kept = await statements.query<{ sequence: number; is_active: boolean }>(
    `select d.sequence, bool_or(s.is_active and s.instance = '') as is_active from hapana.deliveries d join hapana.slots s using (slot)
      where d.sequence = any($1) and d.state = any($2) group by d.sequence`,
    [old, openStates],
  );
  const isActive = new Map(kept.map((row) => [row.sequence, row.is_active]));
  const gone = old.filter((sequence) => isActive.get(sequence) !== true);
  // In the same order as locked when an event is stored.
  for (const table of ["names", "repeats", "deliveries"])
    await statements.query(`delete from hapana.${table} where sequence = any($1)`, [gone]);
  await statements.query(forgetLatest, [gone]);
  await statements.query("delete from hapana.events where sequence = any($1)", [gone]);
  return { removed: gone.length, untaken: gone.filter((sequence) => isActive.has(sequence)).length };
}

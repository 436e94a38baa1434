import { type Note, type Notes, passingTopics } from "../notes";
import type { Database, Statements } from "./database";
import { locks } from "./locks";

/** How many are read at once. */
const notesAtOnce = 1_000;

/** How long a removal is remembered: a roster itself forgets anything it has not seen for that long. */
const daysOfRemovals = 365;

/** Notes in the database. */
export class PostgresNotes implements Notes {
  readonly instance: string;
  readonly store: string;
  readonly #database: Database;
  readonly #watchers = new Set<() => void>();
  #newest: number | undefined;

  /**
   * @param instance this process's instance
   * @param store the id of the inbox
   */
  constructor(database: Database, instance: string, store: string) {
    this.#database = database;
    this.store = store;
    this.instance = instance;
  }

  async change(topic: string, names: readonly string[], change: Parameters<Notes["change"]>[2]): Promise<void> {
    await this.#database.transaction(async (statements) => {
      // Otherwise, a lower number could become visible after a higher one.
      await statements.query("select pg_advisory_xact_lock($1)", [locks.notes]);
      const [place] = await statements.query<{ number: number }>("select nextval('hapana.places')::bigint as number");
      const known = await statements.query<{ name: string; document: string }>(
        "select name, document from hapana.notes where topic = $1 and name = any($2) and document is not null",
        [topic, names],
      );
      const number = place?.number ?? 0;
      const changed = change(new Map(known.map(({ name, document }) => [name, document])), number);
      await statements.query(
        `insert into hapana.notes (topic, name, number, document)
          select $1, name, $2, document from unnest($3::text[], $4::text[]) as v (name, document)
          on conflict (topic, name) do update set number = excluded.number, at = now(), document = excluded.document`,
        [topic, number, [...changed.keys()], [...changed.values()]],
      );
    });
    this.#tell();
  }

  async read(topic: string, after = 0): Promise<Note[]> {
    const all: Note[] = [];
    for (;;) {
      const last = all.at(-1);
      const some = await this.#database.query<Note>(
        `select name, number, document from hapana.notes
          where topic = $1 and (number, name) > ($2::float8, $3) order by number, name limit ${notesAtOnce}`,
        [topic, last?.number ?? after + 0.5, last?.name ?? ""],
      );
      all.push(...some);
      if (some.length < notesAtOnce) return all;
    }
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** Checks whether others have written notes. */
  async look(): Promise<void> {
    const [row] = await this.#database.query<{ newest: number | null }>(
      "select max(number) as newest from hapana.notes",
    );
    const newest = row?.newest ?? 0;
    if (newest === this.#newest) return;
    this.#newest = newest;
    this.#tell();
  }

  #tell(): void {
    for (const changed of [...this.#watchers]) changed();
  }
}

/** Removals that are old enough need not be reported any more. */
export async function pruneNotes(statements: Statements): Promise<void> {
  await statements.query(
    `delete from hapana.notes where (document is null or topic = any($2)) and at < now() - $1 * interval '1 day'`,
    [daysOfRemovals, passingTopics],
  );
}

import type { Database } from "./database";
import { countChange, lockSubscribers } from "./subscribers";

/** Somebody has seen what has failed so far. @returns how many had not been seen */
export async function acknowledge(
  database: Database,
  endpoint: string,
  subscriber: string | undefined,
): Promise<number> {
  return database.transaction(async (statements) => {
    // What fails meanwhile is not seen.
    await lockSubscribers(statements);
    const unseen = await statements.query<{ slot: number; count: number }>(
      `select slot, count(*) as count from hapana.deliveries d join hapana.slots s using (slot)
        where s.endpoint = $1 and ($2::text is null or s.subscriber = $2) and d.state in ('failed', 'setAside') and d.era >= s.era
        group by slot`,
      [endpoint, subscriber ?? null],
    );
    await statements.query("update hapana.slots set era = era + 1 where slot = any($1)", [
      unseen.map(({ slot }) => slot),
    ]);
    await countChange(statements);
    return unseen.reduce((sum, { count }) => sum + count, 0);
  });
}

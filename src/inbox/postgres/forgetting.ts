import { removedContent, withoutContent } from "../event-row";
import { removedError } from "../own-errors";
import type { Database, Statements } from "./database";
import { waitingStates } from "./deliveries";
import { fromDocument, toDocument } from "./documents";
import type { LogScan } from "./log-scan";
import { forgetLatest } from "./schema";

/**
 * Removes all data about a client.
 * @returns the number of events
 */
export async function forget(database: Database, scan: LogScan, clientID: string): Promise<number> {
  let count = 0;
  for await (const { events } of scan.scan({ client: clientID }, { reverse: false, isBare: true })) {
    const sequences = events.map(({ event }) => event.sequence);
    if (sequences.length === 0) continue;
    await database.transaction((statements) => remove(statements, sequences));
    count += sequences.length;
  }
  return count;
}

async function remove(statements: Statements, sequences: readonly number[]): Promise<void> {
  await statements.query(forgetLatest, [sequences]);
  const rows = await statements.query<{ sequence: number; document: string }>(
    "select sequence, document from hapana.events where sequence = any($1) order by sequence for update",
    [sequences],
  );
  for (const { sequence, document } of rows) {
    const read = fromDocument(document, sequence);
    if (!read) continue;
    const left = toDocument(withoutContent(read.event), { ...read.facts, client: undefined }, removedContent);
    await statements.query(
      "update hapana.events set document = $2, removed = true, client = null where sequence = $1",
      [sequence, left],
    );
  }
  // Later failures omit the error text, because the event is marked.
  await statements.query("update hapana.deliveries set error = $2 where sequence = any($1) and error is not null", [
    sequences,
    removedError,
  ]);
  await statements.query(
    `update hapana.deliveries d set state = 'failed', error = $2, at = $3, due = null,
      era = (select era from hapana.slots s where s.slot = d.slot)
      where sequence = any($1) and state = any($4)`,
    [sequences, removedError, Date.now(), waitingStates],
  );
}

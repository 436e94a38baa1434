import { fromRow, removedContent, toRow, withoutContent } from "../event-row";
import { removedError } from "../own-errors";
import { put, type Write } from "./database";
import { keys } from "./keys";
import type { LogScan } from "./log-scan";
import type { Outcomes } from "./outcomes";
import type { State } from "./state";

/**
 * Removes what is known about a client.
 * @returns how many events that were
 */
export async function forget(state: State, scan: LogScan, outcomes: Outcomes, clientID: string): Promise<number> {
  let count = 0;
  for await (const { events } of scan.scan({ client: clientID }, { reverse: false, isBare: true })) {
    const sequences = events.map(({ event }) => event.sequence);
    if (sequences.length === 0) continue;
    await remove(state, outcomes, sequences);
    count += sequences.length;
  }
  return count;
}

async function remove(state: State, outcomes: Outcomes, sequences: readonly number[]): Promise<void> {
  const { reader, writer, forgotten, sketches } = state;
  // Errors from now on must not tell whom the event was about.
  for (const sequence of sequences) forgotten.add(sequence);
  // Earlier errors may still be on their way to the disk: they are read once they are there.
  await writer.write([], () => []);
  const rows = await reader.getMany(sequences.map(keys.event));
  const { closed } = await outcomes.deliveriesOf(sequences);
  const writes: Write[] = [];
  for (const [index, sequence] of sequences.entries()) {
    const read = fromRow(rows[index], sequence);
    if (!read) continue;
    const left = toRow(withoutContent(read.event), { ...read.facts, client: undefined }, removedContent);
    writes.push(put(keys.event(sequence), left));
    for (const [key, row] of closed.get(sequence) ?? []) writes.push(put(key, withoutError(row)));
  }
  const drops = sketches.drop(sequences);
  await writer
    .write([...writes, ...drops], () => [])
    .catch((error) => {
      sketches.takeBack(drops);
      throw error;
    });
}

function withoutError(row: string): string {
  try {
    const closed = JSON.parse(row) as { error?: string };
    return JSON.stringify(closed.error === undefined ? closed : { ...closed, error: removedError });
  } catch {
    return row;
  }
}

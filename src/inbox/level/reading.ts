import { del, put, type Write } from "./database";
import { fromRow, type ReadEvent } from "./event-row";
import { keys } from "./keys";
import type { Slot } from "./slot";
import type { State } from "./state";

/**
 * Reads events.
 * @returns them in the order of the sequences; `undefined` where there is none, or none that can be read
 * @throws StoreError where the disk refuses
 */
export async function readEvents({ reader }: State, sequences: readonly number[]): Promise<(ReadEvent | undefined)[]> {
  const rows = await reader.getMany(sequences.map(keys.event));
  return rows.map((row, index) => fromRow(row, sequences[index] as number));
}

/** Ends the open deliveries of events that cannot be read, and tells of it; what pruning has taken meanwhile is no loss. */
export async function giveUpUnreadable(state: State, slot: Slot, sequences: readonly number[]): Promise<void> {
  const openKeys = sequences.map((sequence) => keys.open(sequence, slot.name));
  const rows = await state.reader.getMany(openKeys);
  const lost = sequences.filter((_, index) => rows[index] !== undefined);
  if (lost.length === 0) return;
  const error = "This event cannot be read: its place on the disk is damaged.";
  const writes = lost.flatMap((sequence): Write[] => [
    del(keys.open(sequence, slot.name)),
    put(keys.closed(sequence, slot.name), JSON.stringify({ state: "failed", at: Date.now(), attempts: 0, error })),
  ]);
  slot.counts.failed += lost.length;
  state.countsChanged(slot);
  state.observer.notice({ code: "unreadable", count: lost.length });
  state.noteDamage("events");
  await state.writer.writeLazily(...writes);
}

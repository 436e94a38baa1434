import { factsOf, fromRow, lostRow, type ReadEvent } from "../event-row";
import { removedError, unreadableError } from "../own-errors";
import { del, put, type Write } from "./database";
import { keys, rangeOf } from "./keys";
import type { Slot } from "./slot";
import type { State } from "./state";

/**
 * Reads events.
 * @returns them in order of sequence; `undefined` for those that do not exist or cannot be read
 * @throws StoreError if the disk refuses
 */
export async function readEvents({ reader }: State, sequences: readonly number[]): Promise<(ReadEvent | undefined)[]> {
  const rows = await reader.getMany(sequences.map(keys.event));
  return rows.map((row, index) => fromRow(row, sequences[index] as number));
}

/** Of the unreadable events, those that are still open: what pruning has removed meanwhile is no loss. */
export async function stillOpen({ reader }: State, slot: Slot, sequences: readonly number[]): Promise<number[]> {
  const rows = await reader.getMany(sequences.map((sequence) => keys.open(sequence, slot.name)));
  return sequences.filter((_, index) => rows[index] !== undefined);
}

/** Ends the open deliveries of unreadable events, and reports them: also in the log, if nothing of them is left. */
export async function giveUpUnreadable(state: State, slot: Slot, sequences: readonly number[]): Promise<void> {
  const rows = await state.reader.getMany(sequences.map(keys.event));
  for (const [index, sequence] of sequences.entries()) {
    if (rows[index] !== undefined) continue;
    const at = await arrivalBefore(state, sequence);
    state.writer.note(put(keys.event(sequence), lostRow(slot.facts.endpoint, at)));
  }
  state.observer.notice({ code: "unreadable", endpoint: slot.facts.endpoint, count: sequences.length });
  giveUp(state, slot, sequences, unreadableError);
}

/** When the previous event arrived: this determines when it is removed. */
async function arrivalBefore({ reader }: State, sequence: number): Promise<number> {
  for await (const [row] of reader.range({ ...rangeOf("e", undefined, sequence), reverse: true }, 1))
    return factsOf(row?.[1] ?? "")?.at ?? 0;
  return 0;
}

/** Ends the open deliveries of events whose content was removed. */
export function giveUpRemoved(state: State, slot: Slot, sequences: readonly number[]): void {
  giveUp(state, slot, sequences, removedError);
}

function giveUp(state: State, slot: Slot, sequences: readonly number[], error: string): void {
  const writes = sequences.flatMap((sequence): Write[] => [
    del(keys.open(sequence, slot.name)),
    ...state.closeDelivery(slot, sequence, { state: "failed", at: Date.now(), attempts: 0, error }),
  ]);
  state.writer.note(...writes);
}

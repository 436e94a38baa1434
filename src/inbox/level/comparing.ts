import { fromRow, type ReadEvent } from "../event-row";
import { fresh, type Progress } from "../progress";
import { selects } from "../routing";
import type { Write } from "./database";
import { rangeOf, sequenceOf, slotOf } from "./keys";
import type { Row } from "./reader";
import { putOpen, readClosedRow, readOpenRow } from "./rows";
import type { Slot } from "./slot";
import type { Endpoint, State } from "./state";

/** It may have been sent: that is no longer known. */
export const maybeSent: Progress = { ...fresh, attempt: 1 };

/** What has to be sent, as far as could be found. */
export interface Found {
  slot: Slot;
  sequence: number;
  progress: Progress;
}

/**
 * After part of the store was lost: compares the stored events with what is known about their deliveries. An event of which nothing
 * is known waits: better sent twice than never. What everybody had, or was not meant for, is left alone.
 * @param state knows the subscribers
 * @param end the first event that arrived after the store was opened
 */
export async function* compareWithEvents(state: State, end: number): AsyncGenerator<Found[]> {
  let unreadable = 0;
  for await (const rows of state.reader.range(rangeOf("e", undefined, end - 1))) {
    const [first, last] = [sequenceOf(rows[0]?.[0] ?? ""), sequenceOf(rows.at(-1)?.[0] ?? "")];
    if (Number.isNaN(first) || Number.isNaN(last)) continue;
    const known = knownDeliveries(
      state,
      await state.reader.all(rangeOf("w", first, last)),
      await state.reader.all(rangeOf("d", first, last)),
    );
    const writes: Write[] = [];
    const found: Found[] = [];
    for (const [key, row] of rows) {
      const sequence = sequenceOf(key);
      const slots = known.get(sequence);
      const read = fromRow(row, sequence);
      if (!read && !slots) unreadable += 1;
      if (!read) continue;
      for (const slot of missing(state, read, slots)) {
        writes.push(putOpen(slot, sequence, { ...maybeSent, state: "waiting" }));
        found.push({ slot, sequence, progress: maybeSent });
      }
    }
    if (writes.length > 0) await state.writer.writeLazily(...writes);
    yield found;
  }
  if (unreadable > 0) state.observer.notice({ code: "unreadable", count: unreadable });
}

/** Who is known to have had an event, or to get it; a row of an unknown subscriber counts, but for nobody in particular. */
function knownDeliveries(
  state: State,
  open: readonly Row[],
  closed: readonly Row[],
): Map<number, Set<Slot | undefined>> {
  const known = new Map<number, Set<Slot | undefined>>();
  const add = (key: string) => {
    const slots = known.get(sequenceOf(key)) ?? new Set();
    known.set(sequenceOf(key), slots.add(state.slots.get(slotOf(key))));
  };
  for (const [key, row] of open) if (readOpenRow(key, row) && state.slots.has(slotOf(key))) add(key);
  for (const [key, row] of closed) if (readClosedRow(row, "")) add(key);
  return known;
}

function missing(state: State, { event, facts }: ReadEvent, known: ReadonlySet<Slot | undefined> | undefined): Slot[] {
  const endpoint = state.endpoint(facts.endpoint);
  const nobody = state.nobody(endpoint);
  if (nobody && known?.has(nobody)) return [];
  const there = endpoint.slots.filter(
    ({ facts: slot }) => slot.isActive && slot.since <= facts.at && selects(slot, event),
  );
  if (there.length > 0) return there.filter((slot) => !known?.has(slot));
  if (known) return [];
  const recipients = state.recipients(endpoint, event);
  if (recipients.length > 0 || knowsEverybody(endpoint)) return recipients;
  return [state.nobodyOf(endpoint)];
}

/** If no subscriber of an endpoint is known, they were lost as well, and will be back. */
function knowsEverybody({ slots }: Endpoint): boolean {
  return slots.some(({ facts }) => !facts.isNobody);
}

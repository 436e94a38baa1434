import { del, type Write } from "./database";
import { keys } from "./keys";
import { type Delivery, putFirstAttempts } from "./rows";
import type { Slot } from "./slot";

/** The events of one batch that go into a flow as they are stored. */
export interface Batch {
  readonly key: string;
  /** Which events, and to whom. */
  deliveries: Delivery[];
  /** How many of them are still in their first attempt. */
  open: number;
}

/** A first attempt that has ended, while its outcome is being written. */
const ended: Batch = { key: "", deliveries: [], open: 0 };

/**
 * Nearly every event goes into the flow as it is stored, and is done a moment later. Rows of their own for that would be half of
 * what is written per event; so one row names all of a batch, and stays until none of them is in its first attempt any more.
 */
export class FirstAttempts {
  #batch: Batch | undefined;
  /** Those in such a row. */
  readonly #written = new Set<Batch>();

  /** The store was replaced by another. */
  clear(): void {
    this.#batch = undefined;
    this.#written.clear();
  }

  /** An event that is being stored goes into the flow at once. */
  add(slot: Slot, sequence: number): void {
    this.#batch ??= { key: keys.firstAttempts(sequence), deliveries: [], open: 0 };
    this.#batch.deliveries.push({ sequence, slot: slot.name });
    this.#batch.open += 1;
    slot.firstAttempts.set(sequence, this.#batch);
  }

  /** The row of those that are being stored: it has to be written with them. */
  takeRow(): Write[] {
    const batch = this.#batch;
    this.#batch = undefined;
    if (!batch) return [];
    this.#written.add(batch);
    return [putFirstAttempts(batch.key, batch.deliveries)];
  }

  /**
   * A first attempt is over: until this is written, and {@link forget} is called, it still counts as open.
   * @returns what to write along with its outcome; `undefined` if it has a row of its own
   */
  end(slot: Slot, sequence: number): Write[] | undefined {
    const batch = slot.firstAttempts.get(sequence);
    if (!batch || batch === ended) return undefined;
    slot.firstAttempts.set(sequence, ended);
    batch.open -= 1;
    if (batch.open > 0) return [];
    if (this.#written.delete(batch)) return [del(batch.key)];
    if (this.#batch === batch) this.#batch = undefined;
    return [];
  }

  /**
   * A delivery has gone to somebody else, so no row has its outcome any more.
   * @returns what to write, so that it does not count as being in its first attempt
   */
  strike(slot: Slot, sequence: number): Write[] {
    const is = (one: Delivery) => one.sequence === sequence && one.slot === slot.name;
    const writes: Write[] = [];
    for (const batch of this.#written) {
      if (!batch.deliveries.some(is)) continue;
      batch.deliveries = batch.deliveries.filter((one) => !is(one));
      writes.push(putFirstAttempts(batch.key, batch.deliveries));
    }
    return writes;
  }

  /** It is no longer stored. @returns what to write */
  drop(slot: Slot, sequence: number): Write[] {
    const writes = this.end(slot, sequence) ?? [];
    this.forget(slot, sequence);
    return writes;
  }

  /** Its outcome, if it is over, has been written. */
  forget(slot: Slot, sequence: number): void {
    if (slot.firstAttempts.get(sequence) === ended) slot.firstAttempts.delete(sequence);
  }
}

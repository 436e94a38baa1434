import { setTimeout as sleep } from "node:timers/promises";
import { fromRow } from "../event-row";
import { folded, textsOf } from "../search-words";
import { del, put, type Write } from "./database";
import { keys, maxSequence, rangeOf, sequenceOf } from "./keys";
import type { Row } from "./reader";
import { eventsInSketch, rowsInSketch, Sketch, type SketchedWords } from "./sketch";
import type { State } from "./state";

/** Few enough not to hold up the event loop. */
const eventsAtOnce = 100;
const rowsAtOnce = 8;

/** While events arrive, it takes this many times longer than it would alone: they have priority. */
const slowness = 20;

/** A part of the log, and whether it has a sketch. */
interface SketchedPart {
  readonly first: number;
  readonly last: number;
  /** Where its sketch starts; `undefined` if it has none. */
  readonly sketch: number | undefined;
}

/**
 * The sketches of the log, by their first places. New events are not sketched: only once there are as many events as a
 * sketch has places, and there is time. Unsketched ones are searched event by event. A sketch contains something of each of its
 * events: it is removed with the first of them, and made anew.
 */
export class Sketches {
  readonly #state: State;
  #made = new Set<number>();
  /** The one being made, as long as what was read for it is still true. */
  #making: number | undefined;
  #isUnderWay = false;
  #isClosed = false;

  constructor(state: State) {
    this.#state = state;
  }

  /** Finds the existing ones. @throws StoreError */
  async load(): Promise<void> {
    this.#making = undefined;
    this.#made = new Set();
    for (let at = 0; ; at += eventsInSketch) {
      const row = await this.#state.reader.first(rangeOf("q", at, maxSequence));
      if (!row) return;
      at = beginOf(sequenceOf(row[0]));
      this.#made.add(at);
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  /** The parts of the log, split where sketches start and end, in ascending order. */
  partsOf(first: number, last: number): SketchedPart[] {
    const parts: SketchedPart[] = [];
    let at = first;
    const sketches = this.#state.isDamaged ? [] : [...this.#made].sort((one, other) => one - other);
    for (const sketch of sketches) {
      const end = Math.min(last, sketch + eventsInSketch - 1);
      if (end < at) continue;
      if (sketch > last) break;
      if (sketch > at) parts.push({ first: at, last: sketch - 1, sketch: undefined });
      parts.push({ first: Math.max(at, sketch), last: end, sketch });
      at = end + 1;
    }
    if (at <= last) parts.push({ first: at, last, sketch: undefined });
    return parts;
  }

  /**
   * @param first where the sketch starts
   * @returns the places where the words may be; `undefined` if unknown
   * @throws StoreError
   */
  async find(first: number, words: SketchedWords): Promise<number[] | undefined> {
    const rows = await this.#state.reader.getMany(words.rows.map((row) => keys.sketch(first, row)));
    return this.#state.isDamaged ? undefined : words.placesIn(first, rows);
  }

  /** Events, or their content, are removed: their sketches have to go as well. @returns what to write */
  drop(sequences: Iterable<number>): Write[] {
    const writes: Write[] = [];
    for (const first of new Set(Array.from(sequences, beginOf))) {
      if (this.#making === first) this.#making = undefined;
      if (!this.#made.delete(first)) continue;
      for (let row = 0; row < rowsInSketch; row += 1) writes.push(del(keys.sketch(first, row)));
    }
    return writes;
  }

  /** The writes returned by {@link drop} were refused: the sketches are still there. */
  takeBack(drops: readonly Write[]): void {
    for (const { key } of drops) this.#made.add(sequenceOf(key));
  }

  /** What was lost may be back: nothing is known about it. */
  async clear(): Promise<void> {
    await this.#state.writer.writeLazily(...this.drop([...this.#made]));
  }

  /** Makes the missing ones, the latest first, at the lowest priority. @throws StoreError */
  async prepare(): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      for (const first of await this.#missing()) {
        if (this.#isClosed || this.#state.isDamaged) return;
        await this.#make(first);
      }
    } finally {
      this.#isUnderWay = false;
    }
  }

  async #missing(): Promise<number[]> {
    const end = beginOf(this.#state.nextSequence);
    const oldest = await this.#state.reader.first(rangeOf("e"));
    const missing: number[] = [];
    const begin = oldest === undefined ? end : beginOf(sequenceOf(oldest[0]));
    for (let first = begin; first < end; first += eventsInSketch) if (!this.#made.has(first)) missing.push(first);
    return missing.reverse();
  }

  async #make(first: number): Promise<void> {
    const { reader, writer } = this.#state;
    this.#making = first;
    // By then, everything before the next place has been written, or refused.
    await writer.writeLazily();
    const sketch = new Sketch();
    let isEmpty = true;
    for await (const rows of reader.range(rangeOf("e", first, first + eventsInSketch - 1), eventsAtOnce)) {
      if (this.#isClosed || this.#making !== first) return;
      isEmpty = false;
      const began = performance.now();
      const before = this.#state.nextSequence;
      for (const row of rows) addTo(sketch, first, row);
      const took = performance.now() - began;
      const isCalm = await this.#isCalm(before);
      if (!isCalm) await sleep(took * slowness, undefined, { ref: false });
    }
    if (isEmpty) return;
    const writes: Write[] = [];
    for (let row = 0; row < rowsInSketch; row += 1) {
      writes.push(put(keys.sketch(first, row), sketch.toRow(first, row)));
      if (row % rowsAtOnce === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#isClosed || this.#making !== first || this.#state.isDamaged) return;
    this.#made.add(first);
    await writer.writeLazily(...writes);
  }

  /** Whether nothing has arrived since. */
  async #isCalm(before: number): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.#state.nextSequence === before;
  }
}

function addTo(sketch: Sketch, first: number, [key, row]: Row): void {
  const sequence = sequenceOf(key);
  const event = fromRow(row, sequence)?.event;
  if (event) sketch.add(sequence - first, [folded(event.deliveryId), ...textsOf(event.body)]);
  else sketch.addAnything(sequence - first);
}

function beginOf(sequence: number): number {
  return sequence - (sequence % eventsInSketch);
}

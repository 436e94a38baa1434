import { checksumOf } from "../checksum";

/** This many consecutive places share one sketch. */
export const eventsInSketch = 8_192;

/** A sketch has one bit per event and slice: whether the event contains a sequence of three characters that belongs to the slice. */
const slices = 1_024;
const bytesInSlice = eventsInSketch / 8;

/** Slices are spread over this many rows: a search needs only a few slices. */
export const rowsInSketch = 64;
const slicesInRow = slices / rowsInSketch;
const bytesInRow = slicesInRow * bytesInSlice;

const checksumLength = 8;

/** More of them would hardly narrow the result; they are taken from all over the words. */
const maxSlices = 12;

/**
 * Which events may contain a text: it rules out many at once. It never misses one, and the events that it leaves are
 * read.
 */
export class Sketch {
  readonly #bits = new Uint8Array(slices * bytesInSlice);

  /**
   * @param place of the event in the sketch
   * @param texts everything by which it can be found, in lower case
   */
  add(place: number, texts: readonly string[]): void {
    const byte = place >> 3;
    const bit = 1 << (place & 7);
    for (const text of texts) {
      for (let at = 2; at < text.length; at += 1) {
        const index = sliceAt(text, at) * bytesInSlice + byte;
        this.#bits[index] = (this.#bits[index] as number) | bit;
      }
    }
  }

  /** An event that any search may find. */
  addAnything(place: number): void {
    for (let index = place >> 3; index < this.#bits.length; index += bytesInSlice)
      this.#bits[index] = (this.#bits[index] as number) | (1 << (place & 7));
  }

  /**
   * @param first the place in the inbox where it starts
   * @param row which of its rows
   */
  toRow(first: number, row: number): string {
    const text = Buffer.from(this.#bits.buffer, row * bytesInRow, bytesInRow).toString("latin1");
    return checksumOf(text, seedOf(first, row)) + text;
  }
}

/** Search words, for use with sketches. */
export class SketchedWords {
  readonly #slices: readonly number[];
  /** Which rows of a sketch are needed; empty if the words are too short. */
  readonly rows: readonly number[];

  /** @param words in lower case */
  constructor(words: readonly string[]) {
    const all = new Set<number>();
    for (const word of words) for (let at = 2; at < word.length; at += 1) all.add(sliceAt(word, at));
    this.#slices = [...all].filter((_, index) => (index * maxSlices) % all.size < maxSlices);
    this.rows = [...new Set(this.#slices.map(rowOf))];
  }

  /**
   * @param first the place in the inbox where the sketch starts
   * @param texts of the {@link rows} that exist
   * @returns the places in the inbox that may contain all of the words; `undefined` if unknown
   */
  placesIn(first: number, texts: readonly (string | undefined)[]): number[] | undefined {
    const read = new Map(this.rows.map((row, index) => [row, bitsOf(texts[index], first, row)]));
    const known = this.#slices.filter((slice) => read.get(rowOf(slice)) !== undefined);
    if (known.length === 0) return undefined;
    const common = new Uint8Array(bytesInSlice).fill(0xff);
    for (const slice of known) {
      const bits = read.get(rowOf(slice)) as string;
      const begin = (slice % slicesInRow) * bytesInSlice;
      for (let at = 0; at < bytesInSlice; at += 1) common[at] = (common[at] as number) & bits.charCodeAt(begin + at);
    }
    return placesOf(common, first);
  }
}

function placesOf(bits: Uint8Array, first: number): number[] {
  const places: number[] = [];
  for (const [at, byte] of bits.entries()) {
    if (byte === 0) continue;
    for (let bit = 0; bit < 8; bit += 1) if (byte & (1 << bit)) places.push(first + at * 8 + bit);
  }
  return places;
}

/** The content of a row, one byte per character; `undefined` if it is missing, or not as it was written. */
function bitsOf(text: string | undefined, first: number, row: number): string | undefined {
  const bits = text?.slice(checksumLength);
  if (bits?.length !== bytesInRow) return undefined;
  return checksumOf(bits, seedOf(first, row)) === text?.slice(0, checksumLength) ? bits : undefined;
}

const rowOf = (slice: number) => Math.floor(slice / slicesInRow);

function seedOf(first: number, row: number): number {
  return (first + row) >>> 0;
}

/** The slice of a character and the two before it. */
function sliceAt(text: string, at: number): number {
  let hash = Math.imul(text.charCodeAt(at - 2), 0x9e3779b1) + text.charCodeAt(at - 1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) + text.charCodeAt(at);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (slices - 1);
}

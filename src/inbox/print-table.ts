import { base64url } from "./base64url";

/** A table grows part by part, so that growing never takes long, however much is in it. */
const partCount = 64;

/** The client in two words, and the sequence and the time in two each. */
const slotLength = 6;
const smallestPart = 8;

/** Marks a slot as taken: a word has thirty bits. */
const taken = 1 << 30;

/** In place of the sequence, where an entry has been taken back and nothing was there before. */
const nothing = -1;

/** A client's latest event: where it is kept, and when it came, in milliseconds since 1970. */
export interface LatestEvent {
  sequence: number;
  at: number;
}

/**
 * What the latest event of each client was, by fingerprints of sixty bits, so that in practice no two are the same. It takes 24
 * bytes an entry, and a little room.
 */
export class PrintTable {
  readonly #parts: Part[] = [];

  /** @param client the client's fingerprint: 10 characters of base64url */
  get(client: string): LatestEvent | undefined {
    const part = this.#parts[partOf(client)];
    const slot = part?.find(wordOf(client, 0), wordOf(client, 1));
    if (!part || slot === undefined || part.slots[slot + 2] === nothing) return undefined;
    const word = (number: number): number => part.slots[slot + number] ?? 0;
    return { sequence: fromWords(word(2), word(3)), at: fromWords(word(4), word(5)) };
  }

  /**
   * Makes an event the client's latest.
   * @returns takes it back
   */
  put(client: string, { sequence, at }: LatestEvent): () => void {
    const number = partOf(client);
    const part = this.#parts[number] ?? new Part();
    this.#parts[number] = part;
    const first = wordOf(client, 0);
    const second = wordOf(client, 1);
    const slot = part.findOrAdd(first, second);
    const { slots } = part;
    const before = slots.slice(slot + 2, slot + slotLength);
    slots[slot + 2] = Math.floor(sequence / 2 ** 30);
    slots[slot + 3] = sequence % 2 ** 30;
    slots[slot + 4] = Math.floor(at / 2 ** 30);
    slots[slot + 5] = at % 2 ** 30;
    return () => {
      const written = part.find(first, second);
      if (written !== undefined) part.slots.set(before, written + 2);
    };
  }
}

/** Open addressing: an entry is in the first free slot from where its client's second word points to. */
class Part {
  slots = new Int32Array(smallestPart * slotLength);
  #count = 0;

  find(first: number, second: number): number | undefined {
    const slot = this.#seek(first, second);
    return this.slots[slot] === 0 ? undefined : slot;
  }

  findOrAdd(first: number, second: number): number {
    const slot = this.#seek(first, second);
    if (this.slots[slot] !== 0) return slot;
    if ((this.#count + 1) * slotLength * 2 > this.slots.length) {
      this.#grow();
      return this.findOrAdd(first, second);
    }
    this.#count += 1;
    this.slots[slot] = first | taken;
    this.slots[slot + 1] = second;
    this.slots[slot + 2] = nothing;
    return slot;
  }

  #seek(first: number, second: number): number {
    const { slots } = this;
    const count = slots.length / slotLength;
    for (let index = second & (count - 1); ; index = (index + 1) & (count - 1)) {
      const slot = index * slotLength;
      if (slots[slot] === 0 || (slots[slot] === (first | taken) && slots[slot + 1] === second)) return slot;
    }
  }

  #grow(): void {
    const { slots } = this;
    this.slots = new Int32Array(slots.length * 2);
    for (let slot = 0; slot < slots.length; slot += slotLength) {
      const first = slots[slot] ?? 0;
      if (first === 0) continue;
      this.slots.set(slots.subarray(slot, slot + slotLength), this.#seek(first & ~taken, slots[slot + 1] ?? 0));
    }
  }
}

const bitsOf = new Uint8Array(128);
for (const [bits, character] of [...base64url].entries()) bitsOf[character.charCodeAt(0)] = bits;

const charactersPerWord = 5;

/** Thirty bits of a fingerprint, which is base64url. */
function wordOf(print: string, number: 0 | 1): number {
  let word = 0;
  for (let at = number * charactersPerWord; at < (number + 1) * charactersPerWord; at += 1) {
    word = (word << 6) | (bitsOf[print.charCodeAt(at)] ?? 0);
  }
  return word;
}

function partOf(client: string): number {
  return (bitsOf[client.charCodeAt(0)] ?? 0) % partCount;
}

function fromWords(high: number, low: number): number {
  return high * 2 ** 30 + low;
}

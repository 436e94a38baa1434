const wordCount = 1 << 17;

/** The bits of a client lie in one line of the processor's cache. */
const wordsPerLine = 16;
const bitsPerClient = 5;

/**
 * Which clients had an event lately. It may say yes of one that had none, but never no of one that had: so the events of clients
 * that had none, which are nearly all, cost no look at the disk. It consists of two Bloom filters of half a megabyte, one for each
 * of the last two periods: a hundred thousand clients in a period leave one answer in a thousand wrong, a million half of them.
 */
export class RecentClients {
  readonly #period: number;
  #current: Uint32Array | undefined;
  #previous: Uint32Array | undefined;
  /** When the current period began. */
  #since = Number.NEGATIVE_INFINITY;
  /** Until then, a client may have had an event that is not known here. */
  #doubtfulUntil = Number.POSITIVE_INFINITY;

  /** @param period for how long they are remembered at least, in milliseconds */
  constructor(period: number) {
    this.#period = period;
  }

  /**
   * @param client the fingerprint of the client and the kind of event
   * @param at when it came, in milliseconds since 1970
   */
  add(client: string, at: number): void {
    if (at < this.#since) this.knowsAllBut(at);
    if (at < this.#since || at - this.#since > this.#period) {
      this.#previous = at - this.#since > 2 * this.#period ? undefined : this.#current;
      this.#current = undefined;
      this.#since = at;
    }
    this.#current ??= new Uint32Array(wordCount);
    setBits(this.#current, placeOf(client));
  }

  /** From now on, all that came before is known, but what came until this moment. @param at if that is so */
  knowsAllBut(at = Number.NEGATIVE_INFINITY): void {
    this.#doubtfulUntil = at + this.#period;
  }

  /** Whether the client may have had an event within a period before this moment. */
  mayHave(client: string, at: number): boolean {
    if (at <= this.#doubtfulUntil) return true;
    const place = placeOf(client);
    return hasBits(this.#current, place) || hasBits(this.#previous, place);
  }
}

/** Two hashes in one: which line, and which bits of it. */
interface Place {
  line: number;
  bits: number;
}

function placeOf(client: string): Place {
  let [line, bits] = [0x811c9dc5, 0x9747b28c];
  for (let index = 0; index < client.length; index += 1) {
    const code = client.charCodeAt(index);
    line = Math.imul(line ^ code, 0x01000193);
    bits = Math.imul(bits ^ code, 0x5bd1e995);
    bits ^= bits >>> 15;
  }
  line ^= line >>> 16;
  return { line: ((line >>> 0) % (wordCount / wordsPerLine)) * wordsPerLine, bits };
}

/** Nine bits for each bit: the line has 512. */
function bitAt(bits: number, index: number): number {
  return Math.imul(bits, 2 * index + 1) >>> 23;
}

function setBits(words: Uint32Array, { line, bits }: Place): void {
  for (let index = 0; index < bitsPerClient; index += 1) {
    const bit = bitAt(bits, index);
    const word = line + (bit >>> 5);
    words[word] = (words[word] as number) | (1 << (bit & 31));
  }
}

function hasBits(words: Uint32Array | undefined, { line, bits }: Place): boolean {
  if (!words) return false;
  for (let index = 0; index < bitsPerClient; index += 1) {
    const bit = bitAt(bits, index);
    if (((words[line + (bit >>> 5)] as number) & (1 << (bit & 31))) === 0) return false;
  }
  return true;
}

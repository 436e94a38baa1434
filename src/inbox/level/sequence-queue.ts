const chunkLength = 1_024;

/**
 * Waiting sequences, lowest first. Nearly all arrive in order: they take eight bytes each, so that a million fit into 8 MB. Those
 * that return to an earlier place are kept separately, in a heap.
 */
export class SequenceQueue {
  readonly #chunks: Float64Array[] = [];
  #first = 0;
  #length = 0;
  #highest = Number.NEGATIVE_INFINITY;
  readonly #returned: number[] = [];
  /** They are still in their places, and are skipped there. */
  readonly #removed = new Set<number>();

  get size(): number {
    return this.#length + this.#returned.length - this.#removed.size;
  }

  /** Removes one, wherever it is; does nothing if it is not waiting here. */
  remove(sequence: number): void {
    if (this.#has(sequence)) this.#removed.add(sequence);
  }

  #has(sequence: number): boolean {
    let low = this.#first;
    let high = this.#first + this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#at(middle) < sequence) low = middle + 1;
      else high = middle;
    }
    return (low < this.#first + this.#length && this.#at(low) === sequence) || this.#returned.includes(sequence);
  }

  #at(place: number): number {
    return (this.#chunks[Math.floor(place / chunkLength)] as Float64Array)[place % chunkLength] as number;
  }

  /** Adds a sequence at its place. */
  add(sequence: number): void {
    if (this.#length > 0 && sequence <= this.#highest) {
      this.#return(sequence);
      return;
    }
    const end = this.#first + this.#length;
    if (end === this.#chunks.length * chunkLength) this.#chunks.push(new Float64Array(chunkLength));
    (this.#chunks.at(-1) as Float64Array)[end % chunkLength] = sequence;
    this.#length += 1;
    this.#highest = sequence;
  }

  /** Takes the lowest. */
  take(): number | undefined {
    for (;;) {
      const next = this.#take();
      if (next === undefined || !this.#removed.delete(next)) return next;
    }
  }

  #take(): number | undefined {
    const [returned] = this.#returned;
    if (this.#length === 0) return returned === undefined ? undefined : this.#takeReturned();
    const next = (this.#chunks[0] as Float64Array)[this.#first] as number;
    if (returned !== undefined && returned < next) return this.#takeReturned();
    this.#first += 1;
    this.#length -= 1;
    if (this.#first === chunkLength || this.#length === 0) {
      this.#chunks.shift();
      this.#first = 0;
    }
    return next;
  }

  /** Takes all of them, lowest first. */
  takeAll(): number[] {
    const all: number[] = [];
    for (let next = this.take(); next !== undefined; next = this.take()) all.push(next);
    return all;
  }

  #return(sequence: number): void {
    const heap = this.#returned;
    let at = heap.push(sequence) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as number) <= sequence) break;
      heap[at] = heap[parent] as number;
      at = parent;
    }
    heap[at] = sequence;
  }

  #takeReturned(): number {
    const heap = this.#returned;
    const lowest = heap[0] as number;
    const last = heap.pop() as number;
    if (heap.length === 0) return lowest;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child += 1;
      if ((heap[child] as number) >= last) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = last;
    return lowest;
  }
}

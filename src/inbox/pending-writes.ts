/** A write that has been made, but is not on the disk yet. Whoever reads meanwhile has to see it. */
export interface PendingWrite {
  /** The most bytes that its text may take; nothing where it has none. */
  readonly bytes: number;
  /** Hands it to the disk. */
  apply(): void;
  /** The disk has it: from now on it can be read from there. */
  settle(): void;
  /** Takes it back. */
  undo(): void;
}

/** The writes that are to go to the disk together, in order. */
export class PendingWrites {
  #writes: PendingWrite[] = [];

  /** How many there are. */
  get count(): number {
    return this.#writes.length;
  }

  /** Notes a write that has just been made. */
  add(write: PendingWrite): void {
    this.#writes.push(write);
  }

  /** Takes all of them out; whoever takes them settles them or undoes them. */
  takeAll(): PendingWrite[] {
    const writes = this.#writes;
    this.#writes = [];
    return writes;
  }

  /** Undoes all but the first so many. */
  undoAfter(count: number): void {
    undoAll(this.#writes.splice(count));
  }
}

/** Undoes writes, the last one first. */
export function undoAll(writes: readonly PendingWrite[]): void {
  for (let index = writes.length - 1; index >= 0; index -= 1) writes[index]?.undo();
}

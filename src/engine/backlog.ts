/**
 * Events that found no place in a flow, and how many of them are waiting. It counts only events that it was told of: if others may be
 * waiting too, the number is unknown.
 */
export class Backlog {
  #beingStored = 0;
  /** How many of those have to be stored before the last ones are claimed: claims are in order of arrival. */
  #ahead = 0;
  /** Those stored since the inbox was last asked: its answer may or may not have included them. */
  #storedSince = 0;
  #count: number | undefined;

  /** How many are waiting, stored or not; `undefined` if unknown. */
  get count(): number | undefined {
    return this.#count;
  }

  /** Whether none is being stored. */
  get isEmpty(): boolean {
    return this.#beingStored === 0;
  }

  /** Whether all events ahead of the newest ones are stored. */
  get isStored(): boolean {
    return this.#ahead === 0;
  }

  /** Whether none has been added that a newer event would overtake. */
  get isClosed(): boolean {
    return this.#beingStored === this.#ahead;
  }

  /** An event that is being stored found no place. */
  add(): void {
    this.#beingStored += 1;
    if (this.#count !== undefined) this.#count += 1;
  }

  /** It was stored, or could not be. */
  stored(): void {
    this.#beingStored -= 1;
    this.#storedSince += 1;
    if (this.#ahead > 0) this.#ahead -= 1;
  }

  /** What is being stored now comes before everything that arrives from now on. */
  close(): void {
    this.#ahead = this.#beingStored;
  }

  /** The inbox has been asked. */
  asked(): void {
    this.#storedSince = 0;
  }

  /**
   * It has answered.
   * @param claimed how many were claimed
   * @param isEmpty whether it had no more
   */
  answered(claimed: number, isEmpty: boolean): void {
    if (isEmpty) this.#count = this.#beingStored + this.#storedSince;
    else if (this.#count !== undefined) this.#count = Math.max(this.#beingStored, this.#count - claimed);
  }

  /** Others may be waiting as well. */
  forget(): void {
    this.#count = undefined;
  }
}

/**
 * Events that find no place in a flow, and how many of them wait for one. It knows only those that it was told of: where others
 * may wait as well, it does not know how many there are.
 */
export class Backlog {
  #beingStored = 0;
  /** How many of those have to be stored before the last ones are claimed: they are, in the order of arrival. */
  #ahead = 0;
  /** Those that were stored since the inbox was asked the last time: it may have had them, or not. */
  #storedSince = 0;
  #count: number | undefined;

  /** How many wait, stored or not; `undefined` where nobody knows. */
  get count(): number | undefined {
    return this.#count;
  }

  /** Whether none is being stored. */
  get isEmpty(): boolean {
    return this.#beingStored === 0;
  }

  /** Whether all that are ahead of the newest events are stored. */
  get isStored(): boolean {
    return this.#ahead === 0;
  }

  /** Whether none has been added that a newer event would overtake. */
  get isClosed(): boolean {
    return this.#beingStored === this.#ahead;
  }

  /** An event that is being stored has found no place. */
  add(): void {
    this.#beingStored += 1;
    if (this.#count !== undefined) this.#count += 1;
  }

  /** It is stored, or could not be. */
  stored(): void {
    this.#beingStored -= 1;
    this.#storedSince += 1;
    if (this.#ahead > 0) this.#ahead -= 1;
  }

  /** What is being stored now is ahead of all that comes from now on. */
  close(): void {
    this.#ahead = this.#beingStored;
  }

  /** The inbox is asked. */
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

  /** Others may wait as well. */
  forget(): void {
    this.#count = undefined;
  }
}

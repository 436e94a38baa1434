import type { Claim } from "../inbox/inbox";

/** Events that have a place in a flow but are not in it yet: those being stored, and those that are next. */
export class Line {
  /** Those being stored. */
  #coming = 0;
  /** How many of those are older than the ones that have to let others pass. */
  #comingBefore = 0;
  readonly #ready: Claim[] = [];
  /** Those that have to let older ones pass; `undefined` if there are no older ones. */
  #held: Claim[] | undefined;

  get length(): number {
    return this.#coming + this.#ready.length + (this.#held?.length ?? 0);
  }

  /** Those that are stored. */
  get ready(): number {
    return this.length - this.#coming;
  }

  /** Those that let nobody pass: older events need none of their places. */
  get ahead(): number {
    return this.#held === undefined ? this.length : this.#comingBefore + this.#ready.length;
  }

  /** Whether some have to let older ones pass. */
  get isHolding(): boolean {
    return this.#held !== undefined;
  }

  /** Reserves a place for an event that is being stored. */
  expect(): void {
    this.#coming += 1;
  }

  /** It will not come. */
  giveUp(): void {
    this.#arrive();
  }

  /** It was stored: events are stored in order of arrival. */
  add(claim: Claim): void {
    const isBefore = this.#arrive();
    (isBefore ? this.#ready : (this.#held ?? this.#ready)).push(claim);
  }

  /** Events that get a place from now on have to let older ones pass. */
  hold(): void {
    this.#held ??= [];
    this.#comingBefore = this.#coming;
  }

  /** The same, including those being stored. */
  holdAll(): void {
    this.hold();
    this.#comingBefore = 0;
  }

  /** Adds older ones, in order of arrival: those before them have let everything pass that they had to. */
  addOlder(claims: readonly Claim[]): void {
    for (const claim of claims) {
      const held = this.#held ?? [];
      const behind = held.findIndex(({ event }) => event.sequence > claim.event.sequence);
      this.#ready.push(...held.splice(0, behind < 0 ? held.length : behind), claim);
    }
    if (this.#held?.length === 0 && this.#coming === this.#comingBefore) this.#held = undefined;
  }

  /** All older ones have been added. */
  release(): void {
    this.#ready.push(...(this.#held ?? []));
    this.#held = undefined;
  }

  /** @returns the next one that may go */
  take(): Claim | undefined {
    return this.#ready.shift();
  }

  #arrive(): boolean {
    this.#coming -= 1;
    if (this.#comingBefore === 0) return false;
    this.#comingBefore -= 1;
    return true;
  }
}

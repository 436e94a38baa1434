import type { Claim } from "../inbox/inbox";

/** Events that have a place in a flow, and are not in it yet: those that are being stored, and those that are next. */
export class Line {
  /** Those that are being stored. */
  #coming = 0;
  /** How many of those are older than what the others have to let pass. */
  #comingBefore = 0;
  readonly #ready: Claim[] = [];
  /** Those that have to let older ones pass; `undefined` where there are no older ones. */
  #held: Claim[] | undefined;

  get length(): number {
    return this.#coming + this.#ready.length + (this.#held?.length ?? 0);
  }

  /** Those that are stored. */
  get ready(): number {
    return this.length - this.#coming;
  }

  /** Those that let nobody pass: what is older than the others needs none of their places. */
  get ahead(): number {
    return this.#held === undefined ? this.length : this.#comingBefore + this.#ready.length;
  }

  /** Whether some have to let older ones pass. */
  get isHolding(): boolean {
    return this.#held !== undefined;
  }

  /** Has a place for an event that is being stored. */
  expect(): void {
    this.#coming += 1;
  }

  /** It is not coming. */
  giveUp(): void {
    this.#arrive();
  }

  /** It has come: events are stored in the order of arrival. */
  add(claim: Claim): void {
    const isBefore = this.#arrive();
    (isBefore ? this.#ready : (this.#held ?? this.#ready)).push(claim);
  }

  /** Events that get a place from now on have to let older ones pass. */
  hold(): void {
    this.#held ??= [];
    this.#comingBefore = this.#coming;
  }

  /** The same, and those that are being stored as well. */
  holdAll(): void {
    this.hold();
    this.#comingBefore = 0;
  }

  /** Takes in older ones, in the order of arrival: what came before them has let all pass that it had to. */
  addOlder(claims: readonly Claim[]): void {
    for (const claim of claims) {
      const held = this.#held ?? [];
      const behind = held.findIndex(({ event }) => event.sequence > claim.event.sequence);
      this.#ready.push(...held.splice(0, behind < 0 ? held.length : behind), claim);
    }
    if (this.#held?.length === 0 && this.#coming === this.#comingBefore) this.#held = undefined;
  }

  /** All older ones are in. */
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

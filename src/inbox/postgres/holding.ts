/** An event claimed for a subscriber's flow. */
export interface Held {
  readonly sequence: number;
  readonly slot: number;
  readonly attempt: number;
}

/**
 * The events this process knows it has claimed, and the steps that claim more. Other claims of its own in the database are to be
 * given back: the answer to a step was cut off, or a settlement was lost with the latest writes.
 */
export class Holding {
  #last = 0;
  readonly #underWay = new Set<number>();
  readonly #cutOff = new Set<number>();
  readonly #held = new Set<string>();

  /**
   * Claims events.
   * @param act claims them in the database, in a step with this number
   * @param heldOf what was claimed
   */
  async take<Result>(
    act: (step: number) => Promise<Result>,
    heldOf: (result: Result) => Iterable<Held>,
  ): Promise<Result> {
    this.#last += 1;
    const step = this.#last;
    this.#underWay.add(step);
    try {
      const result = await act(step);
      for (const held of heldOf(result)) this.#held.add(keyOf(held));
      return result;
    } catch (error) {
      this.#cutOff.add(step);
      throw error;
    } finally {
      this.#underWay.delete(step);
    }
  }

  /** Releases the claim. */
  letGo(held: Held): void {
    this.#held.delete(keyOf(held));
  }

  /** Releases all claims. */
  letGoAll(): void {
    this.#held.clear();
  }

  /**
   * Tests whether a claim in the database is unknown here, and its step not under way. Claims held now count as known: they
   * may be released before the database answers.
   */
  asOfNow(): (held: Held, step: number | null) => boolean {
    const before = new Set(this.#held);
    return (held, step) => ![before, this.#held].some((all) => all.has(keyOf(held))) && !this.#underWay.has(step ?? 0);
  }

  /** Whether the events claimed in this step were never sent. */
  wasCutOff(step: number | null): boolean {
    return this.#cutOff.has(step ?? 0);
  }
}

const keyOf = ({ sequence, slot, attempt }: Held) => `${sequence} ${slot} ${attempt}`;

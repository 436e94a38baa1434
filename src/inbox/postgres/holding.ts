/** An event on its way into a subscriber's flow. */
export interface Held {
  readonly sequence: number;
  readonly slot: number;
  readonly attempt: number;
}

/**
 * What this process knows that it has in hand, and the steps in which it takes more. What the database says besides is to be
 * given back: the answer to a step was cut off, or what became of it was lost with the database's last moments.
 */
export class Holding {
  #last = 0;
  readonly #underWay = new Set<number>();
  readonly #cutOff = new Set<number>();
  readonly #held = new Set<string>();

  /**
   * Takes events in hand.
   * @param act the database takes them for this process in a step with this number
   * @param heldOf what it has taken
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

  /** It is out of its hands. */
  letGo(held: Held): void {
    this.#held.delete(keyOf(held));
  }

  /** All that it had was given to others. */
  letGoAll(): void {
    this.#held.clear();
  }

  /**
   * Whether the database says that it has something in hand of which it does not know, nor is about to. What it has at this moment
   * may be out of its hands when the database has answered.
   */
  asOfNow(): (held: Held, step: number | null) => boolean {
    const before = new Set(this.#held);
    return (held, step) => ![before, this.#held].some((all) => all.has(keyOf(held))) && !this.#underWay.has(step ?? 0);
  }

  /** Whether what was taken in this step has never been sent. */
  wasCutOff(step: number | null): boolean {
    return this.#cutOff.has(step ?? 0);
  }
}

const keyOf = ({ sequence, slot, attempt }: Held) => `${sequence} ${slot} ${attempt}`;

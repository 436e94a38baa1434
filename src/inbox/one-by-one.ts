/** Does one thing after the other, in the order in which they are asked for. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  /** @returns what it comes to; what comes after it is done also where it has failed */
  run<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

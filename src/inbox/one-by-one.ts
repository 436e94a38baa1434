/** Runs tasks one after the other, in the order requested. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  /** @returns its result; later tasks run even if it fails */
  run<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Requests that began between one question and the next. */
interface Group {
  count: number;
  isOver(): void;
}

/** Tracks requests in progress, so that Node-RED can wait for them before it stops, but not for later ones. */
export class RequestsUnderWay {
  #group: Group = newGroup();
  #earlier: Promise<unknown> = Promise.resolve();

  /**
   * A request has begun.
   * @returns to be passed to {@link end} when it is answered
   */
  begin(): Group {
    this.#group.count += 1;
    return this.#group;
  }

  /** A request was answered, or given up. */
  end(group: Group): void {
    group.count -= 1;
    if (group.count === 0) group.isOver();
  }

  /** Resolves once the requests now in progress are over. */
  async settled(): Promise<void> {
    const group = this.#group;
    if (group.count > 0) {
      this.#group = newGroup();
      const over = new Promise<void>((resolve) => {
        group.isOver = resolve;
      });
      this.#earlier = Promise.all([this.#earlier, over]);
    }
    await this.#earlier;
  }
}

function newGroup(): Group {
  return { count: 0, isOver: () => {} };
}

/** Requests that began between one question and the next. */
interface Group {
  count: number;
  isOver(): void;
}

/** Knows which requests are being answered, so that Node-RED can wait for them before it ends, and not for those that come later. */
export class RequestsUnderWay {
  #group: Group = newGroup();
  #earlier: Promise<unknown> = Promise.resolve();

  /**
   * A request has begun.
   * @returns what to give to {@link end} when it is answered
   */
  begin(): Group {
    this.#group.count += 1;
    return this.#group;
  }

  /** A request is answered, or given up. */
  end(group: Group): void {
    group.count -= 1;
    if (group.count === 0) group.isOver();
  }

  /** Resolves when the requests that are under way now are over. */
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

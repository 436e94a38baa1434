/** What is noted of these is of no use any more, where it has not been noted anew for a year: whoever noted it is gone. */
export const passingTopics = ["sightings", "forgotten heard"] as const;

/** What processes that share an inbox tell each other besides events. */
export interface Notes {
  /** Where this process runs. */
  readonly instance: string;
  /** The id of the inbox that is shared. */
  readonly store: string;

  /**
   * Changes what is noted, in one durable step; one process at a time.
   * @param names which notes
   * @param change given what is noted by name, and a number that is higher than that of all that was noted before; gives what is
   *   to be noted from now on: `null`, where something is not so any more
   */
  change(
    topic: string,
    names: readonly string[],
    change: (known: ReadonlyMap<string, string>, number: number) => ReadonlyMap<string, string | null>,
  ): Promise<void>;

  /**
   * What is noted, in the order in which it was.
   * @param after only what was noted later than what has this number
   */
  read(topic: string, after?: number): Promise<Note[]>;

  /** Calls back when something may have been noted. @returns ends it */
  watch(changed: () => void): () => void;
}

/** Something that is noted. */
export interface Note {
  readonly name: string;
  readonly number: number;
  /** `null` where it is not so any more. */
  readonly document: string | null;
}

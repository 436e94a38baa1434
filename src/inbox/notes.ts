/** A note that was not renewed for a year is obsolete: its author is gone. */
export const passingTopics = ["sightings", "forgotten heard"] as const;

/** What processes that share an inbox publish to each other besides events. */
export interface Notes {
  /** Where this process runs. */
  readonly instance: string;
  /** The id of the shared inbox. */
  readonly store: string;

  /**
   * Changes notes, in one durable step; one process at a time.
   * @param names which notes
   * @param change gets the current notes by name, and a number that is higher than that of every earlier note; returns the new
   * notes: `null` if something no longer applies
   */
  change(
    topic: string,
    names: readonly string[],
    change: (known: ReadonlyMap<string, string>, number: number) => ReadonlyMap<string, string | null>,
  ): Promise<void>;

  /**
   * The notes, in the order in which they were made.
   * @param after only notes with a higher number
   */
  read(topic: string, after?: number): Promise<Note[]>;

  /** Calls back when there may be new notes. @returns stops the callbacks */
  watch(changed: () => void): () => void;
}

/** A note. */
export interface Note {
  readonly name: string;
  readonly number: number;
  /** `null` if it no longer applies. */
  readonly document: string | null;
}

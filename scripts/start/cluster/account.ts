import type { Posted } from "./check-ins";
import type { Note } from "./flows";

/** One arrival of a check-in in a flow. */
export interface Coming extends Pick<Note, "attempt" | "redelivered"> {
  /** Whose flow it was. */
  readonly by: string;
  readonly isFinished: boolean;
}

/** A check-in, and its outcome. */
export interface Row extends Posted {
  readonly comings: readonly Coming[];
}

/** The overall result. */
export interface Account {
  readonly rows: readonly Row[];
  /** Those that are marked as redelivered. */
  readonly again: readonly Row[];
  readonly accepted: number;
  readonly finished: number;
  readonly cameTwice: number;
  /** Whether the killed process owned each of those, and each is marked as redelivered. */
  readonly isTwiceExplained: boolean;
  readonly isRight: boolean;
}

/**
 * Compares what was posted with what was delivered.
 * @param posted what was posted
 * @param notes what each Node-RED has recorded
 * @param killed the one that was killed
 */
export function accountOf(
  posted: readonly Posted[],
  notes: ReadonlyMap<string, readonly Note[]>,
  killed: string,
): Account {
  const rows = posted.map((each) => ({ ...each, comings: comingsOf(each.clientID, notes) }));
  const twice = rows.filter(({ comings }) => comings.length > 1);
  const isExplained = ({ comings: [first, ...later] }: Row) =>
    first?.by === killed && later.every(({ by, redelivered }) => by !== killed && redelivered);
  const counts = {
    accepted: rows.filter(({ status }) => status === 200).length,
    finished: rows.filter(({ comings }) => comings.some(({ isFinished }) => isFinished)).length,
    cameTwice: twice.length,
    isTwiceExplained: twice.every(isExplained),
  };
  return {
    rows,
    again: rows.filter(({ comings }) => comings.some(({ redelivered }) => redelivered)),
    ...counts,
    isRight: counts.accepted === rows.length && counts.finished === rows.length && counts.isTwiceExplained,
  };
}

/** In the order of the attempts: the clocks of two processes cannot be compared. */
function comingsOf(clientID: string, notes: ReadonlyMap<string, readonly Note[]>): Coming[] {
  return [...notes]
    .flatMap(([by, all]) => {
      const own = all.filter((note) => note.clientID === clientID);
      const finished = new Set(own.filter(({ step }) => step === "finished").map(({ attempt }) => attempt));
      return own
        .filter(({ step }) => step === "began")
        .map(({ attempt, redelivered }) => ({ by, attempt, redelivered, isFinished: finished.has(attempt) }));
    })
    .sort((one, other) => one.attempt - other.attempt);
}

import type { Posted } from "./check-ins";
import type { Note } from "./flows";

/** One time that a check-in came into a flow. */
export interface Coming extends Pick<Note, "attempt" | "redelivered"> {
  /** Whose flow it was. */
  readonly by: string;
  readonly isFinished: boolean;
}

/** A check-in, and what has become of it. */
export interface Row extends Posted {
  readonly comings: readonly Coming[];
}

/** What all of it comes to. */
export interface Account {
  readonly rows: readonly Row[];
  /** Those that say that they may have come before. */
  readonly again: readonly Row[];
  readonly accepted: number;
  readonly finished: number;
  readonly cameTwice: number;
  /** Whether each of those was in the hands of what was killed, and says that it comes again. */
  readonly isTwiceExplained: boolean;
  readonly isRight: boolean;
}

/**
 * Reckons up what was posted and what came out.
 * @param posted what was posted
 * @param notes what each Node-RED has noted
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

/** In the order of the attempts: nobody compares the clocks of two processes. */
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

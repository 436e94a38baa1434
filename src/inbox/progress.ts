/** An event's progress for one subscriber. */
export interface Progress {
  /** How many times it has been sent. */
  attempt: number;
  /** How many of those ended in an error that a node reported. */
  failures: number;
  /** At how many crashes in a row it was in the flow. */
  crashes: number;
  /** How many times the process crashed in its own turn. */
  blame: number;
  /** How many turns had been survived when it last did so. */
  survivals: number;
}

/** For what has not been sent yet. */
export const fresh: Progress = { attempt: 0, failures: 0, crashes: 0, blame: 0, survivals: 0 };

/** An event that was in the flow at this many crashes in a row is a suspect: it may be the cause. */
export const suspiciousCrashes = 2;

/** The reason why it was in a flow is not why the process ended. */
export function innocent(progress: Progress): Progress {
  return { ...progress, crashes: 0, blame: 0, survivals: 0 };
}

/**
 * An event that was in the flow when the process ended may be the reason.
 * @param wasItsTurn whether nothing else was in any flow
 * @param survivals how many turns have been survived
 */
export function blamed(progress: Progress, wasItsTurn: boolean, survivals: number): Progress {
  const crashes = progress.crashes + 1;
  if (!wasItsTurn) return { ...progress, crashes };
  // If nobody else has survived a turn since, this proves nothing new.
  const isNew = progress.blame === 0 || survivals > progress.survivals;
  return { ...progress, crashes, blame: progress.blame + (isNew ? 1 : 0), survivals };
}

/** Whether nobody has had a turn since it crashed the process: then the fault may lie elsewhere. */
export function isSomebodyElsesTurn(progress: Progress, survivals: number): boolean {
  return progress.blame > 0 && progress.survivals === survivals;
}

/** How far an event has got with one subscriber. */
export interface Progress {
  /** How many times it has been sent. */
  attempt: number;
  /** How many of those ended in an error that a node reported. */
  failures: number;
  /** At how many crashes in a row it was in the flow. */
  crashes: number;
  /** How many times it ended the process in its own turn. */
  blame: number;
  /** How many turns had been survived when it did so the last time. */
  survivals: number;
}

/** Of what has not been sent yet. */
export const fresh: Progress = { attempt: 0, failures: 0, crashes: 0, blame: 0, survivals: 0 };

/** An event that was in the flow at so many crashes in a row is suspected: it may be what ends the process. */
export const suspiciousCrashes = 2;

/** What it was in a flow for is no reason why the process ended. */
export function innocent(progress: Progress): Progress {
  return { ...progress, crashes: 0, blame: 0, survivals: 0 };
}

/**
 * What was in the flow when the process ended may be why it ended.
 * @param wasItsTurn whether nothing else was in any flow
 * @param survivals how many turns have been survived
 */
export function blamed(progress: Progress, wasItsTurn: boolean, survivals: number): Progress {
  const crashes = progress.crashes + 1;
  if (!wasItsTurn) return { ...progress, crashes };
  // Where nobody else has survived a turn since, this one proves nothing new.
  const isNew = progress.blame === 0 || survivals > progress.survivals;
  return { ...progress, crashes, blame: progress.blame + (isNew ? 1 : 0), survivals };
}

/** Whether nobody has had a turn since it ended the process: then somebody else may be at fault. */
export function isSomebodyElsesTurn(progress: Progress, survivals: number): boolean {
  return progress.blame > 0 && progress.survivals === survivals;
}

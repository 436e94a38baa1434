import { readRecorded } from "../support/recorded";
import { waitFor } from "../support/wait-for";

/** How what came out of a flow compares with what was answered 200. */
export interface Account {
  /** Answered 200, and never came out. */
  lost: number;
  /** Came out more than once. */
  twice: number;
  /** Came out again without saying `redelivered`. */
  twiceUnsaid: number;
  delivered: number;
}

/** Compares what was recorded, by clientID. */
export function accountOf(acknowledged: ReadonlySet<string>, file: string): Account {
  const seen = new Map<string, number>();
  let twiceUnsaid = 0;
  for (const { msg } of readRecorded(file)) {
    const clientID = String(msg.payload.clientID);
    const times = (seen.get(clientID) ?? 0) + 1;
    seen.set(clientID, times);
    if (times > 1 && msg.hapana.redelivered !== true) twiceUnsaid += 1;
  }
  const lost = [...acknowledged].filter((clientID) => !seen.has(clientID)).length;
  const twice = [...seen.values()].filter((times) => times > 1).length;
  return { lost, twice, twiceUnsaid, delivered: seen.size };
}

/** Waits until everything that was answered 200 has come out. */
export async function waitUntilNothingIsLost(
  acknowledged: ReadonlySet<string>,
  file: string,
  timeout: number,
): Promise<Account> {
  await waitFor(
    () => (accountOf(acknowledged, file).lost === 0 ? true : undefined),
    () => `${accountOf(acknowledged, file).lost} of ${acknowledged.size} events have not come out`,
    timeout,
  );
  return accountOf(acknowledged, file);
}

import { api, type Resend, type Tally } from "./api";
import { ask, showProgress, tell } from "./ask";
import type { Filter } from "./logged";
import { tallyWords } from "./tally";
import { say } from "./words";

const lookAgain = 700;

/**
 * Sends all events that match a filter again: first shows how many they are and the consequences, then the progress. Node-RED
 * does it in the background, oldest first; it continues if this page is closed, or Node-RED restarts.
 */
export async function sendAllAgain(filter: Filter): Promise<void> {
  const endpoints = await endpointsOf(filter);
  const tallies = await Promise.all(
    endpoints.map(async (endpoint) => [endpoint, await countAt(endpoint, filter)] as const),
  );
  const some = tallies.filter(([, { count }]) => count > 0);
  if (some.length === 0) {
    tell(say("done.nothingMatches"), "warning");
    return;
  }
  if (!(await ask(tallyWords(sumOf(some.map(([, tally]) => tally))), say("button.sendAgain")))) return;
  const resends: Resend[] = [];
  for (const [endpoint] of some) {
    const answer = await api.sendAllAgain(endpoint, filter);
    resends.push(...answer.resends);
    tellOfRest(answer);
  }
  await follow(resends);
}

/** Reports what was not done, if the rest was. */
export function tellOfRest({ message }: { readonly message?: string }): void {
  if (message !== undefined) tell(say("done.partly", { message }), "error");
}

/** Shows the progress of resends that were started before this page was opened. */
export async function followRunning(): Promise<void> {
  const running = (await api.resends()).resends.filter(({ state }) => state === "running");
  if (running.length > 0) await follow(running);
}

async function follow(begun: readonly Resend[]): Promise<void> {
  const ids = new Set(begun.map(({ id }) => id));
  const progress = showProgress(progressWords(begun));
  try {
    for (let resends = begun; ; ) {
      if (progress.isCancelled) {
        const ended = await Promise.all(resends.map(api.cancelResend));
        tell(say("done.cancelled", numbersOf(ended)), "warning");
        return;
      }
      if (resends.every(({ state }) => state !== "running")) {
        tell(say("done.sentAgain", { count: numbersOf(resends).sent }));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, lookAgain));
      const known = (await api.resends()).resends.filter(({ id }) => ids.has(id));
      // One that finished long ago is forgotten.
      resends = known.length > 0 ? known : resends.map((each) => ({ ...each, state: "done" }));
      progress.say(progressWords(resends));
    }
  } finally {
    progress.close();
  }
}

function progressWords(resends: readonly Resend[]): string {
  return say("progress.sendAgain", numbersOf(resends));
}

function numbersOf(resends: readonly Resend[]): { total: number; looked: number; sent: number } {
  const sum = (name: "total" | "looked" | "sent") => resends.reduce((all, each) => all + each[name], 0);
  return { total: sum("total"), looked: sum("looked"), sent: sum("sent") };
}

/** Without a state, delivered events are included: that must not go unnoticed. */
async function countAt(endpoint: string, filter: Filter): Promise<Tally> {
  const tally = await api.count(endpoint, filter);
  if (filter.state !== undefined || tally.count === 0) return tally;
  const { count: delivered } = await api.count(endpoint, { ...filter, state: "delivered" });
  return { ...tally, delivered };
}

function sumOf(tallies: readonly Tally[]): Tally {
  const events: Record<string, number> = {};
  for (const tally of tallies)
    for (const [event, count] of Object.entries(tally.events)) events[event] = (events[event] ?? 0) + count;
  const sum = (name: "count" | "delivered") => tallies.reduce((all, tally) => all + (tally[name] ?? 0), 0);
  return { count: sum("count"), events, delivered: sum("delivered") };
}

/** Those that match a filter, and of which events are stored. */
export async function endpointsOf({ endpoint }: Filter): Promise<string[]> {
  if (endpoint !== undefined) return [endpoint];
  return (await api.health()).endpoints.map((each) => each.endpoint);
}

import type { Database } from "lmdb";
import { type RecentEvents, repetitionMilliseconds } from "./recent-events";

/** So many events are looked at in one go; then the event loop gets its turn. */
const eventsAtOnce = 500;

/** How the text of an event begins, which is read of it here. */
const begin = /^\{"receivedAt":"([^"]+)"(?:,"client":"([^"]+)")?/;

/**
 * Fills the memory of recent events from those that are stored. The newest event tells the time, because the clock of a small
 * machine can be wrong after a start.
 * @param events the events' texts, by owner and sequence
 * @param owners whose events
 * @param recent what to fill
 * @returns resolves when it is done; `undefined` where it is done already
 */
export function recallRecent(
  events: Database<string, [string, number]>,
  owners: readonly string[],
  recent: RecentEvents,
): Promise<void> | undefined {
  const latest = owners.map((owner) => {
    const [last] = events.getRange({ ...backwards(owner, Number.MAX_SAFE_INTEGER), limit: 1 });
    return Date.parse(begin.exec(last?.value ?? "")?.[1] ?? "");
  });
  const newest = Math.max(...latest.filter((at) => !Number.isNaN(at)));
  const steps = owners.map((owner) => recallOwner(events, owner, recent, newest));
  const unfinished = steps.filter((step) => !step.next().done);
  return unfinished.length > 0 ? finish(unfinished) : undefined;
}

async function finish(steps: readonly Iterator<void>[]): Promise<void> {
  for (const step of steps) {
    do await new Promise((resolve) => setImmediate(resolve));
    while (!step.next().done);
  }
}

/** From the owner's newest event back to the first that is too old; it yields after every so many. */
function* recallOwner(
  events: Database<string, [string, number]>,
  owner: string,
  recent: RecentEvents,
  newest: number,
): Generator<void> {
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    let count = 0;
    for (const { key, value } of events.getRange({ ...backwards(owner, before), limit: eventsAtOnce })) {
      before = key[1];
      count += 1;
      const [, receivedAt = "", client] = begin.exec(value) ?? [];
      const at = Date.parse(receivedAt);
      if (at < newest - repetitionMilliseconds) return;
      // Of a moment when the clock was wrong.
      if (at > newest + repetitionMilliseconds) continue;
      if (client && !recent.has(client)) recent.put(client, { sequence: key[1], at });
    }
    if (count < eventsAtOnce) return;
    yield;
  }
}

function backwards(owner: string, before: number): { start: [string, number]; end: [string, number]; reverse: true } {
  return { start: [owner, before - 1], end: [owner, 0], reverse: true };
}

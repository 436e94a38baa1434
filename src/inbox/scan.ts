import type { EventPage, EventQuery, EventTally, LoggedEvent, PageQuery } from "./inbox";

/** Where to look, and in which direction. */
export interface ScanRange {
  readonly first?: number;
  readonly last?: number;
  readonly reverse: boolean;
  /** What has become of them does not matter, and is not looked up. */
  readonly isBare?: boolean;
}

/** What was found in a part of the log. */
export interface Scanned {
  readonly events: LoggedEvent[];
  /** All up to here, and this one, has been looked at. */
  readonly reached: number;
}

/** Looks through a log for events that match, part by part. */
export interface Scan {
  scan(query: EventQuery, range: ScanRange): AsyncIterable<Scanned>;
}

const defaultLimit = 50;

/**
 * Reads a page, newest first.
 * @param log where to look
 * @param query which events
 * @param patience for so long, in milliseconds, it is looked for; then the page ends where it has got to
 */
export async function pageOf(
  log: Scan,
  { limit = defaultLimit, before, ...query }: PageQuery,
  patience: number,
): Promise<EventPage> {
  const events: LoggedEvent[] = [];
  const deadline = performance.now() + patience;
  const range = { reverse: true, ...(before !== undefined && { last: before - 1 }) };
  for await (const { events: found, reached } of log.scan(query, range)) {
    for (const logged of found) {
      events.push(logged);
      if (events.length === limit) return { events, next: logged.event.sequence };
    }
    if (performance.now() > deadline) return { events, next: reached };
  }
  return { events, next: undefined };
}

/** Counts the events that match. */
export async function tallyOf(log: Scan, query: EventQuery): Promise<EventTally> {
  const tally: EventTally = { count: 0, events: {} };
  const isBare = query.state === undefined && query.subscriber === undefined;
  for await (const { events } of log.scan(query, { reverse: false, isBare })) {
    tally.count += events.length;
    for (const { event } of events) tally.events[event.event] = (tally.events[event.event] ?? 0) + 1;
  }
  return tally;
}

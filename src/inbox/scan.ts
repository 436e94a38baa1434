import type { EventPage, EventQuery, EventTally, LoggedEvent, PageQuery } from "./inbox";

/** Where to scan, and in which direction. */
export interface ScanRange {
  readonly first?: number;
  readonly last?: number;
  readonly reverse: boolean;
  /** Their state does not matter, and is not looked up. */
  readonly isBare?: boolean;
}

/** The result for a part of the log. */
export interface Scanned {
  readonly events: LoggedEvent[];
  /** Everything up to here, inclusive, has been scanned. */
  readonly reached: number;
}

/** Scans a log for matching events, part by part. */
export interface Scan {
  scan(query: EventQuery, range: ScanRange): AsyncIterable<Scanned>;
}

const defaultLimit = 50;

/**
 * Reads a page, newest first.
 * @param log where to scan
 * @param query which events
 * @param patience how long, in milliseconds, the scan may take; the page then ends there
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

/** Counts the matching events. */
export async function tallyOf(log: Scan, query: EventQuery): Promise<EventTally> {
  const tally: EventTally = { count: 0, events: {} };
  const isBare = query.state === undefined && query.subscriber === undefined;
  for await (const { events } of log.scan(query, { reverse: false, isBare })) {
    tally.count += events.length;
    for (const { event } of events) tally.events[event.event] = (tally.events[event.event] ?? 0) + 1;
  }
  return tally;
}

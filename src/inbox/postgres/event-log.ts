import { fromRow, type ReadEvent, unreadable } from "../event-row";
import type { EventPage, EventQuery, EventTally, LoggedEvent, PageQuery } from "../inbox";
import type { Database } from "./database";
import type { LogScan } from "./log-scan";
import { outcomesOf } from "./outcomes";
import type { Roster } from "./roster";

const defaultLimit = 50;

/** For so long, in milliseconds, a page is looked for; then it ends where it has got to. */
const patience = 500;

/** Looks events up. */
export class EventLog {
  readonly #database: Database;
  readonly #roster: Roster;
  readonly #scan: LogScan;

  constructor(database: Database, roster: Roster, scan: LogScan) {
    this.#database = database;
    this.#roster = roster;
    this.#scan = scan;
  }

  async list({ limit = defaultLimit, before, ...query }: PageQuery): Promise<EventPage> {
    const events: LoggedEvent[] = [];
    const deadline = performance.now() + patience;
    const range = { reverse: true, ...(before !== undefined && { last: before - 1 }) };
    for await (const { events: found, reached } of this.#scan.scan(query, range)) {
      for (const logged of found) {
        events.push(logged);
        if (events.length === limit) return { events, next: logged.event.sequence };
      }
      if (performance.now() > deadline) return { events, next: reached };
    }
    return { events, next: undefined };
  }

  async count(query: EventQuery): Promise<EventTally> {
    const tally: EventTally = { count: 0, events: {} };
    const isBare = query.state === undefined && query.subscriber === undefined;
    for await (const { events } of this.#scan.scan(query, { reverse: false, isBare })) {
      tally.count += events.length;
      for (const { event } of events) tally.events[event.event] = (tally.events[event.event] ?? 0) + 1;
    }
    return tally;
  }

  async get(endpoint: string, deliveryId: string): Promise<LoggedEvent | undefined> {
    const read = await this.find(endpoint, [deliveryId]);
    return (await outcomesOf(this.#database, this.#roster, read))[0];
  }

  /** The events with these ids; of several with one id, the first. */
  async find(endpoint: string, deliveryIds: readonly string[]): Promise<ReadEvent[]> {
    const rows = await this.#database.query<{ sequence: number; document: string }>(
      `select distinct on (delivery_id) sequence, document from hapana.events
        where delivery_id = any($2) and endpoint = $1 order by delivery_id, sequence`,
      [endpoint, deliveryIds],
    );
    return rows.map(({ sequence, document }) => fromRow(document, sequence) ?? unreadable(document, sequence));
  }
}

import { type ReadEvent, unreadable } from "../event-row";
import type { EventPage, EventQuery, EventTally, LoggedEvent, PageQuery } from "../inbox";
import { pageOf, tallyOf } from "../scan";
import type { Database } from "./database";
import { fromDocument } from "./documents";
import type { LogScan } from "./log-scan";

/** Time limit for one page, in milliseconds; then the page ends early. */
const patience = 500;

/** Looks up events. */
export class EventLog {
  readonly #database: Database;
  readonly #scan: LogScan;

  constructor(database: Database, scan: LogScan) {
    this.#database = database;
    this.#scan = scan;
  }

  list(query: PageQuery): Promise<EventPage> {
    return pageOf(this.#scan, query, patience);
  }

  count(query: EventQuery): Promise<EventTally> {
    return tallyOf(this.#scan, query);
  }

  async get(endpoint: string, deliveryId: string): Promise<LoggedEvent | undefined> {
    const read = await this.find(endpoint, [deliveryId]);
    return (await this.#scan.outcomes(read))[0];
  }

  /** The events with these ids; the first one per id. */
  async find(endpoint: string, deliveryIds: readonly string[]): Promise<ReadEvent[]> {
    const rows = await this.#database.query<{ sequence: number; document: string }>(
      `select distinct on (delivery_id) sequence, document from hapana.events
        where delivery_id = any($2) and endpoint = $1 order by delivery_id, sequence`,
      [endpoint, deliveryIds],
    );
    return rows.map(({ sequence, document }) => fromDocument(document, sequence) ?? unreadable(document, sequence));
  }
}

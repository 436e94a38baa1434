import { fromRow, type ReadEvent } from "../event-row";
import type { EventPage, EventQuery, EventTally, LoggedEvent, PageQuery } from "../inbox";
import { deliveryNames } from "../names";
import { pageOf, tallyOf } from "../scan";
import { wholeIdOf } from "../stored-event";
import { sequenceIn } from "./delivery-id";
import { keys, rangeOf, sequenceOf } from "./keys";
import type { LogScan } from "./log-scan";
import type { Outcomes } from "./outcomes";
import type { State } from "./state";

/** How long, in milliseconds, the scan for a page may take; the page then ends there. */
const patience = 200;

/** Nearly always, the first one is right. */
const fewRows = 8;

/** Looks events up. */
export class EventLog {
  readonly #state: State;
  readonly #scan: LogScan;
  readonly #outcomes: Outcomes;

  constructor(state: State, scan: LogScan, outcomes: Outcomes) {
    this.#state = state;
    this.#scan = scan;
    this.#outcomes = outcomes;
  }

  list(query: PageQuery): Promise<EventPage> {
    return pageOf(this.#scan, query, patience);
  }

  count(query: EventQuery): Promise<EventTally> {
    return tallyOf(this.#scan, query);
  }

  async get(endpoint: string, deliveryId: string): Promise<LoggedEvent | undefined> {
    const read = await this.find(endpoint, deliveryId);
    return read && (await this.#outcomes.of([read]))[0];
  }

  /** The events of a delivery share its id, with a number appended. */
  async find(endpoint: string, deliveryId: string): Promise<ReadEvent | undefined> {
    for (const id of new Set([deliveryId, wholeIdOf(deliveryId)])) {
      for (const first of await this.#firstOf(endpoint, id)) {
        const found = await this.#findFrom(first, endpoint, deliveryId, id);
        if (found) return found;
      }
    }
    return undefined;
  }

  async #findFrom(first: number, endpoint: string, deliveryId: string, id: string): Promise<ReadEvent | undefined> {
    for await (const rows of this.#state.reader.range(rangeOf("e", first), fewRows)) {
      for (const [key, row] of rows) {
        const read = fromRow(row, sequenceOf(key));
        if (read?.event.deliveryId === deliveryId && read.facts.endpoint === endpoint) return read;
        if (read && !read.event.deliveryId.startsWith(id)) return undefined;
      }
    }
    return undefined;
  }

  /** Where events with this id start, in order: there may be several kinds. */
  async #firstOf(endpoint: string, deliveryId: string): Promise<number[]> {
    const rows = await this.#state.reader.getMany(deliveryNames(endpoint, deliveryId).map(keys.delivery));
    const named = rows.filter((row) => row !== undefined).map((row) => Number.parseInt(row, 16));
    const own = sequenceIn(deliveryId);
    return named.length > 0 || own === undefined ? named.sort((one, other) => one - other) : [own];
  }
}

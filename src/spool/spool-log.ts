import type { EventPage, EventQuery, EventTally, LoggedEvent, PageQuery } from "../inbox/inbox";
import { isIn, matches } from "../inbox/matching";
import type { Scan, Scanned, ScanRange } from "../inbox/scan";
import { pageOf, tallyOf } from "../inbox/scan";
import { SearchWords } from "../inbox/search-words";
import { toStoredEvent } from "../inbox/stored-event";
import { maxEvents } from "../receiver/limits";
import type { Spool } from "./spool";
import type { Spooled } from "./spooled";

/** How many deliveries are read at once. */
const maxAtOnce = 100;

/** The time limit, in milliseconds, of a page's scan. */
const patience = 500;

/** The log of what waits on this machine's disk: once forwarded, it is in the shared database's log. */
export class SpoolLog {
  readonly #spool: Spool;

  /** @param spool where deliveries wait */
  constructor(spool: Spool) {
    this.#spool = spool;
  }

  /** Waiting events, newest first. */
  list(query: PageQuery): Promise<EventPage> {
    return pageOf(this.#scan, query, patience);
  }

  /** The number of matches. */
  count(query: EventQuery): Promise<EventTally> {
    return tallyOf(this.#scan, query);
  }

  /** One event; `undefined` if it is not waiting here. */
  async get(endpoint: string, deliveryId: string): Promise<LoggedEvent | undefined> {
    for await (const { events } of this.#scan.scan({ endpoint }, { reverse: true })) {
      const found = events.find(({ event }) => event.deliveryId === deliveryId);
      if (found) return found;
    }
    return undefined;
  }

  readonly #scan: Scan = { scan: (query, range) => this.#look(query, range) };

  async *#look(query: EventQuery, { last, reverse }: ScanRange): AsyncIterable<Scanned> {
    const search = query.search === undefined ? undefined : new SearchWords(query.search);
    const endpoints = this.#spool.endpoints.filter((id) => query.endpoint === undefined || id === query.endpoint);
    const isWanted = (logged: LoggedEvent) => {
      const { event, endpoint } = logged;
      const facts = { endpoint, at: 0, names: [], hasOwnId: false, client: undefined };
      return (
        (last === undefined || event.sequence <= last) &&
        matches({ event, facts }, query, search) &&
        isIn(logged, query)
      );
    };
    let before = last === undefined ? Number.MAX_SAFE_INTEGER : Math.floor(last / maxEvents) + 1;
    for (;;) {
      const parts = await Promise.all(endpoints.map((endpoint) => this.#spool.latest(endpoint, maxAtOnce, before)));
      const found = parts.flatMap((part, index) =>
        part.map((spooled) => ({ endpoint: endpoints[index] ?? "", spooled })),
      );
      const some = found.sort((one, other) => other.spooled.place - one.spooled.place).slice(0, maxAtOnce);
      const oldest = some.at(-1);
      if (!oldest) return;
      before = oldest.spooled.place;
      const events = some.flatMap(({ endpoint, spooled }) => toLogged(endpoint, spooled)).filter(isWanted);
      yield { events: reverse ? events : events.toReversed(), reached: before * maxEvents };
    }
  }
}

/** The events of a delivery, the last one first. */
function toLogged(endpoint: string, { place, delivery }: Spooled): LoggedEvent[] {
  return delivery.events
    .map((received, index): LoggedEvent => {
      const event = toStoredEvent(delivery, delivery.deliveryId, received, index, place * maxEvents + index);
      return { event, endpoint, recipients: [], state: "spooled", duplicates: 0 };
    })
    .toReversed();
}

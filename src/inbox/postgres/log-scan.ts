import { type ReadEvent, unreadable } from "../event-row";
import type { EventQuery, LoggedEvent, LoggedState } from "../inbox";
import { isIn, matches } from "../matching";
import type { Scanned, ScanRange } from "../scan";
import { SearchWords } from "../search-words";
import type { Database } from "./database";
import { openStates, withoutNul } from "./deliveries";
import { fromDocument } from "./documents";
import type { Instances } from "./instances";
import { outcomesOf } from "./outcomes";
import type { Subscribers } from "./subscribers";

/** Sequence numbers scanned per statement: few enough to be fast, however rare matches are. */
const placesAtOnce = 20_000;

/** Events read at a time. */
const eventsAtOnce = 100;

interface EventRow {
  sequence: number;
  document: string;
}

/** Queries, answered by an index, for the events that may be in a state. */
const named: Partial<Record<LoggedState, string>> = {
  ...Object.fromEntries(["waiting", "inFlow", "slow", "unclaimed"].map((state) => [state, deliveriesIn(openStates)])),
  failed: deliveriesIn(["failed"]),
  setAside: deliveriesIn(["setAside"]),
  duplicate: "select sequence from hapana.repeats where true",
};

function deliveriesIn(states: readonly string[]): string {
  return `select sequence from hapana.deliveries where state in (${states.map((state) => `'${state}'`).join(", ")})`;
}

/** Scans the log in parts. */
export class LogScan {
  readonly #database: Database;
  readonly #subscribers: Subscribers;
  readonly #instances: Instances;

  constructor(database: Database, subscribers: Subscribers, instances: Instances) {
    this.#database = database;
    this.#subscribers = subscribers;
    this.#instances = instances;
  }

  /** The outcomes of events. */
  outcomes(events: readonly ReadEvent[]): Promise<LoggedEvent[]> {
    return outcomesOf(this.#database, this.#subscribers, this.#instances, events);
  }

  /** The events that match, in the order of the range. */
  async *scan(query: EventQuery, range: ScanRange): AsyncGenerator<Scanned> {
    const search = query.search === undefined ? undefined : new SearchWords(query.search);
    const client = query.client === undefined ? undefined : new SearchWords(query.client);
    const where = new Conditions(query, [...(search?.patterns ?? []), ...(client?.patterns ?? [])]);
    for await (const { rows, reached } of this.#parts(where, range)) {
      const read = rows.map(
        ({ sequence, document }) => fromDocument(document, sequence) ?? unreadable(document, sequence),
      );
      const matching = read.filter((each) => matches(each, query, search));
      const logged = range.isBare ? matching.map(withoutOutcome) : await this.outcomes(matching);
      yield { events: logged.filter((each) => isIn(each, query)), reached };
    }
  }

  async *#parts(where: Conditions, range: ScanRange): AsyncGenerator<{ rows: EventRow[]; reached: number }> {
    const { reverse } = range;
    const ends = await this.#ends(range);
    if (!ends) return;
    const step = where.isNamed ? Number.MAX_SAFE_INTEGER : placesAtOnce;
    let [first, last] = ends;
    while (first <= last) {
      const part = reverse
        ? { first: Math.max(first, last - step + 1), last }
        : { first, last: Math.min(last, first + step - 1) };
      const rows = await this.#read(where, part, reverse);
      const isFull = rows.length === eventsAtOnce;
      const reached = isFull ? (rows.at(-1) as EventRow).sequence : reverse ? part.first : part.last;
      yield { rows, reached };
      if (reverse) last = reached - 1;
      else first = reached + 1;
    }
  }

  /** The first and last event in the range. */
  async #ends({ first = 0, last = Number.MAX_SAFE_INTEGER }: ScanRange): Promise<[number, number] | undefined> {
    const [ends] = await this.#database.query<{ first: number | null; last: number | null }>(
      "select min(sequence) as first, max(sequence) as last from hapana.events where sequence between $1 and $2",
      [first, last],
    );
    return ends?.first == null || ends.last === null ? undefined : [ends.first, ends.last];
  }

  #read(where: Conditions, { first, last }: { first: number; last: number }, reverse: boolean): Promise<EventRow[]> {
    const order = reverse ? "desc" : "asc";
    return this.#database.query<EventRow>(
      `select sequence, document from hapana.events e
        where sequence between $1 and $2 and ${where.text} order by sequence ${order} limit ${eventsAtOnce}`,
      [first, last, ...where.values],
    );
  }
}

/** The part of a query checked by the database, not here. */
class Conditions {
  readonly text: string;
  readonly values: unknown[] = [];
  /** Whether an index yields the possible matches. */
  readonly isNamed: boolean;

  constructor({ endpoint, event, site, from, to, state, client, searchIn }: EventQuery, patterns: readonly string[]) {
    const name = state === undefined ? undefined : named[state];
    this.isNamed = name !== undefined;
    const texts = [
      ...(name === undefined ? [] : [`sequence in (${name} and sequence between $1 and $2)`]),
      ...this.#compare("endpoint =", endpoint),
      ...this.#compare("event =", event),
      ...this.#compare("site =", site === undefined ? undefined : withoutNul(site)),
      ...this.#compare("at >=", from),
      ...this.#compare("at <=", to),
      ...(searchIn === "ids" && client === undefined
        ? []
        : patterns.flatMap((each) => this.#compare("document ~*", each))),
    ];
    this.text = texts.length === 0 ? "true" : texts.join(" and ");
  }

  #compare(what: string, value: unknown): string[] {
    if (value === undefined) return [];
    this.values.push(value);
    return [`${what} $${this.values.length + 2}`];
  }
}

function withoutOutcome({ event, facts }: ReadEvent): LoggedEvent {
  return { event, endpoint: facts.endpoint, recipients: [], duplicates: 0 };
}

import { factsOf, fromRow, type ReadEvent, unreadable } from "../event-row";
import type { EventQuery, LoggedEvent, LoggedState } from "../inbox";
import { isIn, matches } from "../matching";
import type { Scanned, ScanRange } from "../scan";
import { SearchWords } from "../search-words";
import { keys, maxSequence, rangeOf, sequenceOf } from "./keys";
import type { Outcomes } from "./outcomes";
import { eventsInSketch, SketchedWords } from "./sketch";
import type { State } from "./state";

const day = 24 * 60 * 60_000;

/** Few enough that a small page is read quickly, and the event loop is not held up. */
const eventsAtOnce = 100;

/** Rows with the states of events are short. */
const stateRowsAtOnce = 1_000;

/** This many rows of a sketch are read faster in sequence than one by one. */
const manyInSketch = eventsInSketch / 4;

/** This close, a search for the start of a time does not pay. */
const nearEnough = 1_000;

interface Candidates {
  readonly rows: readonly (readonly [sequence: number, row: string])[];
  readonly reached: number;
}

/** Rows that name the events that may be in a state; if there are none, all events are scanned. */
const kindsByState: Partial<Record<LoggedState, { kind: string; names: (row: string) => boolean }>> = {
  ...{ waiting: { kind: "w", names: () => true }, slow: { kind: "w", names: () => true } },
  ...{ inFlow: { kind: "w", names: () => true }, unclaimed: { kind: "w", names: () => true } },
  failed: { kind: "y", names: (row) => row === "failed" },
  setAside: { kind: "y", names: (row) => row === "setAside" },
  duplicate: { kind: "x", names: () => true },
};

/** Before those rows exist. */
const unnamedFailures: typeof kindsByState = {
  failed: { kind: "d", names: (row) => row.includes('"state":"failed"') },
  setAside: { kind: "d", names: (row) => row.includes('"state":"setAside"') },
};

/** Scans the log, part by part, without holding up the event loop. */
export class LogScan {
  readonly #state: State;
  readonly #outcomes: Outcomes;

  constructor(state: State, outcomes: Outcomes) {
    this.#state = state;
    this.#outcomes = outcomes;
  }

  /** The events that match, in the order of the range. */
  async *scan(query: EventQuery, range: ScanRange): AsyncGenerator<Scanned> {
    const search = query.search === undefined ? undefined : new SearchWords(query.search);
    const client = query.client === undefined ? undefined : new SearchWords(query.client);
    const within = await this.#within(query, range);
    for await (const { rows, reached } of this.#candidates(query.state, search, within)) {
      const possible = rows.filter(([, row]) => mayMatch(row, query, search) && (client?.mayBeIn(row) ?? true));
      const likely = query.state === "ignored" ? await this.#withoutDeliveries(possible) : possible;
      const read = likely.map(([sequence, row]) => fromRow(row, sequence) ?? unreadable(row, sequence));
      const matching = read.filter((each) => matches(each, query, search));
      const logged = range.isBare ? matching.map(withoutOutcome) : await this.#outcomes.of(matching);
      yield { events: logged.filter((each) => isIn(each, query)), reached };
    }
  }

  async #withoutDeliveries(rows: Candidates["rows"]): Promise<Candidates["rows"]> {
    const { open, closed, first } = await this.#outcomes.deliveriesOf(rows.map(([sequence]) => sequence));
    return rows.filter(([sequence]) => ![open, closed, first].some((each) => each.has(sequence)));
  }

  /** Events outside the requested time need not be read, except around its ends: clocks get set. */
  async #within({ from, to }: EventQuery, range: ScanRange): Promise<ScanRange> {
    if (from === undefined && to === undefined) return range;
    const [[oldest] = [], newest] = await Promise.all([
      this.#state.reader.first(rangeOf("e", range.first, range.last)),
      this.#state.reader.lastKey(rangeOf("e", range.first, range.last)),
    ]);
    if (oldest === undefined || newest === undefined) return range;
    const ends = [sequenceOf(oldest), sequenceOf(newest)] as const;
    // If so, nothing can be said about what lies on either side.
    if (this.#state.clockSetBack > ends[0]) return range;
    const first = from === undefined ? ends[0] : (await this.#around(from - day, ...ends))[0];
    const last = to === undefined ? ends[1] : (await this.#around(to + day, ...ends))[1];
    return { ...range, first, last };
  }

  /** The range of events within a time. */
  async #around(time: number, oldest: number, newest: number): Promise<[number, number]> {
    let [low, high] = [oldest, newest];
    while (high - low > nearEnough) {
      const middle = Math.floor((low + high) / 2);
      const [key, row] = (await this.#state.reader.first(rangeOf("e", middle, high))) ?? [];
      const at = row === undefined ? undefined : factsOf(row)?.at;
      if (key === undefined || at === undefined) return [oldest, newest];
      if (at < time) low = sequenceOf(key);
      else high = middle;
    }
    return [low, high];
  }

  #candidates(
    state: LoggedState | undefined,
    search: SearchWords | undefined,
    range: ScanRange,
  ): AsyncGenerator<Candidates> {
    const isByOutcome = this.#state.failures.areNamed ? undefined : unnamedFailures;
    const named = state === undefined ? undefined : (isByOutcome?.[state] ?? kindsByState[state]);
    if (named) return this.#named(named, range);
    const words = new SketchedWords(search?.words ?? []);
    return words.rows.length > 0 ? this.#sketched(words, range) : this.#all(range);
  }

  async *#sketched(
    words: SketchedWords,
    { first = 0, last = maxSequence, reverse }: ScanRange,
  ): AsyncGenerator<Candidates> {
    const { sketches } = this.#state;
    const parts = sketches.partsOf(first, last);
    for (const part of reverse ? parts.reverse() : parts) {
      const places = part.sketch === undefined ? undefined : await sketches.find(part.sketch, words);
      const within = places?.filter((place) => place >= part.first && place <= part.last);
      if (!within || within.length > manyInSketch) yield* this.#all({ ...part, reverse });
      else {
        yield* this.#these(reverse ? within.reverse() : within);
        yield { rows: [], reached: reverse ? part.first : part.last };
      }
    }
  }

  /** Some events, in this order. */
  async *#these(sequences: readonly number[]): AsyncGenerator<Candidates> {
    for (let at = 0; at < sequences.length; at += eventsAtOnce) {
      const some = sequences.slice(at, at + eventsAtOnce);
      const rows = await this.#state.reader.getMany(some.map(keys.event));
      yield {
        rows: rows.flatMap((row, index) => (row === undefined ? [] : [[some[index] as number, row] as const])),
        reached: some.at(-1) as number,
      };
    }
  }

  async *#all({ first, last, reverse }: ScanRange): AsyncGenerator<Candidates> {
    for await (const rows of this.#state.reader.range({ ...rangeOf("e", first, last), reverse }, eventsAtOnce)) {
      const read = rows.map(([key, row]) => [sequenceOf(key), row] as const);
      yield { rows: read, reached: read.at(-1)?.[0] ?? 0 };
    }
  }

  async *#named(
    { kind, names }: { kind: string; names: (row: string) => boolean },
    { first = 0, last = Number.MAX_SAFE_INTEGER, reverse }: ScanRange,
  ): AsyncGenerator<Candidates> {
    const { reader } = this.#state;
    const order = (one: number, other: number) => (reverse ? other - one : one - other);
    // Those without a row yet.
    const others = kind === "w" ? [...(await this.#outcomes.inFirstAttempt()).keys()] : [];
    const unnamed = others.filter((sequence) => sequence >= first && sequence <= last).sort(order);
    const range = { ...rangeOf(kind, first, Math.min(last, maxSequence)), reverse };
    let previous: number | undefined;
    for await (const rows of reader.range(range, stateRowsAtOnce)) {
      const reached = sequenceOf(rows.at(-1)?.[0] ?? "");
      const found = new Set(rows.filter(([, row]) => names(row)).map(([key]) => sequenceOf(key)));
      while (unnamed[0] !== undefined && order(unnamed[0], reached) <= 0) found.add(unnamed.shift() as number);
      // Its rows were on both sides of the end.
      if (previous !== undefined) found.delete(previous);
      const sequences = [...found].sort(order);
      previous = sequences.at(-1) ?? previous;
      yield* this.#these(sequences);
      yield { rows: [], reached };
    }
    yield* this.#these(unnamed);
  }
}

const receivedAt = '"receivedAt":"';
const isoLength = new Date(0).toISOString().length;

/** A quick check, so that most rows need not be parsed. */
function mayMatch(row: string, query: EventQuery, search: SearchWords | undefined): boolean {
  const { event, site, from, to } = query;
  if (from !== undefined || to !== undefined) {
    const begin = row.indexOf(receivedAt) + receivedAt.length;
    const at = Date.parse(row.slice(begin, begin + isoLength));
    if ((from !== undefined && at < from) || (to !== undefined && at > to)) return false;
  }
  if (event !== undefined && !row.includes(`"event":{"event":${JSON.stringify(event)}`)) return false;
  if (site !== undefined && !row.includes(JSON.stringify(site))) return false;
  return search?.mayBeIn(row) ?? true;
}

function withoutOutcome({ event, facts }: ReadEvent): LoggedEvent {
  return { event, endpoint: facts.endpoint, recipients: [], duplicates: 0 };
}

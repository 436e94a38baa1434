import { Again } from "./again";

/** A page of a log, newest first. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next?: string | null | undefined;
}

/** The source of a log, and how its rows are distinguished. */
export interface LogSource<Row, Filter> {
  /** Fetches a page: so many rows before a key; without one, the newest. */
  fetch(filter: Filter, before: string | undefined, limit: number): Promise<Page<Row>>;
  keyOf(row: Row): string;
}

/** A part of the log that was fetched at once, by its start; the first one starts at the newest row. */
interface Stretch<Row> {
  readonly before: string | undefined;
  rows: readonly Row[];
  /** Something has changed since it was fetched, perhaps in it. */
  isStale: boolean;
}

const pageLength = 50;
const maxInAPage = 500;
const maxPages = 10;

/**
 * The log as far as it has been read: newest first, without gaps, from the newest row to where the reader is. What has changed
 * in it is fetched again when it is viewed.
 *
 * It is `loading` (the first page, or the next), `idle`, or `failed`: then `problem` says why, and {@link retry} retries.
 */
export class PagedLog<Row, Filter extends object> {
  /** What is shown of it. */
  rows: readonly Row[] = [];
  state: "loading" | "idle" | "failed" = "idle";
  problem: Error | undefined;
  /** So much has arrived that what is shown no longer reaches the newest row. */
  isBehind = false;
  readonly #source: LogSource<Row, Filter>;
  readonly #changed: () => void;
  #filter: Filter;
  #stretches: Stretch<Row>[] = [];
  /** Where the next page starts; `undefined` if there is none. */
  #next: string | undefined;
  /** Pending fetches for an earlier filter are ignored. */
  #generation = 0;
  readonly #freshening = new Again(() => this.#freshen());
  #seen: readonly [number, number] = [0, 0];

  /**
   * @param source where it comes from
   * @param filter the initial query
   * @param changed called when there is something else to show
   */
  constructor(source: LogSource<Row, Filter>, filter: Filter, changed: () => void) {
    this.#source = source;
    this.#filter = filter;
    this.#changed = changed;
  }

  get filter(): Filter {
    return this.#filter;
  }

  get hasMore(): boolean {
    return this.#next !== undefined;
  }

  /** Reads the log again, from the newest row on, for another filter. The current rows stay until the new ones are there. */
  show(filter: Filter): Promise<void> {
    this.#filter = filter;
    this.#generation += 1;
    return this.#load(undefined);
  }

  /** Reads on, if there is more and it is not being read yet. */
  async more(): Promise<void> {
    if (this.state === "idle" && this.#next !== undefined) await this.#load(this.#next);
  }

  /** Retries what has failed. */
  retry(): Promise<void> {
    return this.#load(this.#stretches.length > 0 ? this.#next : undefined);
  }

  async #load(before: string | undefined): Promise<void> {
    const generation = this.#generation;
    this.state = "loading";
    this.problem = undefined;
    this.#publish();
    try {
      const { rows, next } = await this.#source.fetch(this.#filter, before, pageLength);
      if (generation !== this.#generation) return;
      if (before === undefined) this.#forget();
      const known = this.#keysOf(this.#stretches);
      this.#stretches.push({ before, rows: rows.filter((row) => !known.has(this.#source.keyOf(row))), isStale: false });
      this.#next = next ?? undefined;
      this.state = "idle";
    } catch (error) {
      if (generation !== this.#generation) return;
      if (before === undefined) this.#forget();
      this.state = "failed";
      this.problem = error as Error;
    }
    this.#publish();
  }

  #forget(): void {
    this.#stretches = [];
    this.#next = undefined;
    this.isBehind = false;
  }

  /**
   * Something has changed in the log: fetches what is new, and refreshes what is visible.
   * @param seen the first and the last visible row
   */
  async refresh(seen: readonly [number, number]): Promise<void> {
    if (this.state === "failed" && this.#stretches.length === 0) return this.#load(undefined);
    for (const stretch of this.#stretches) stretch.isStale = true;
    await this.freshen(seen);
  }

  /** Refreshes what is visible, if something has changed since. */
  async freshen(seen: readonly [number, number]): Promise<void> {
    this.#seen = seen;
    await this.#freshening.run();
  }

  async #freshen(): Promise<void> {
    const generation = this.#generation;
    try {
      for (const stretch of this.#seenStretches(this.#seen)) {
        stretch.isStale = false;
        await this.#fetchAnew(stretch, generation);
        if (generation !== this.#generation) return;
      }
      this.problem = undefined;
      if (this.state === "failed") this.state = "idle";
    } catch (error) {
      // The current rows stay: they were true a moment ago.
      this.problem = error as Error;
    } finally {
      this.#publish();
    }
  }

  /** The first is always visible: new rows are added there. */
  #seenStretches([first, last]: readonly [number, number]): Stretch<Row>[] {
    let start = 0;
    return this.#stretches.filter(({ rows, isStale }, index) => {
      const end = start + rows.length;
      const isSeen = index === 0 || (start <= last && end > first);
      start = end;
      return isSeen && isStale;
    });
  }

  async #fetchAnew(stretch: Stretch<Row>, generation: number): Promise<void> {
    const limit = Math.min(maxInAPage, Math.max(pageLength, stretch.rows.length));
    const { rows, next } = await readRows((before, limit) => this.#source.fetch(this.#filter, before, limit), {
      before: stretch.before,
      limit,
    });
    if (generation !== this.#generation) return;
    const index = this.#stretches.indexOf(stretch);
    const later = this.#keysOf(this.#stretches.slice(index + 1));
    const at = rows.findIndex((row) => later.has(this.#source.keyOf(row)));
    const fetched = at < 0 ? rows : rows.slice(0, at);
    const isWhole = at >= 0 || !next;
    const rest = isWhole ? [] : this.#rowsAfter(stretch.rows, fetched.at(-1));
    if (rest === undefined) {
      if (index === 0) this.isBehind = true;
      return;
    }
    stretch.rows = [...fetched, ...rest];
    // Everything has been fetched, including what there was no room for before.
    if (this.#stretches.length === index + 1 && rest.length === 0) this.#next = next ?? undefined;
  }

  #keysOf(stretches: readonly Stretch<Row>[]): Set<string> {
    return new Set(stretches.flatMap(({ rows }) => rows.map((row) => this.#source.keyOf(row))));
  }

  /** What comes after a row; `undefined` if it is not among them. */
  #rowsAfter(rows: readonly Row[], last: Row | undefined): readonly Row[] | undefined {
    if (!last || rows.length === 0) return [];
    const key = this.#source.keyOf(last);
    const at = rows.findIndex((row) => this.#source.keyOf(row) === key);
    return at < 0 ? undefined : rows.slice(at + 1);
  }

  #publish(): void {
    this.rows = this.#stretches.flatMap(({ rows }) => rows);
    this.#changed();
  }
}

/** Reads so many rows; pages may end before they are full, if few of many match. */
export async function readRows<Row>(
  fetch: (before: string | undefined, limit: number) => Promise<Page<Row>>,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<Page<Row>> {
  const rows: Row[] = [];
  let next = before;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const page = await fetch(next, limit - rows.length);
    rows.push(...page.rows);
    next = page.next ?? undefined;
    if (next === undefined || rows.length >= limit) break;
  }
  return { rows, next };
}

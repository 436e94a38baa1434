import { del, put, type Write } from "../inbox/level/database";
import type { Reader } from "../inbox/level/reader";
import type { Code } from "./codes";
import { nameOf } from "./credential";

/** A decision as stored. */
export interface LoggedDecision {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** The id of the door's node. */
  readonly door: string;
  readonly code: Code;
  readonly allow: boolean;
  readonly test: boolean;
  readonly clientID?: string;
  /** The candidates, if there are several. */
  readonly clientIDs?: readonly string[];
  /** Whether the credential belongs to somebody, but has expired. */
  readonly isExpired?: true;
  /** What was read, if anything was. */
  readonly credential?: string;
  /** The location that decided it; empty if the event named none. */
  readonly siteID?: string;
  /** The status on which it is based, and when that became known, in milliseconds since 1970. */
  readonly status?: string;
  readonly asOf?: number;
}

/** A decision in the log, and its key there. */
export type PlacedDecision = LoggedDecision & { readonly place: string };

/** A query for decisions; a field that is left out does not restrict it. */
export interface DecisionQuery {
  readonly door?: string;
  readonly clientID?: string;
  readonly code?: string;
  readonly allow?: boolean;
  /** From and before; in milliseconds since 1970. */
  readonly from?: number;
  readonly to?: number;
  /** The `next` of the previous page. */
  readonly before?: string;
  /** The largest number of decisions to return. */
  readonly limit: number;
}

/** Newest first. */
export interface DecisionPage {
  readonly decisions: readonly PlacedDecision[];
  /** Where the next page starts, if there may be one. */
  readonly next?: string;
}

/** How many rows are scanned for one page: if few match, a page may be empty and still have a next one. */
const maxRows = 5_000;
const rowsAtOnce = 200;

/** How long decisions are kept. */
const keptDays = 30;

/** What the log needs from a store. */
interface DecisionStore {
  readonly reader: Reader;
  /** Writes along with the next write, without anybody waiting for it. */
  note(...writes: Write[]): void;
  /** The same. @returns resolves once written, however long the disk refuses */
  write(...writes: Write[]): Promise<void>;
}

/** What doors have decided, for later queries. */
export class DecisionLog {
  readonly #store: DecisionStore;
  #count = 0;

  constructor(store: DecisionStore) {
    this.#store = store;
  }

  /** @returns resolves once it can be read */
  note({ at, ...decision }: LoggedDecision): Promise<void> {
    // Of two in one millisecond, the later one sorts second, even after the counter wraps around.
    this.#count = (this.#count + 1) % 46_656;
    return this.#store.write(put(keyOf(at, this.#count), JSON.stringify(decision)));
  }

  /** @throws StoreError */
  async list({ before, limit, from, to, ...wanted }: DecisionQuery): Promise<DecisionPage> {
    const decisions: PlacedDecision[] = [];
    let looked = 0;
    const gte = from === undefined ? "x" : keyOf(from, 0);
    const end = to === undefined ? "y" : keyOf(to, 0);
    const lt = before !== undefined && before < end ? before : end;
    for await (const rows of this.#store.reader.range({ gte, lt, reverse: true }, rowsAtOnce)) {
      for (const [key, row] of rows) {
        looked += 1;
        const decision = read(key, row);
        if (decision && matches(decision, wanted)) decisions.push(decision);
        if (decisions.length === limit || looked === maxRows) return { decisions, next: key };
      }
    }
    return { decisions };
  }

  /** Deletes everything older than {@link keptDays}. @throws StoreError */
  async prune(now: number): Promise<void> {
    const end = keyOf(now - keptDays * 24 * 60 * 60_000, 0);
    for await (const rows of this.#store.reader.range({ gte: "x", lt: end }, rowsAtOnce))
      this.#store.note(...rows.map(([key]) => del(key)));
  }

  /**
   * Deletes decisions about clients.
   * @param credentials the keys of their past credentials: also finds reads from before the owner was known
   * @throws StoreError
   */
  async forget(clientIDs: ReadonlySet<string>, credentials: ReadonlySet<string> = new Set()): Promise<void> {
    for await (const decisions of this.#all()) {
      const theirs = decisions.filter((decision) => {
        const about = clientsOf(decision);
        if (about.length > 0) return about.some((clientID) => clientIDs.has(clientID));
        return decision.credential !== undefined && credentials.has(nameOf(decision.credential));
      });
      if (theirs.length > 0) this.#store.note(...theirs.map(({ place }) => del(place)));
    }
  }

  /** The ids of the clients who were let in. @throws StoreError */
  async letIn(): Promise<Set<string>> {
    const found = new Set<string>();
    for await (const decisions of this.#all())
      for (const { clientID, allow } of decisions) if (clientID !== undefined && allow) found.add(clientID);
    return found;
  }

  async *#all(): AsyncGenerator<PlacedDecision[]> {
    for await (const rows of this.#store.reader.range({ gte: "x", lt: "y" }, rowsAtOnce))
      yield rows.flatMap(([key, row]) => read(key, row) ?? []);
  }
}

/** Whom a decision is, or may be, about. */
export function clientsOf({ clientID, clientIDs = [] }: LoggedDecision): readonly string[] {
  return clientID === undefined ? clientIDs : [clientID];
}

/** Whether a text is the `next` of a page. */
export function isPlace(text: string): boolean {
  return /^x[0-9a-z]{12}$/.test(text);
}

function keyOf(at: number, count: number): string {
  return `x${Math.max(0, at).toString(36).padStart(9, "0")}${count.toString(36).padStart(3, "0")}`;
}

function read(key: string, row: string): PlacedDecision | undefined {
  try {
    const at = Number.parseInt(key.slice(1, 10), 36);
    return { ...(JSON.parse(row) as Omit<LoggedDecision, "at">), at, place: key };
  } catch {
    return undefined;
  }
}

function matches(decision: LoggedDecision, { door, clientID, code, allow }: Partial<DecisionQuery>): boolean {
  return (
    (door === undefined || decision.door === door) &&
    (clientID === undefined || clientsOf(decision).includes(clientID)) &&
    (code === undefined || decision.code === code) &&
    (allow === undefined || decision.allow === allow)
  );
}

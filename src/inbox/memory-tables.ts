import { RecentEvents } from "./recent-events";
import { StoreError } from "./store-error";
import type { Failure, KeyedTable, OrderedTable, Progress, Retry, Tables } from "./tables";

/** As many events as are kept in memory. Those that nobody waits for make room; where there are none, no more is taken. */
const mostEvents = 10_000;

/**
 * An inbox's tables in memory: everything is lost when Node-RED ends. For where a disk is not wanted, or cannot be used.
 * @returns empty tables
 */
export function createMemoryTables(): Tables {
  const journal = new Journal();
  const wanted = new Map<number, number>();
  const unwanted = new Queue<{ owner: string; sequence: number }>();
  const mayGo = (owner: string, sequence: number): void => {
    unwanted.add({ owner, sequence });
    // What has been pruned is still in it.
    if (unwanted.size > 4 * mostEvents) unwanted.keep((event) => events.get(event.owner, event.sequence) !== undefined);
  };
  const want = (owner: string, sequence: number, change: number): void => {
    const count = (wanted.get(sequence) ?? 0) + change;
    if (count > 0) {
      wanted.set(sequence, count);
      return;
    }
    wanted.delete(sequence);
    mayGo(owner, sequence);
  };
  const events = new MemoryOrderedTable<string>(journal);
  const failed = new MemoryOrderedTable<Failure>(journal);
  const deliveries = keyed<number>(journal);
  const recent = new RecentEvents();

  function makeRoom(): void {
    for (;;) {
      const free = unwanted.take();
      if (!free) throw new StoreError("MEMORYFULL");
      const { owner, sequence } = free;
      const row = events.get(owner, sequence);
      // Gone already; or wanted after all, and then it comes here again.
      if (row === undefined || wanted.has(sequence)) continue;
      journal.note(() => unwanted.add(free));
      events.remove(owner, sequence);
      for (const subscriber of failed.owners()) failed.remove(subscriber, sequence);
      deliveries.remove((JSON.parse(row) as { deliveryKey?: string }).deliveryKey ?? "");
      return;
    }
  }

  return {
    isDurable: false,
    events: {
      get: (owner, sequence) => events.get(owner, sequence),
      put(owner, sequence, row) {
        if (events.size >= mostEvents) makeRoom();
        events.put(owner, sequence, row);
        mayGo(owner, sequence);
      },
      remove: (owner, sequence) => events.remove(owner, sequence),
      list: (owner, after, limit) => events.list(owner, after, limit),
      owners: () => events.owners(),
    },
    waiting: new MemoryOrderedTable<Progress>(journal, (sequence, row, change) => want(row.endpoint, sequence, change)),
    inFlow: new MemoryOrderedTable<Progress>(journal, (sequence, row, change) => want(row.endpoint, sequence, change)),
    retries: new MemoryOrderedTable<Retry>(journal, (_slot, row, change) => want(row.endpoint, row.sequence, change)),
    failed,
    deliveries,
    recent: {
      latest: (client, at) => recent.latest(client, at),
      put: (client, event) => journal.note(recent.put(client, event)),
    },
    facts: keyed(journal),
    transaction: async (operation) => journal.record(operation),
    async close() {},
  };
}

/** First come, first taken. */
class Queue<Item> {
  #items: Item[] = [];
  #taken = 0;

  get size(): number {
    return this.#items.length - this.#taken;
  }

  add(item: Item): void {
    this.#items.push(item);
  }

  take(): Item | undefined {
    const item = this.#items[this.#taken];
    if (item === undefined) return undefined;
    this.#taken += 1;
    if (this.#taken > 1_000 && this.#taken * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    }
    return item;
  }

  /** Keeps only what matches. */
  keep(matches: (item: Item) => boolean): void {
    this.#items = this.#items.slice(this.#taken).filter(matches);
    this.#taken = 0;
  }
}

/** Takes back what an operation has written before it threw. */
class Journal {
  #undo: (() => void)[] | undefined;

  note(undo: () => void): void {
    this.#undo?.push(undo);
  }

  record<Result>(operation: () => Result): Result {
    const written: (() => void)[] = [];
    this.#undo = written;
    try {
      return operation();
    } catch (error) {
      this.#undo = undefined;
      for (const undo of written.reverse()) undo();
      throw error;
    } finally {
      this.#undo = undefined;
    }
  }
}

function keyed<Row>(journal: Journal): KeyedTable<Row> {
  const rows = new Map<string, Row>();
  const table: KeyedTable<Row> = {
    get: (key) => rows.get(key),
    put(key, row) {
      table.remove(key);
      journal.note(() => rows.delete(key));
      rows.set(key, row);
    },
    remove(key) {
      const row = rows.get(key);
      if (row === undefined) return;
      journal.note(() => rows.set(key, row));
      rows.delete(key);
    },
  };
  return table;
}

interface Shelf<Row> {
  rows: Map<number, Row>;
  /** Ascending; may hold sequences whose row is gone, until they are too many. */
  order: number[];
}

class MemoryOrderedTable<Row> implements OrderedTable<Row> {
  readonly #shelves = new Map<string, Shelf<Row>>();
  readonly #journal: Journal;
  readonly #onChange: (sequence: number, row: Row, change: 1 | -1) => void;
  size = 0;

  constructor(journal: Journal, onChange: (sequence: number, row: Row, change: 1 | -1) => void = () => {}) {
    this.#journal = journal;
    this.#onChange = onChange;
  }

  get(owner: string, sequence: number): Row | undefined {
    return this.#shelves.get(owner)?.rows.get(sequence);
  }

  put(owner: string, sequence: number, row: Row): void {
    this.remove(owner, sequence);
    this.#journal.note(() => this.remove(owner, sequence));
    const shelf = this.#shelfOf(owner);
    if ((shelf.order.at(-1) ?? -1) < sequence) shelf.order.push(sequence);
    else if (shelf.order[indexAfter(shelf.order, sequence - 1)] !== sequence) {
      shelf.order.splice(indexAfter(shelf.order, sequence), 0, sequence);
    }
    shelf.rows.set(sequence, row);
    this.size += 1;
    this.#onChange(sequence, row, 1);
  }

  remove(owner: string, sequence: number): void {
    const shelf = this.#shelves.get(owner);
    const row = shelf?.rows.get(sequence);
    if (!shelf || row === undefined) return;
    this.#journal.note(() => this.put(owner, sequence, row));
    shelf.rows.delete(sequence);
    this.size -= 1;
    this.#onChange(sequence, row, -1);
    if (shelf.order.length > 2 * shelf.rows.size + 32) shelf.order = shelf.order.filter((kept) => shelf.rows.has(kept));
  }

  list(owner: string, after: number, limit: number): { sequence: number; row: Row }[] {
    const shelf = this.#shelves.get(owner);
    const found: { sequence: number; row: Row }[] = [];
    if (!shelf) return found;
    for (let at = indexAfter(shelf.order, after); at < shelf.order.length && found.length < limit; at += 1) {
      const sequence = shelf.order[at] as number;
      const row = shelf.rows.get(sequence);
      if (row !== undefined) found.push({ sequence, row });
    }
    return found;
  }

  owners(): string[] {
    return [...this.#shelves].filter(([, { rows }]) => rows.size > 0).map(([owner]) => owner);
  }

  #shelfOf(owner: string): Shelf<Row> {
    const shelf = this.#shelves.get(owner) ?? { rows: new Map(), order: [] };
    this.#shelves.set(owner, shelf);
    return shelf;
  }
}

/** The index of the first sequence above `sequence`. */
function indexAfter(order: readonly number[], sequence: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((order[middle] as number) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

import type { KeyedTable, Latest, OrderedTable, Progress, Retry, Tables } from "./tables";

/** As many events as are kept in memory. The oldest that nobody waits for make room; where there are none, no more is taken. */
const mostEvents = 10_000;

/**
 * An inbox's tables in memory: everything is lost when Node-RED ends. For where a disk is not wanted, or cannot be used.
 * @returns empty tables
 */
export function createMemoryTables(): Tables {
  const wanted = new Map<number, number>();
  const want = (sequence: number, change: number): void => {
    const count = (wanted.get(sequence) ?? 0) + change;
    if (count > 0) wanted.set(sequence, count);
    else wanted.delete(sequence);
  };
  const events = new MemoryOrderedTable<string>();
  const deliveries = new Map<string, number>();
  const latest = new Map<string, Latest>();

  function makeRoom(): void {
    if (events.size < mostEvents) return;
    const free = events.find((sequence) => !wanted.has(sequence));
    if (!free) throw new Error(`The inbox in memory is full: ${mostEvents} events wait for the flow.`);
    const { deliveryKey = "", latestKey = "" } = JSON.parse(free.row) as { deliveryKey?: string; latestKey?: string };
    events.remove(free.owner, free.sequence);
    deliveries.delete(deliveryKey);
    if (latest.get(latestKey)?.sequence === free.sequence) latest.delete(latestKey);
  }

  return {
    isDurable: false,
    events,
    waiting: new MemoryOrderedTable<Progress>((sequence, _row, change) => want(sequence, change)),
    inFlow: new MemoryOrderedTable<Progress>((sequence, _row, change) => want(sequence, change)),
    retries: new MemoryOrderedTable<Retry>((_slot, row, change) => want(row.sequence, change)),
    failed: new MemoryOrderedTable(),
    deliveries: keyed(deliveries),
    latest: keyed(latest),
    facts: keyed(new Map()),
    async transaction(operation) {
      makeRoom();
      return operation();
    },
    async close() {},
  };
}

function keyed<Row>(rows: Map<string, Row>): KeyedTable<Row> {
  return {
    get: (key) => rows.get(key),
    put: (key, row) => void rows.set(key, row),
    remove: (key) => void rows.delete(key),
  };
}

interface Shelf<Row> {
  rows: Map<number, Row>;
  /** Ascending; may hold sequences whose row is gone, until they are too many. */
  order: number[];
}

class MemoryOrderedTable<Row> implements OrderedTable<Row> {
  readonly #shelves = new Map<string, Shelf<Row>>();
  readonly #onChange: (sequence: number, row: Row, change: 1 | -1) => void;
  size = 0;

  constructor(onChange: (sequence: number, row: Row, change: 1 | -1) => void = () => {}) {
    this.#onChange = onChange;
  }

  get(owner: string, sequence: number): Row | undefined {
    return this.#shelves.get(owner)?.rows.get(sequence);
  }

  put(owner: string, sequence: number, row: Row): void {
    this.remove(owner, sequence);
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

  find(matches: (sequence: number) => boolean): { owner: string; sequence: number; row: Row } | undefined {
    for (const [owner, { rows }] of this.#shelves) {
      for (const [sequence, row] of rows) if (matches(sequence)) return { owner, sequence, row };
    }
    return undefined;
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

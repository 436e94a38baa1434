import type { Database } from "lmdb";
import { checkedKey } from "./lmdb-keys";
import type { PendingWrite, PendingWrites } from "./pending-writes";
import type { KeyedTable, OrderedTable } from "./tables";

/**
 * A table by keys, in a database of LMDB. What has been written is read from memory until LMDB has it.
 * @param database where it is kept
 * @param writes told of every write
 * @param isKept whether rows stay in memory, for a small table that is read all the time
 */
export function keyedRows<Row>(
  database: Database<Row, string>,
  writes: PendingWrites,
  { isKept = false } = {},
): KeyedTable<Row> {
  const rows: Rows<string, Row> = {
    pending: new Map(),
    isKept,
    put: (key, row) => void database.put(key, row),
    remove: (key) => void database.remove(key),
  };
  return {
    get(key) {
      const write = rows.pending.get(key);
      return write ? write.row : database.get(key);
    },
    put: (key, row) => writes.add(new RowWrite(rows, checkedKey(key), row)),
    remove: (key) => writes.add(new RowWrite(rows, checkedKey(key), undefined)),
  };
}

/**
 * A table by owner and sequence, in a database of LMDB. What has been written is read from memory until LMDB has it.
 * @param database where it is kept
 * @param writes told of every write
 */
export function orderedRows<Row>(database: Database<Row, [string, number]>, writes: PendingWrites): OrderedTable<Row> {
  const byOwner = new Map<string, Rows<number, Row>>();
  const rowsOf = (owner: string): Rows<number, Row> => {
    const known = byOwner.get(owner);
    if (known) return known;
    checkedKey(owner);
    const rows: Rows<number, Row> = {
      pending: new Map(),
      isKept: false,
      put: (sequence, row) => void database.put([owner, sequence], row),
      remove: (sequence) => void database.remove([owner, sequence]),
    };
    byOwner.set(owner, rows);
    return rows;
  };
  return {
    get(owner, sequence) {
      const write = byOwner.get(owner)?.pending.get(sequence);
      return write ? write.row : database.get([owner, sequence]);
    },
    put: (owner, sequence, row) => writes.add(new RowWrite(rowsOf(owner), sequence, row)),
    remove: (owner, sequence) => writes.add(new RowWrite(rowsOf(owner), sequence, undefined)),
    list(owner, after, limit) {
      const pending = byOwner.get(owner)?.pending;
      if (!pending?.size) return listFrom(database, owner, after, limit);
      // As many more as may have been removed or replaced.
      const onDisk = listFrom(database, owner, after, limit + pending.size).filter(
        ({ sequence }) => !pending.has(sequence),
      );
      const written = [...pending].flatMap(([sequence, { row }]) =>
        sequence > after && row !== undefined ? [{ sequence, row }] : [],
      );
      return [...onDisk, ...written].sort((one, other) => one.sequence - other.sequence).slice(0, limit);
    },
    owners() {
      const written = [...byOwner].filter(([, { pending }]) => pending.size > 0).map(([owner]) => owner);
      return [...new Set([...ownersIn(database), ...written])];
    },
  };
}

/** Rows that belong together: those not yet on the disk, and the way there. */
interface Rows<Key, Row> {
  readonly pending: Map<Key, RowWrite<Key, Row>>;
  readonly isKept: boolean;
  put(key: Key, row: Row): void;
  remove(key: Key): void;
}

/** A row that has been written; or, without a row, removed. */
class RowWrite<Key, Row> implements PendingWrite {
  readonly row: Row | undefined;
  readonly bytes: number;
  readonly #rows: Rows<Key, Row>;
  readonly #key: Key;
  /** What it replaces, as long as that may come back. */
  #before: RowWrite<Key, Row> | undefined;
  #isSettled = false;

  constructor(rows: Rows<Key, Row>, key: Key, row: Row | undefined) {
    this.row = row;
    // In UTF-8, a character takes up to three.
    this.bytes = typeof row === "string" ? 3 * row.length : 0;
    this.#rows = rows;
    this.#key = key;
    this.#before = rows.pending.get(key);
    rows.pending.set(key, this);
  }

  apply(): void {
    if (this.row === undefined) this.#rows.remove(this.#key);
    else this.#rows.put(this.#key, this.row);
  }

  settle(): void {
    const { pending, isKept } = this.#rows;
    this.#isSettled = true;
    this.#before = undefined;
    if (!isKept && pending.get(this.#key) === this) pending.delete(this.#key);
  }

  undo(): void {
    const { pending, isKept } = this.#rows;
    const before = this.#before;
    if (before && (isKept || !before.#isSettled)) pending.set(this.#key, before);
    else pending.delete(this.#key);
  }
}

function listFrom<Row>(
  database: Database<Row, [string, number]>,
  owner: string,
  after: number,
  limit: number,
): { sequence: number; row: Row }[] {
  const start: [string, number] = [owner, after + 1];
  const end: [string, number] = [owner, Number.MAX_SAFE_INTEGER];
  const rows = database.getRange({ start, end, ...(Number.isFinite(limit) && { limit }) });
  return Array.from(rows, ({ key, value }) => ({ sequence: key[1], row: value }));
}

function ownersIn<Row>(database: Database<Row, [string, number]>): string[] {
  const owners: string[] = [];
  let start: [string, number] = ["", 0];
  for (;;) {
    const [key] = database.getKeys({ start, limit: 1 });
    if (!key) return owners;
    owners.push(key[0]);
    start = [key[0], Number.MAX_SAFE_INTEGER];
  }
}

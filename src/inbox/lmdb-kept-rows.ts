import type { Database } from "lmdb";
import { checkedKey } from "./lmdb-keys";
import type { PendingWrite, PendingWrites } from "./pending-writes";
import type { OrderedTable } from "./tables";

/** All rows of an owner, as they are on the disk. */
export type KeptRows<Row> = [sequence: number, row: Row][];

/**
 * A table by owner and sequence whose rows are few and soon gone. They are kept in memory, and on the disk all rows of an owner
 * are one: however many come and go between two transactions, each transaction writes them once.
 * @param database where they are kept
 * @param writes told of every write
 * @throws Error where what is on the disk is damaged
 */
export function keptRows<Row>(database: Database<KeptRows<Row>, string>, writes: PendingWrites): OrderedTable<Row> {
  const byOwner = readAll(database);
  const keptOf = (owner: string): Kept<Row> => {
    const known = byOwner.get(owner);
    if (known) return known;
    checkedKey(owner);
    const kept: Kept<Row> = { rows: new Map(), isWritten: true };
    byOwner.set(owner, kept);
    return kept;
  };
  const change = (owner: string, sequence: number, row: Row | undefined): void => {
    const kept = keptOf(owner);
    kept.isWritten = false;
    writes.add(new KeptWrite(database, owner, kept, sequence, row));
  };
  return {
    get: (owner, sequence) => byOwner.get(owner)?.rows.get(sequence),
    put: (owner, sequence, row) => change(owner, sequence, row),
    remove: (owner, sequence) => {
      if (byOwner.get(owner)?.rows.has(sequence)) change(owner, sequence, undefined);
    },
    list(owner, after, limit) {
      const rows = [...(byOwner.get(owner)?.rows ?? [])].map(([sequence, row]) => ({ sequence, row }));
      const later = rows.filter(({ sequence }) => sequence > after);
      return later.sort((one, other) => one.sequence - other.sequence).slice(0, limit);
    },
    owners: () => [...byOwner].filter(([, { rows }]) => rows.size > 0).map(([owner]) => owner),
  };
}

function readAll<Row>(database: Database<KeptRows<Row>, string>): Map<string, Kept<Row>> {
  const byOwner = new Map<string, Kept<Row>>();
  try {
    for (const { key, value } of database.getRange()) byOwner.set(key, { rows: new Map(value), isWritten: true });
  } catch (error) {
    throw new Error("MDB_CORRUPTED: what is in the flows cannot be read.", { cause: error });
  }
  return byOwner;
}

interface Kept<Row> {
  readonly rows: Map<number, Row>;
  /** Whether the disk has been given all of it. */
  isWritten: boolean;
}

/** A row that has been written; or, without a row, removed. */
class KeptWrite<Row> implements PendingWrite {
  readonly bytes = 0;
  readonly #database: Database<KeptRows<Row>, string>;
  readonly #owner: string;
  readonly #kept: Kept<Row>;
  readonly #sequence: number;
  readonly #before: Row | undefined;

  constructor(
    database: Database<KeptRows<Row>, string>,
    owner: string,
    kept: Kept<Row>,
    sequence: number,
    row: Row | undefined,
  ) {
    this.#database = database;
    this.#owner = owner;
    this.#kept = kept;
    this.#sequence = sequence;
    this.#before = kept.rows.get(sequence);
    this.#set(row);
  }

  /** All that is written to the disk together has been made by now, so that the first write hands over the whole. */
  apply(): void {
    if (this.#kept.isWritten) return;
    this.#kept.isWritten = true;
    const { rows } = this.#kept;
    if (rows.size > 0) void this.#database.put(this.#owner, [...rows]);
    else void this.#database.remove(this.#owner);
  }

  settle(): void {}

  undo(): void {
    this.#kept.isWritten = false;
    this.#set(this.#before);
  }

  #set(row: Row | undefined): void {
    if (row === undefined) this.#kept.rows.delete(this.#sequence);
    else this.#kept.rows.set(this.#sequence, row);
  }
}

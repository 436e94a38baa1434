import type { LatestEvent } from "./print-table";

/** Rows in order: per owner (an endpoint or a subscriber), by sequence number. */
export interface OrderedTable<Row> {
  get(owner: string, sequence: number): Row | undefined;
  put(owner: string, sequence: number, row: Row): void;
  remove(owner: string, sequence: number): void;
  /**
   * @param after only rows with a higher sequence
   * @param limit the most rows
   * @returns the rows, lowest sequence first
   */
  list(owner: string, after: number, limit: number): { sequence: number; row: Row }[];
  /** Everybody who has a row here. */
  owners(): string[];
}

/** Rows by a key. */
export interface KeyedTable<Row> {
  get(key: string): Row | undefined;
  put(key: string, row: Row): void;
  remove(key: string): void;
}

/** Where the latest event of each kind and client is, for as long as it may come again: see {@link RecentEvents}. */
export interface RecentTable {
  /** @returns the sequence of the latest of this kind and client, if that came not long before `at`, in milliseconds since 1970 */
  latest(client: string, at: number): number | undefined;
  put(client: string, event: LatestEvent): void;
}

/** How far an event has got with one subscriber. */
export interface Progress {
  /** The endpoint that received it. */
  endpoint: string;
  /** How many times it has been sent. */
  attempt: number;
  /** How many of those ended in an error that a node reported. */
  failures: number;
  /** How many of those, in a row, Node-RED did not survive. */
  crashes: number;
}

/** An event that will not be sent again. */
export interface Failure extends Progress {
  /** Why, in words; the text of the error that a node reported. */
  error: string;
  /** ISO 8601, UTC. */
  failedAt: string;
}

/**
 * How safe writes have to be: `flushed`, on the disk; `committed`, safe from the end of the process; `soon`, the same, but not
 * urgent, so that they can share another's transaction.
 */
export type Safety = "flushed" | "committed" | "soon";

/** What an inbox keeps. Reading is immediate; writing is done in transactions only. */
export interface Tables {
  /** Whether what is written survives the process, and the power. */
  readonly isDurable: boolean;
  /** By endpoint: the events themselves, as JSON text. */
  readonly events: OrderedTable<string>;
  /** By subscriber: what it has yet to get. */
  readonly waiting: OrderedTable<Progress>;
  /** By subscriber: what its flow is busy with. */
  readonly inFlow: OrderedTable<Progress>;
  /** By subscriber: what it gets again, in the order of {@link Retry} times. */
  readonly retries: OrderedTable<Retry>;
  /** By subscriber: what it will not get again. */
  readonly failed: OrderedTable<Failure>;
  /** By endpoint and delivery id: the deliveries that are known. */
  readonly deliveries: KeyedTable<number>;
  /** The latest event of each kind and client; not kept on the disk, but the events are from which it can be made anew. */
  readonly recent: RecentTable;
  /** Small facts about the inbox itself. */
  readonly facts: KeyedTable<unknown>;
  /**
   * Runs an operation; all of its writes are kept, or none.
   * @param operation reads and writes, at once and without waiting for anything
   * @param until how safe they have to be
   * @returns what the operation returned, once its writes are that safe
   */
  transaction<Result>(operation: () => Result, until: Safety): Promise<Result>;
  /** Finishes what is under way and lets go of the files. */
  close(): Promise<void>;
}

/** A row of the retries: its own sequence is the time it is due, made unique. */
export interface Retry extends Progress {
  sequence: number;
}

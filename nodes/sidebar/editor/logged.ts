/** The state of an event: for one node, or as a whole. */
export type State =
  | "waiting"
  | "inFlow"
  | "slow"
  | "delivered"
  | "failed"
  | "setAside"
  | "unclaimed"
  | "ignored"
  | "duplicate"
  | "unreadable"
  | "spooled";

/** A recipient, and the state of the event for it. */
export interface Recipient {
  readonly node: string;
  readonly name: string;
  readonly state: State;
  readonly attempts: number;
  /** Which Node-RED owns, or owned, it; only if several share the inbox. */
  readonly instance?: string;
  readonly error?: string;
  /** The node in the flow that reported it. */
  readonly errorNode?: { readonly id: string; readonly name: string };
  readonly at?: string;
  /** How long its flow took. */
  readonly milliseconds?: number;
}

/** The client of an event: only for users who are allowed to see personal data. */
export interface Client {
  readonly clientID: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
}

/** An event as a line of the log. */
export interface Row {
  readonly endpoint: string;
  readonly deliveryId: string;
  readonly event: string;
  readonly receivedAt: string;
  readonly site: { readonly id: string; readonly name?: string } | null;
  readonly test: boolean;
  readonly state: State;
  readonly attempts: number;
  readonly error?: string;
  readonly recipients: readonly Recipient[];
  readonly issues: readonly { readonly field: string; readonly problem: string }[];
  readonly client?: Client;
  /** How many duplicates of it arrived. */
  readonly duplicates?: number;
  /** Its content was removed at the client's request. */
  readonly removed?: boolean;
}

/** Everything stored about an event. */
export interface Detail extends Row {
  readonly payload?: unknown;
  readonly body?: unknown;
  /** What surrounded it, if it arrived in a list of several. */
  readonly envelope?: unknown;
  /** The delivery that it may be a repeat of. */
  readonly possibleDuplicate?: string;
  /** Why it was not recognised. */
  readonly reason?: string;
  /** The rules by which it was read, as text. */
  readonly steps?: readonly string[];
  /** The sayings in the steps, the reason and the issues as data, by their English text. */
  readonly sayings?: Readonly<Record<string, readonly { code: string; values: Record<string, string> }[]>>;
}

/** A query for events; a field that is left out does not restrict it. The names are those of the admin API. */
export interface Filter {
  readonly endpoint?: string;
  /** A recipient. */
  readonly node?: string;
  readonly event?: string;
  readonly state?: string;
  readonly site?: string;
  readonly from?: string;
  readonly to?: string;
  readonly search?: string;
}

/** What identifies an event. */
export function keyOf({ endpoint, deliveryId }: Pick<Row, "endpoint" | "deliveryId">): string {
  return `${endpoint} ${deliveryId}`;
}

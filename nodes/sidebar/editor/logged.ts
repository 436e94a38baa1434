/** How an event stands: with one node, or as a whole. */
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

/** A node that gets an event, and how the event stands with it. */
export interface Recipient {
  readonly node: string;
  readonly name: string;
  readonly state: State;
  readonly attempts: number;
  /** Which Node-RED has, or had, it in hand; only where several share the inbox. */
  readonly instance?: string;
  readonly error?: string;
  /** The node of the flow that reported it. */
  readonly errorNode?: { readonly id: string; readonly name: string };
  readonly at?: string;
  /** How long its flow took. */
  readonly milliseconds?: number;
}

/** Whom an event is about: only for who may see personal data. */
export interface Client {
  readonly clientID: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
}

/** An event, as a line of the log tells it. */
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
  /** How many times the same came again. */
  readonly duplicates?: number;
  /** Its content was removed, as its client had asked. */
  readonly removed?: boolean;
}

/** All that is kept of an event. */
export interface Detail extends Row {
  readonly payload?: unknown;
  readonly body?: unknown;
  /** What stood around it, where it came in a list of several. */
  readonly envelope?: unknown;
  /** The delivery that it may be once more. */
  readonly possibleDuplicate?: string;
  /** Why it was not recognised. */
  readonly reason?: string;
  /** Which rules it was read by, in words. */
  readonly steps?: readonly string[];
  /** What the steps, the reason and the issues say, without words, by their English text. */
  readonly sayings?: Readonly<Record<string, readonly { code: string; values: Record<string, string> }[]>>;
}

/** Which events are shown; what is left out does not matter. The names are those of the admin API. */
export interface Filter {
  readonly endpoint?: string;
  /** One that gets them. */
  readonly node?: string;
  readonly event?: string;
  readonly state?: string;
  readonly site?: string;
  readonly from?: string;
  readonly to?: string;
  readonly search?: string;
}

/** By which an event is told from all others. */
export function keyOf({ endpoint, deliveryId }: Pick<Row, "endpoint" | "deliveryId">): string {
  return `${endpoint} ${deliveryId}`;
}

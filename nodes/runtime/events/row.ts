import type { FieldIssue } from "../../../src/events/validate";
import type { ErrorNode, LoggedEvent, Recipient } from "../../../src/inbox/inbox";
import { ownErrors } from "../../../src/inbox/own-errors";

/** Where names are looked up, and how much may be shown. */
export interface RowOptions {
  /** Whether the user is allowed to see whom events are about. */
  readonly isPersonal: boolean;
  nodeName(id: string): string;
  siteName(endpoint: string, siteID: string): string | undefined;
}

/** Whom an event is about. */
interface Client {
  clientID: string;
  firstName?: string;
  lastName?: string;
  email?: string;
}

/** The state of an event for one node. */
interface RecipientRow {
  node: string;
  name: string;
  state: string;
  attempts: number;
  /** Which Node-RED owns, or owned, it; only if several share the inbox. */
  instance?: string;
  error?: string;
  errorNode?: ErrorNode;
  at?: string;
  milliseconds?: number;
}

/** An event as in the admin API. */
export interface EventRow {
  endpoint: string;
  deliveryId: string;
  event: string;
  receivedAt: string;
  site: { id: string; name?: string } | null;
  test: boolean;
  state: string;
  attempts: number;
  error?: string;
  recipients: RecipientRow[];
  issues: readonly FieldIssue[];
  /** How many duplicates of it arrived; missing if none. */
  duplicates?: number;
  /** Its content was removed on request. */
  removed?: true;
  client?: Client;
}

/** An event of the log as a row. */
export function toRow({ event, endpoint, recipients, state, duplicates }: LoggedEvent, options: RowOptions): EventRow {
  const { deliveryId, receivedAt, siteID, test, issues, removed } = event;
  const worst = worstOf(recipients);
  const client = options.isPersonal ? clientIn(event.payload) : undefined;
  return {
    ...{ endpoint, deliveryId, event: event.event, receivedAt, site: siteOf(endpoint, siteID, options), test },
    // A roster may have read what no flow has taken.
    state: state === "unreadable" || state === "unclaimed" ? state : (worst?.state ?? state ?? "ignored"),
    attempts: Math.max(0, ...recipients.map(({ attempts }) => attempts)),
    ...errorOf(worst, options),
    recipients: recipients.map((recipient) => toRecipientRow(recipient, options)),
    issues,
    ...(duplicates > 0 && { duplicates }),
    ...(removed && { removed }),
    ...(client && { client }),
  };
}

function toRecipientRow(recipient: Recipient, options: RowOptions): RecipientRow {
  const { subscriber, state, attempts, instance, errorNode, at, milliseconds } = recipient;
  return {
    ...{ node: subscriber, name: options.nodeName(subscriber), state, attempts },
    ...(instance !== undefined && { instance }),
    ...errorOf(recipient, options),
    ...(errorNode && { errorNode }),
    ...(at !== undefined && { at: new Date(at).toISOString() }),
    ...(milliseconds !== undefined && { milliseconds }),
  };
}

/** The Node-REDs that owned an event; except for their rosters, each of which reads everything. */
export function handlersOf({ recipients }: EventRow): string[] {
  const nodes = recipients.map(({ node }) => node);
  const handling = recipients.filter(({ node }) => nodes.indexOf(node) === nodes.lastIndexOf(node));
  return [...new Set(handling.flatMap(({ instance }) => instance ?? []))];
}

/** A flow's error may contain the name of the client. */
function errorOf(recipient: Recipient | undefined, { isPersonal }: RowOptions): { error?: string } {
  const { error } = recipient ?? {};
  return error !== undefined && (isPersonal || ownErrors.has(error)) ? { error } : {};
}

function siteOf(endpoint: string, siteID: string | undefined, { siteName }: RowOptions): EventRow["site"] {
  if (siteID === undefined) return null;
  const name = siteName(endpoint, siteID);
  return { id: siteID, ...(name !== undefined && { name }) };
}

function clientIn(payload: unknown): Client | undefined {
  const { clientID, firstName, lastName, email } = (payload ?? {}) as Record<string, unknown>;
  if (typeof clientID !== "string") return undefined;
  const named = Object.entries({ firstName, lastName, email }).filter(([, value]) => typeof value === "string");
  return { clientID, ...Object.fromEntries(named) };
}

/** The most urgent one. */
const order: readonly Recipient["state"][] = ["setAside", "failed", "slow", "inFlow", "waiting", "delivered"];

function worstOf(recipients: readonly Recipient[]): Recipient | undefined {
  return recipients.toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state))[0];
}

import type { DeliveryState, ErrorNode, Recipient } from "../inbox";
import type { Progress } from "../progress";

/** The state of a delivery, as stored. */
export type WrittenState = DeliveryState | "due" | "suspect";

/** One event for one subscriber, as stored. */
export interface DeliveryRow extends Progress {
  sequence: number;
  slot: number;
  state: WrittenState;
  owner: string | null;
  step: number | null;
  /** The number of the instance that claimed it last. */
  handler: number | null;
  cut_from: string | null;
  at: number | null;
  milliseconds: number | null;
  error: string | null;
  /** The node that reported it, as JSON. */
  error_node: string | null;
}

/** Neither in a flow nor done. */
export const waitingStates: readonly WrittenState[] = ["waiting", "due", "suspect"];

/** Not yet finished by the subscriber. */
export const openStates: readonly WrittenState[] = [...waitingStates, "inFlow", "slow"];

/**
 * A delivery as the log shows it.
 * @param instance the name of the process that claimed it last
 */
export function toRecipient(row: DeliveryRow, subscriber: string, instance?: string): Recipient {
  const { state, attempt, at, milliseconds, error, error_node: errorNode } = row;
  return {
    subscriber,
    state: state === "due" || state === "suspect" ? "waiting" : state,
    attempts: attempt,
    ...(instance !== undefined && { instance }),
    ...(at !== null && { at }),
    ...(milliseconds !== null && { milliseconds }),
    ...(error !== null && { error }),
    ...(errorNode !== null && { errorNode: JSON.parse(errorNode) as ErrorNode }),
  };
}

/** PostgreSQL text cannot contain NUL. */
export function withoutNul(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "\ufffd") : text;
}

import type { DeliveryState, ErrorNode, Recipient } from "../inbox";
import type { Progress } from "../progress";

/** Where a delivery stands, as it is written. */
export type WrittenState = DeliveryState | "due" | "suspect";

/** An event and a subscriber, as they are written. */
export interface DeliveryRow extends Progress {
  sequence: number;
  slot: number;
  state: WrittenState;
  owner: string | null;
  step: number | null;
  /** The number of the instance that has, or had, it in hand. */
  handler: number | null;
  cut_from: string | null;
  at: number | null;
  milliseconds: number | null;
  error: string | null;
  /** The node that has reported it, as JSON. */
  error_node: string | null;
}

/** Those that are neither in a flow nor done. */
export const waitingStates: readonly WrittenState[] = ["waiting", "due", "suspect"];

/** Those with which a subscriber has yet to finish. */
export const openStates: readonly WrittenState[] = [...waitingStates, "inFlow", "slow"];

/**
 * A delivery as the log shows it.
 * @param instance the name of the process that has, or had, it in hand
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

/** The database's texts cannot hold this one character. */
export function withoutNul(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "\ufffd") : text;
}

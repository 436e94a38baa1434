import type { ErrorNode, Subscriber } from "../inbox/inbox";
import type { StoredEvent } from "../inbox/stored-event";

/** How an event ended in a flow: done; done as far as can be told; cut off by a deploy; or with an error. */
export type FlowEnd =
  | { kind: "delivered" | "unconfirmed" | "interrupted" }
  /** The error text that a node reported, and which node, if known. */
  | { kind: "failed"; error: string; errorNode?: ErrorNode };

/** The outcome of an event in a flow: how it ended; or that a node still has it, and how it ends later. */
export type FlowResult = FlowEnd | { kind: "slow"; end: Promise<FlowEnd> };

/** A node that subscribes to events, and the flow after it. */
export interface Flow extends Subscriber {
  /** How often a failed event is retried. */
  readonly retries: number;
  /**
   * @param event the event
   * @param attempt 1, and more when it is redelivered
   * @param inbox the id of the inbox that it comes from
   * @returns the outcome; never rejects
   */
  send(event: StoredEvent, attempt: number, inbox: string): Promise<FlowResult>;
  /** Called when its counts have changed. */
  changed?(): void;
  /** Called when an event has failed and is not retried. */
  failed?(event: StoredEvent): void;
}

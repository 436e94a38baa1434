import type { ErrorNode, Subscriber } from "../inbox/inbox";
import type { StoredEvent } from "../inbox/stored-event";

/** How an event has ended in a flow: done; done as far as can be told; cut off by a deploy; or with an error. */
export type FlowEnd =
  | { kind: "delivered" | "unconfirmed" | "interrupted" }
  /** The text of the error that a node reported, and which one, where that is known. */
  | { kind: "failed"; error: string; errorNode?: ErrorNode };

/** What a flow has made of an event: how it has ended; or that a node keeps it for long, and how it ends then. */
export type FlowResult = FlowEnd | { kind: "slow"; end: Promise<FlowEnd> };

/** A node that wants events, and the flow behind it. */
export interface Flow extends Subscriber {
  /** How often an event that failed is sent again. */
  readonly retries: number;
  /**
   * @param event the event
   * @param attempt 1, and more when it is sent again
   * @param inbox the id of the inbox that it comes from
   * @returns what has become of it; never rejects
   */
  send(event: StoredEvent, attempt: number, inbox: string): Promise<FlowResult>;
  /** Told that what is counted of it has changed. */
  changed?(): void;
  /** Told of an event that has failed, and is not sent again. */
  failed?(event: StoredEvent): void;
}

import type { Subscriber } from "../inbox/inbox";
import type { StoredEvent } from "../inbox/stored-event";

/** What a flow has made of an event: done; done as far as can be told; an error; or cut off by a deploy. */
export type FlowResult =
  | { kind: "delivered" | "unconfirmed" | "interrupted" }
  /** The text of the error that a node reported. */
  | { kind: "failed"; error: string };

/** A node that wants events, and the flow behind it. */
export interface Flow extends Subscriber {
  /** How often an event that failed is sent again. */
  readonly retries: number;
  /**
   * @param event the event
   * @param attempt 1, and more when it is sent again
   * @returns what has become of it; never rejects
   */
  send(event: StoredEvent, attempt: number): Promise<FlowResult>;
  /** Told that what is counted of it has changed. */
  changed?(): void;
}

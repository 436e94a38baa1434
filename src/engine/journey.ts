import type { FlowEnd } from "./flow";

/** A message that a node has received and not finished. */
interface Stop<Node, Message> {
  readonly node: Node;
  readonly message: Message;
  /** Whether the node reports when it has finished a message. */
  readonly canReport: boolean;
  /** Whether it has reported an error for it: it may never report more. */
  hasFailed: boolean;
}

/**
 * The journey of one event through a flow, as far as its nodes report it. No clock decides: an event is at rest when every
 * node that received one of its messages has finished it, or has reported an error for it.
 *
 * Nodes and messages are compared by identity.
 */
export class Journey<Node, Message> {
  readonly #stops: Stop<Node, Message>[] = [];
  #error: { readonly text: string; readonly node: Node } | undefined;

  /** Whether any node may still continue with one of its messages. */
  get isMoving(): boolean {
    return this.#stops.some(({ hasFailed }) => !hasFailed);
  }

  /** The first error that a node reported. */
  get error(): string | undefined {
    return this.#error?.text;
  }

  /** The node that reported it. */
  get failedAt(): Node | undefined {
    return this.#error?.node;
  }

  /** Whether one of the nodes that have it reports when it has finished. */
  get canBeConfirmed(): boolean {
    return this.#stops.some(({ canReport }) => canReport);
  }

  /** Whether one of the nodes that have it matches. */
  isAt(matches: (node: Node) => boolean): boolean {
    return this.#stops.some(({ node }) => matches(node));
  }

  /** One of its messages is sent to a node. @param canReport whether the node reports when it has finished */
  enter(node: Node, message: Message, canReport: boolean): void {
    this.#stops.push({ node, message, canReport, hasFailed: false });
  }

  /** A node has finished one of its messages. @param error what it reported, if anything */
  leave(node: Node, message: Message, error?: string): void {
    if (error !== undefined) this.#error ??= { text: error, node };
    const index = this.#stops.findIndex((stop) => stop.node === node && stop.message === message);
    if (index >= 0) this.#stops.splice(index, 1);
  }

  /**
   * A node has reported an error; it may finish the message later, or never.
   * @param message the message it was reported for: the one received, or one derived from it
   */
  fail(node: Node, message: Message, error: string): void {
    this.#error ??= { text: error, node };
    const here = this.#stops.filter((stop) => stop.node === node && !stop.hasFailed);
    const failed = here.find((stop) => stop.message === message) ?? here[0];
    if (failed) failed.hasFailed = true;
  }

  /** The outcome, once it is at rest. */
  get end(): FlowEnd {
    return this.#error === undefined ? { kind: "delivered" } : { kind: "failed", error: this.#error.text };
  }
}

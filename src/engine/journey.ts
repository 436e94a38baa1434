import type { FlowEnd } from "./flow";

/** A message that a node has got, and has not finished with. */
interface Stop<Node, Message> {
  readonly node: Node;
  readonly message: Message;
  /** Whether the node says when it has finished with a message. */
  readonly canReport: boolean;
  /** Whether it has reported an error for it: it may never say more. */
  hasFailed: boolean;
}

/**
 * The way of one event through a flow, as far as its nodes tell. No clock has a say in it: an event has come to rest when every
 * node that got a message of it has finished with that, or has reported an error for it.
 *
 * Whatever stands for a node and a message is compared by identity.
 */
export class Journey<Node, Message> {
  readonly #stops: Stop<Node, Message>[] = [];
  #error: { readonly text: string; readonly node: Node } | undefined;

  /** Whether any node may still go on with a message of it. */
  get isMoving(): boolean {
    return this.#stops.some(({ hasFailed }) => !hasFailed);
  }

  /** The first error that a node has reported. */
  get error(): string | undefined {
    return this.#error?.text;
  }

  /** The node that has reported it. */
  get failedAt(): Node | undefined {
    return this.#error?.node;
  }

  /** Whether one of the nodes that have it says when it has finished. */
  get canBeConfirmed(): boolean {
    return this.#stops.some(({ canReport }) => canReport);
  }

  /** Whether one of the nodes that have it answers to this. */
  isAt(matches: (node: Node) => boolean): boolean {
    return this.#stops.some(({ node }) => matches(node));
  }

  /** A message of it is on its way to a node. @param canReport whether the node says when it has finished */
  enter(node: Node, message: Message, canReport: boolean): void {
    this.#stops.push({ node, message, canReport, hasFailed: false });
  }

  /** A node has finished with a message of it. @param error what it has reported, if anything */
  leave(node: Node, message: Message, error?: string): void {
    if (error !== undefined) this.#error ??= { text: error, node };
    const index = this.#stops.findIndex((stop) => stop.node === node && stop.message === message);
    if (index >= 0) this.#stops.splice(index, 1);
  }

  /**
   * A node has reported an error; it may finish with the message later, or never.
   * @param message what it has reported it for: what it has got, or something made of that
   */
  fail(node: Node, message: Message, error: string): void {
    this.#error ??= { text: error, node };
    const here = this.#stops.filter((stop) => stop.node === node && !stop.hasFailed);
    const failed = here.find((stop) => stop.message === message) ?? here[0];
    if (failed) failed.hasFailed = true;
  }

  /** What has become of it, once it is at rest. */
  get end(): FlowEnd {
    return this.#error === undefined ? { kind: "delivered" } : { kind: "failed", error: this.#error.text };
  }
}

import { randomUUID } from "node:crypto";
import type { NodeMessage, NodeMessageInFlow, NodeStatus } from "node-red";
import type { FlowNode } from "./flows";
import type { StandInHooks } from "./stand-in-red-hooks";

/** A line of the log. */
export interface LogLine {
  level: "log" | "warn" | "error";
  text: string;
  /** The id of the node whose line it is. */
  node?: string;
}

/** What a node needs of the Node-RED around it. */
export interface Surroundings {
  readonly hooks: StandInHooks;
  readonly lines: LogLine[];
  /** The node that has this id now. */
  find(id: string): StandInNode | undefined;
  /** Gives what a node has failed with to Catch nodes; whether there are any. */
  caught(node: StandInNode, message: object): boolean;
}

type Send = (messages: NodeMessage | readonly (NodeMessage | NodeMessage[] | null)[]) => void;
type OnInput = (message: NodeMessageInFlow, send: Send, done: (error?: unknown) => void) => void;
type OnClose = (...values: unknown[]) => void;

/** A node as Node-RED makes it: what it sends reaches its wires in a later turn of the event loop, past the hooks. */
export class StandInNode {
  id = "";
  type = "";
  name: string | undefined;
  wires: readonly (readonly string[])[] = [];
  credentials: object | undefined;
  /** Every status that it has had. */
  readonly statuses: NodeStatus[] = [];
  /** Node-RED's own mark of a node whose handler takes `done`. */
  _expectedDoneCount = 0;
  readonly #red: Surroundings;
  readonly #onClose: OnClose[] = [];
  /** Node-RED's own name for its handler: a node that was stopped has none. */
  _inputCallback: OnInput | undefined;
  /** Node-RED's own name for what finds other nodes. */
  readonly _flow: { getNode(id: string): StandInNode | undefined };

  constructor(red: Surroundings) {
    this.#red = red;
    this._flow = { getNode: (id) => red.find(id) };
  }

  /** What `RED.nodes.createNode` does. */
  begin({ id, type, name, wires }: FlowNode, credentials: object | undefined): void {
    Object.assign(this, { id, type, name, credentials, wires: wires ?? [] });
  }

  on(event: "input", listener: OnInput): this;
  on(event: "close", listener: OnClose): this;
  on(event: "input" | "close", listener: OnInput | OnClose): this {
    if (event === "close") this.#onClose.push(listener as OnClose);
    else {
      this._inputCallback = listener as OnInput;
      if (listener.length === 3) this._expectedDoneCount += 1;
    }
    return this;
  }

  /** The first copy goes out as it is, all others as clones. */
  send(messages: NodeMessage | readonly (NodeMessage | NodeMessage[] | null)[]): void {
    const outputs = Array.isArray(messages) ? messages : [messages];
    const sent = outputs.flatMap((ofOutput: NodeMessage | NodeMessage[] | null, output) =>
      (this.wires[output] ?? []).flatMap((id) =>
        [ofOutput ?? []].flat().map((msg) => ({ msg, source: { id: this.id, node: this }, destination: { id } })),
      ),
    );
    const _msgid = randomUUID();
    for (const { msg } of sent) msg._msgid ??= _msgid;
    const events = sent.map((event, index) => (index === 0 ? event : { ...event, msg: structuredClone(event.msg) }));
    this.#red.hooks.trigger("onSend", events, () => {
      for (const event of events) this.#deliver(event);
    });
  }

  #deliver(event: { msg: NodeMessage; destination: { id: string } }): void {
    const { hooks, find } = this.#red;
    hooks.trigger("preRoute", event, () => {
      const node = find(event.destination.id);
      if (!node) return;
      const delivery = { ...event, destination: { id: node.id, node } };
      hooks.trigger("preDeliver", delivery, () => setImmediate(() => node.receive(delivery.msg)));
    });
  }

  receive(message: NodeMessage = {}): void {
    message._msgid ??= randomUUID();
    const send: Send = (messages) => this.send(messages);
    const done = (error?: unknown) => this._complete(message, error);
    const event = { msg: message, destination: { id: this.id, node: this } };
    this.#red.hooks.trigger("onReceive", event, () => {
      try {
        this._inputCallback?.call(this, message as NodeMessageInFlow, send, done);
      } catch (error) {
        this.error(error, message);
      }
      this.#red.hooks.trigger("postReceive", event, () => {});
    });
  }

  _complete(msg: NodeMessage, error: unknown): void {
    this.#red.hooks.trigger("onComplete", { msg, error, node: { id: this.id, node: this } }, () => {});
    if (error) this.error(error, msg);
  }

  /** Resolves when all that had to be done is done; from then on it drops what it gets. */
  async close(removed: boolean): Promise<void> {
    const closing = this.#onClose.map(
      (onClose) =>
        new Promise<void>((resolve) => {
          onClose.apply(this, [removed, resolve].slice(2 - onClose.length));
          if (onClose.length === 0) resolve();
        }),
    );
    await Promise.all(closing);
    this._inputCallback = undefined;
  }

  status(status: NodeStatus): void {
    this.statuses.push(status);
  }

  log(text: unknown): void {
    this.#write("log", text);
  }

  warn(text: unknown): void {
    this.#write("warn", text);
  }

  error(text: unknown, message?: object): void {
    const isCaught = message !== undefined && this.#red.caught(this, message);
    if (!isCaught) this.#write("error", text);
  }

  #write(level: LogLine["level"], text: unknown): void {
    this.#red.lines.push({ level, text: String(text), node: this.id });
  }
}

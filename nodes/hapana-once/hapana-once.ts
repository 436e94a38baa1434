import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from "node-red";
import type { FlowResult } from "../../src/engine/flow";
import { onInput, propertyOf, refuseNewerNode, type Send } from "../runtime/input";
import { hasDestination } from "../runtime/node-red-internals";
import { runtimeFor } from "../runtime/runtime";
import { type ShowStatus, statusOn, wordsOf } from "../runtime/status-text";
import { throttle } from "../runtime/throttle";
import { configOf, type OnceConfig, type SavedOnce } from "./config";
import { keyOf } from "./key";
import { statusOf } from "./status";

type OnceDefinition = NodeDef & Omit<SavedOnce, "name">;

/** A status is for human readers. */
const statusInterval = 500;

/** How long to wait for nodes that cannot report completion; for others there is no limit. */
const patience = 60_000;

/** Registers `hapana-once`: passes on what has not been done yet. */
function register(RED: NodeAPI): void {
  const runtime = runtimeFor(RED);
  /** The `_msgid`s of parts that nodes have passed on, by node and key: they outlive a node's deploy. */
  const passing = new Map<string, string>();
  const words = wordsOf(RED, "hapana-once");

  function HapanaOnce(this: Node, definition: OnceDefinition): void {
    RED.nodes.createNode(this, definition);
    const config = configOf(definition);
    if (!config) {
      refuseNewerNode(this, words);
      return;
    }
    const gate = new Gate(this, config);
    onInput(this, (message, send) => gate.take(message, send));
    this.on("close", () => gate.close());
  }

  /** Passes on what has not been done yet, and waits for what is being done. */
  class Gate {
    readonly #node: Node;
    readonly #config: OnceConfig;
    readonly #leave: () => void;
    readonly #tell: ShowStatus;
    readonly #show = throttle(statusInterval, () => this.#showNow());
    #passed = 0;
    #again = 0;
    #told: string | undefined;
    #isClosed = false;

    constructor(node: Node, config: OnceConfig) {
      this.#node = node;
      this.#config = config;
      this.#tell = statusOn(node);
      this.#leave = runtime.once.join(node.id, config.days, this.#stateChanged);
      if (!runtime.once.isDurable) node.warn(RED._("hapana-once.log.inMemory"));
      this.#stateChanged();
    }

    close(): void {
      this.#isClosed = true;
      this.#show.cancel();
      this.#leave();
    }

    async take(message: NodeMessageInFlow, send: Send): Promise<void> {
      const property = this.#config.key;
      const key = keyOf(message, property, propertyOf(RED, message, property));
      if (key === undefined) throw new Error(RED._("hapana-once.error.noKey", { property: `msg.${property}` }));
      const name = `${this.#node.id} ${key}`;
      const current = passing.get(name);
      // A loop has returned it: it cannot wait for itself.
      if (current !== undefined && runtime.tracker.isOf(message, current)) return send([message]);
      await runtime.once.visit({ node: this.#node.id, key }, this.#config.days, {
        isGone: () => this.#isClosed,
        pass: () => this.#pass(message, name, send),
        skip: () => {
          this.#again += 1;
          this.#show();
          send([null, message]);
        },
      });
    }

    /** @returns whether everything derived from it has succeeded, as far as is known */
    async #pass(message: NodeMessageInFlow, name: string, send: Send): Promise<boolean> {
      this.#passed += 1;
      this.#show();
      if (!hasDestination(this.#node, 0)) return true;
      const part = { ...message, _msgid: RED.util.generateId() };
      passing.set(name, part._msgid);
      try {
        const result = await runtime.tracker.followPart(this.#node, message, part, patience, () => send([part]));
        return hasSucceeded(result.kind === "slow" ? await result.end : result);
      } finally {
        passing.delete(name);
      }
    }

    readonly #stateChanged = (): void => {
      const reason = runtime.once.fault?.message;
      if (reason !== undefined && reason !== this.#told) this.#node.warn(RED._("hapana-once.log.refuses", { reason }));
      this.#told = reason;
      this.#show();
    };

    #showNow(): void {
      const isUnsaved = runtime.once.fault !== undefined;
      this.#tell(statusOf({ isUnsaved, passed: this.#passed, again: this.#again }, words.own));
    }
  }

  RED.nodes.registerType("hapana-once", HapanaOnce);
}

function hasSucceeded({ kind }: FlowResult): boolean {
  return kind === "delivered" || kind === "unconfirmed";
}

export default register;

import assert from "node:assert/strict";
import type { Node, NodeMessage } from "node-red";
import { CompletionTracker, type JourneyEnd } from "../../nodes/runtime/completion-tracker";
import type { FlowEnd, FlowResult } from "../../src/engine/flow";
import type { FlowNode } from "./flows";
import { StandInRed } from "./stand-in-red";
import { StandInClock, turns } from "./stand-in-red-clock";

/** A node of a type, and what its one output is wired to. */
export const flowNode = (id: string, type: string, ...to: string[]): FlowNode => ({ id, type, wires: [to] });

/**
 * Flows in which messages are followed. Besides nodes that never report there are, by their types: `slow`, whose work is ended
 * by {@link FollowedFlows.finish}; `broken`, which reports an error; `quick`, which passes on and reports at once.
 */
export class FollowedFlows {
  readonly clock = new StandInClock();
  readonly red: StandInRed;
  readonly tracker: CompletionTracker;
  /** What ends the work of each node of type `slow` that is busy. */
  readonly busy = new Map<string, (error?: unknown) => void>();
  #count = 0;

  /** @param red Node-RED, where it is not a plain one */
  constructor(red = new StandInRed()) {
    this.red = red;
    this.tracker = new CompletionTracker(red.RED);
    red.events.on("flows:stopping", ({ type }) => this.tracker.flowsStopping(type === "nodes"));
    red.events.on("flows:started", ({ type }) => this.tracker.flowsStarted(type === "nodes"));
    red.define("slow", ({ id }, _message, done) => this.busy.set(id, done));
    red.define("broken", (_self, _message, done) => done(new Error("It is broken.")));
    red.define("quick", (self, message, done) => {
      self.send(message);
      done();
    });
  }

  /** Sends a message out of the node `source`. Its result, and where it is slow its end, stay empty until there is one. */
  follow({ until = "complete" as JourneyEnd, deliveryId = "", timeout = 60_000, isWanted = true } = {}) {
    this.#count += 1;
    const id = deliveryId || `delivery ${this.#count}`;
    const message: NodeMessage = { _msgid: `message ${this.#count}`, hapana: { deliveryId: id }, isWanted };
    const followed: { result?: FlowResult; end?: FlowEnd } = {};
    const send = () => this.red.node("source").send(message);
    void this.tracker
      .follow(this.red.node("source") as unknown as Node, message, id, until, timeout, send)
      .then((result) => {
        followed.result = result;
        if (result.kind === "slow") void result.end.then((end) => (followed.end = end));
      });
    return followed;
  }

  /** Ends the work of a node of type `slow`. */
  async finish(id: string, error?: unknown): Promise<void> {
    const done = this.busy.get(id);
    assert.ok(done, `${id} has got nothing`);
    done(error);
    await turns();
  }

  /** Lets time pass, and everything happen that it brings. */
  async pass(milliseconds: number): Promise<void> {
    await turns();
    this.clock.pass(milliseconds);
    await turns();
  }

  /** Ends it. For `afterEach`. */
  async end(): Promise<void> {
    await this.red.end();
    this.clock.release();
  }
}

import assert from "node:assert/strict";
import type { Node, NodeMessage, NodeMessageInFlow } from "node-red";
import type { FlowResult } from "../../../src/engine/flow";
import { turns } from "../../support/stand-in-red-clock";
import { FollowedFlows, flowNode } from "../../support/stand-in-red-followed";
import type { StandInNode } from "../../support/stand-in-red-node";

const delivered = { kind: "delivered" };

describe("following what a node makes of a message, as a part of its way", () => {
  let flows: FollowedFlows;
  let parts: { result?: FlowResult }[];

  /** Sends a part on, and is through with the whole once that is. */
  function gate(self: StandInNode, message: NodeMessageInFlow, done: () => void): void {
    const part: NodeMessage = { ...message, _msgid: `part ${parts.length}` };
    const followed: { result?: FlowResult } = {};
    parts.push(followed);
    void flows.tracker
      .followPart(self as unknown as Node, message, part, 60_000, () => self.send(part))
      .then((result) => {
        followed.result = result;
        done();
      });
  }

  beforeEach(() => {
    parts = [];
    flows = new FollowedFlows();
    flows.red.define("gate", gate);
  });
  afterEach(() => flows.end());

  it("knows when the part is through, and the whole only after it", async () => {
    await flows.red.deploy([flowNode("source", "inject", "g"), flowNode("g", "gate", "a"), flowNode("a", "slow")]);
    const whole = flows.follow();
    await turns();
    assert.deepEqual([parts[0]?.result, whole.result], [undefined, undefined]);
    await flows.finish("a");
    assert.deepEqual([parts[0]?.result, whole.result], [delivered, delivered]);
  });

  it("tells both of an error behind the node", async () => {
    await flows.red.deploy([flowNode("source", "inject", "g"), flowNode("g", "gate", "a"), flowNode("a", "broken")]);
    const whole = flows.follow();
    await turns();
    const failed = { kind: "failed", error: "broken: It is broken.", errorNode: { id: "a", name: "broken" } };
    assert.deepEqual([parts[0]?.result, whole.result], [failed, failed]);
  });

  it("does not blame the part for what happens in another branch, nor lets it wait for that", async () => {
    await flows.red.deploy([
      flowNode("source", "inject", "g", "other"),
      flowNode("g", "gate", "a"),
      flowNode("a", "quick"),
      flowNode("other", "quick", "late", "broken"),
      flowNode("late", "slow"),
      flowNode("broken", "broken"),
    ]);
    const whole = flows.follow();
    await turns();
    assert.deepEqual(parts[0]?.result, delivered);
    await flows.finish("late");
    assert.equal(whole.result?.kind, "failed");
  });

  it("does not take for the part what another branch makes of the same event", async () => {
    let sendLater = () => {};
    flows.red.define("later", (self, { hapana }, done) => {
      sendLater = () => {
        self.send({ payload: "new", hapana });
        done();
      };
    });
    await flows.red.deploy([
      flowNode("source", "inject", "later", "g"),
      flowNode("later", "later", "b"),
      flowNode("b", "broken"),
      flowNode("g", "gate", "a"),
      flowNode("a", "slow"),
    ]);
    flows.follow();
    await turns();
    sendLater();
    await turns();
    await flows.finish("a");
    assert.deepEqual(parts[0]?.result, delivered);
  });

  it("knows a part by its event where a node of its own has made it anew, and sends it later", async () => {
    flows.red.define("anew", (self, { hapana }, done) => {
      setImmediate(() => {
        self.send({ payload: "new", hapana });
        setImmediate(done);
      });
    });
    await flows.red.deploy([
      flowNode("source", "inject", "g"),
      flowNode("g", "gate", "a"),
      flowNode("a", "anew", "b"),
      flowNode("b", "broken"),
    ]);
    flows.follow();
    await turns();
    assert.equal(parts[0]?.result?.kind, "failed");
  });

  it("follows what nobody else follows", async () => {
    await flows.red.deploy([flowNode("g", "gate", "a"), flowNode("a", "slow")]);
    flows.red.node("g").receive({ _msgid: "of an inject node", payload: 1 });
    await turns();
    assert.equal(parts[0]?.result, undefined);
    await flows.finish("a");
    assert.deepEqual(parts[0]?.result, delivered);
  });

  it("knows what comes back to the node in a loop", async () => {
    const seen: boolean[] = [];
    flows.red.define("gate", (self, message, done) => {
      seen.push(flows.tracker.isOf(message, "part 0"));
      if (seen.length === 1) gate(self, message, done);
      else done();
    });
    await flows.red.deploy([
      flowNode("source", "inject", "g"),
      flowNode("g", "gate", "a"),
      flowNode("a", "quick", "g"),
    ]);
    const whole = flows.follow();
    await turns();
    assert.deepEqual(seen, [false, true]);
    assert.deepEqual([parts[0]?.result, whole.result], [delivered, delivered]);
  });
});

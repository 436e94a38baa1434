import assert from "node:assert/strict";
import { StandInRed } from "../../support/stand-in-red";
import { turns } from "../../support/stand-in-red-clock";
import { FollowedFlows, flowNode } from "../../support/stand-in-red-followed";

const delivered = { kind: "delivered" };
const interrupted = { kind: "interrupted" };

describe("following a message through deploys and hooks", () => {
  let flows: FollowedFlows;

  beforeEach(() => {
    flows = new FollowedFlows();
  });
  afterEach(() => flows.end());

  describe("through a deploy", () => {
    const flow = [flowNode("source", "inject", "a"), flowNode("a", "slow")];
    beforeEach(() => flows.red.deploy(flow));

    it("that stops all nodes, is interrupted", async () => {
      const followed = flows.follow();
      await turns();
      await flows.red.deploy(flow);
      await turns();
      assert.deepEqual(followed.result, interrupted);
    });

    it("does not believe a node that reports what it drops as complete", async () => {
      const followed = flows.follow();
      await turns();
      flows.red.events.once("flows:stopping", () => flows.busy.get("a")?.());
      await flows.red.stop();
      await turns();
      assert.deepEqual(followed.result, interrupted);
    });

    it("of other nodes, goes on", async () => {
      const followed = flows.follow();
      await turns();
      await flows.red.deploy([...flow, flowNode("b", "slow")], "nodes");
      await flows.finish("a");
      assert.deepEqual(followed.result, delivered);
    });

    it("of other nodes, is delivered where a node that stays has ended its work meanwhile, with nothing left to do", async () => {
      const followed = flows.follow();
      await turns();
      flows.red.events.once("flows:stopping", () => flows.busy.get("a")?.());
      await flows.red.deploy([...flow, flowNode("b", "slow")], "nodes");
      await turns();
      assert.deepEqual(followed.result, delivered);
    });

    it("of the node that has it, is not believed where that reports what it drops as complete", async () => {
      const followed = flows.follow();
      await turns();
      flows.red.events.once("flows:stopping", () => flows.busy.get("a")?.());
      await flows.red.deploy([flowNode("source", "inject", "a"), { ...flowNode("a", "slow"), name: "new" }], "nodes");
      await turns();
      assert.deepEqual(followed.result, interrupted);
    });

    it("of the node that has it, is interrupted at once", async () => {
      const followed = flows.follow({ timeout: 5_000 });
      await turns();
      await flows.red.deploy([flowNode("source", "inject", "a"), { ...flowNode("a", "slow"), name: "new" }], "nodes");
      await turns();
      assert.deepEqual(followed.result, interrupted);
    });
  });

  describe("through a deploy of one of its branches", () => {
    const flow = (name: string) => [
      flowNode("source", "inject", "a", "b"),
      { ...flowNode("a", "slow"), name },
      flowNode("b", "slow"),
      flowNode("c", "slow"),
    ];

    it("does not believe a node that reports what it drops as complete, while another branch goes on", async () => {
      await flows.red.deploy(flow("old"));
      const followed = flows.follow();
      await turns();
      flows.red.events.once("flows:stopping", () => flows.busy.get("a")?.());
      await flows.red.deploy(flow("new"), "nodes");
      await flows.finish("b");
      assert.deepEqual(followed.result, interrupted);
    });

    it("goes on where a node that stays has ended its work meanwhile", async () => {
      await flows.red.deploy(flow("old"));
      const followed = flows.follow();
      await turns();
      flows.red.events.once("flows:stopping", () => flows.busy.get("a")?.());
      await flows.red.deploy([...flow("old"), flowNode("d", "slow")], "nodes");
      await flows.finish("b");
      assert.deepEqual(followed.result, delivered);
    });
  });

  describe("through a deploy that takes out the node behind one that stays", () => {
    const flow = (last: string) => [
      flowNode("source", "inject", "a", "b"),
      flowNode("a", "slow", last),
      flowNode("b", "slow"),
      flowNode(last, "slow"),
    ];

    it("is interrupted: what that one sends meanwhile is lost without a word", async () => {
      await flows.red.deploy(flow("c"));
      const followed = flows.follow();
      await turns();
      flows.red.events.once("flows:stopping", () => {
        const a = flows.red.node("a");
        Object.assign(a, { _flow: { getNode: (id: string) => (id === "c" ? null : flows.red.node(id)) } });
        a.send({ payload: "lost" });
        flows.busy.get("a")?.();
      });
      await flows.red.deploy([...flow("c").slice(0, 3), { ...flowNode("c", "slow"), name: "new" }], "nodes");
      await flows.finish("b");
      assert.deepEqual(followed.result, interrupted);
    });
  });

  describe("until it is received", () => {
    const flow = [
      flowNode("source", "inject", "a", "b"),
      flowNode("a", "quick", "c"),
      flowNode("b", "slow"),
      flowNode("c", "slow"),
    ];
    beforeEach(() => flows.red.deploy(flow));

    it("takes until all of the first nodes have it, whatever they do with it", async () => {
      const followed = flows.follow({ until: "received" });
      assert.equal(followed.result, undefined);
      await turns(2);
      assert.deepEqual(followed.result, delivered);
      await turns();
    });

    it("is interrupted where a node that it was on its way to was stopped: it drops it without a word", async () => {
      const followed = flows.follow({ until: "received" });
      await flows.red.stop();
      await turns();
      assert.deepEqual(followed.result, interrupted);
    });

    it("is not, where only other nodes were stopped", async () => {
      const followed = flows.follow({ until: "received" });
      flows.red.events.emit("flows:stopping", {});
      await turns();
      assert.deepEqual(followed.result, delivered);
    });

    it("does not end by what nodes report of another that was to be followed to its end", async () => {
      const complete = flows.follow();
      const received = flows.follow({ until: "received" });
      await turns();
      assert.deepEqual([complete.result, received.result], [undefined, delivered]);
    });
  });

  describe("through hooks", () => {
    beforeEach(() => flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "quick")]));

    it("costs other messages nothing but while something is followed, and a moment after", async () => {
      assert.deepEqual(flows.red.hooks.names, []);
      flows.follow();
      flows.follow({ until: "received" });
      assert.deepEqual(flows.red.hooks.names, ["onComplete.hapana", "onReceive.hapana", "preDeliver.hapana"]);
      await turns();
      flows.red.node("source").send({ payload: "not followed" });
      await flows.pass(1_000);
      assert.deepEqual(flows.red.hooks.names, []);
    });

    it("is possible again after that", async () => {
      flows.follow();
      await flows.pass(1_000);
      const followed = flows.follow();
      await turns();
      assert.deepEqual(followed.result, delivered);
    });

    it("leaves those of others alone", async () => {
      flows.red.hooks.add("onComplete.other", () => {});
      flows.follow();
      await flows.pass(1_000);
      assert.deepEqual(flows.red.hooks.names, ["onComplete.other"]);
    });

    it("is impossible where Node-RED has none: then it is sent, unconfirmed", async () => {
      await flows.end();
      flows = new FollowedFlows(new StandInRed({ hasHooks: false }));
      let received = 0;
      flows.red.define("counting", () => (received += 1));
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "counting")]);
      const followed = flows.follow();
      await turns();
      assert.deepEqual([followed.result, received], [{ kind: "unconfirmed" }, 1]);
    });
  });
});

import assert from "node:assert/strict";
import { turns } from "../../support/stand-in-red-clock";
import { FollowedFlows, flowNode } from "../../support/stand-in-red-followed";

const delivered = { kind: "delivered" };

describe("following a message through a flow", () => {
  let flows: FollowedFlows;

  beforeEach(() => {
    flows = new FollowedFlows();
  });
  afterEach(() => flows.end());

  describe("until it is complete", () => {
    it("takes until the node that got it has reported", async () => {
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "slow")]);
      const followed = flows.follow();
      await turns();
      assert.equal(followed.result, undefined);
      await flows.finish("a");
      assert.deepEqual(followed.result, delivered);
    });

    it("takes until all have that got it or a clone of it, at once or later", async () => {
      await flows.red.deploy([
        flowNode("source", "inject", "a", "b"),
        flowNode("a", "slow"),
        flowNode("b", "quick", "c", "d"),
        flowNode("c", "slow"),
        flowNode("d", "slow"),
      ]);
      const followed = flows.follow();
      await turns();
      for (const id of ["a", "d", "c"]) {
        assert.equal(followed.result, undefined, `before ${id}`);
        await flows.finish(id);
      }
      assert.deepEqual(followed.result, delivered);
    });

    it("does not mistake another message for it", async () => {
      await flows.red.deploy([
        flowNode("source", "inject", "a"),
        flowNode("a", "slow"),
        flowNode("other", "inject", "b"),
        flowNode("b", "quick"),
      ]);
      const followed = flows.follow();
      flows.red.node("other").send({ payload: "nobody's" });
      flows.red.node("other").send({ payload: "somebody else's", hapana: { deliveryId: "another" } });
      flows.red.node("b").receive({ _msgid: "never sent" });
      await turns();
      assert.equal(followed.result, undefined);
      await flows.finish("a");
      assert.deepEqual(followed.result, delivered);
    });

    it("tells of the first error, once everybody is done", async () => {
      await flows.red.deploy([flowNode("source", "inject", "a", "b"), flowNode("a", "broken"), flowNode("b", "slow")]);
      const followed = flows.follow();
      await turns();
      assert.equal(followed.result, undefined);
      await flows.finish("b", "A second one.");
      assert.deepEqual(followed.result, { kind: "failed", error: "It is broken." });
    });

    it("takes an error that is only a text", async () => {
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "slow")]);
      const followed = flows.follow();
      await turns();
      await flows.finish("a", "no customer");
      assert.deepEqual(followed.result, { kind: "failed", error: "no customer" });
    });

    it("knows a message by its delivery where a node has made it anew", async () => {
      flows.red.define("anew", (self, { hapana }, done) => {
        self.send({ payload: "new", hapana });
        done();
      });
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "anew", "b"), flowNode("b", "slow")]);
      const followed = flows.follow();
      await turns();
      assert.equal(followed.result, undefined);
      await flows.finish("b");
      assert.deepEqual(followed.result, delivered);
    });

    it("takes, for all messages of a delivery that a node has made one of, until that one is complete", async () => {
      const joined: (() => void)[] = [];
      flows.red.define("join", (self, { hapana }, done) => {
        if (joined.push(done) < 2) return;
        self.send({ hapana });
        for (const report of joined) report();
      });
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "join", "b"), flowNode("b", "slow")]);
      const [first, second] = [flows.follow(), flows.follow()];
      await turns();
      assert.deepEqual([first.result, second.result], [undefined, undefined]);
      await flows.finish("b");
      assert.deepEqual([first.result, second.result], [delivered, delivered]);
    });

    it("does not wait for a switch or filter that drops it, as these never report", async () => {
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "switch")]);
      const followed = flows.follow();
      await flows.pass(40);
      assert.equal(followed.result, undefined);
      await flows.pass(10);
      assert.deepEqual(followed.result, delivered);
    });

    it("waits for those behind such a node, also behind a subflow", async () => {
      for (const type of ["switch", "rbe", "subflow:1"])
        flows.red.define(type, (self, message) => self.send(message), false);
      await flows.red.deploy([
        flowNode("source", "inject", "a"),
        flowNode("a", "switch", "b"),
        flowNode("b", "rbe", "c"),
        flowNode("c", "subflow:1", "d"),
        flowNode("d", "slow"),
      ]);
      const followed = flows.follow();
      await flows.pass(1_000);
      assert.equal(followed.result, undefined);
      await flows.finish("d");
      assert.deepEqual(followed.result, delivered);
    });

    it("believes such a node that has learnt to report", async () => {
      let done = () => {};
      flows.red.define("switch", (_self, _message, report) => {
        done = report;
      });
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "switch")]);
      const followed = flows.follow();
      await flows.pass(1_000);
      assert.equal(followed.result, undefined);
      done();
      await turns();
      assert.deepEqual(followed.result, delivered);
    });

    it("gives up, unconfirmed, where a node never reports", async () => {
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "function")]);
      const followed = flows.follow({ timeout: 5_000 });
      await flows.pass(4_900);
      assert.equal(followed.result, undefined);
      await flows.pass(500);
      assert.deepEqual(followed.result, { kind: "unconfirmed" });
    });

    it("still tells of an error where another node never reports", async () => {
      await flows.red.deploy([
        flowNode("source", "inject", "a", "b"),
        flowNode("a", "broken"),
        flowNode("b", "function"),
      ]);
      const followed = flows.follow({ timeout: 5_000 });
      await flows.pass(5_500);
      assert.deepEqual(followed.result, { kind: "failed", error: "It is broken." });
    });

    it("is not troubled by a report that comes after it has given up", async () => {
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "slow")]);
      const followed = flows.follow({ timeout: 5_000 });
      await flows.pass(5_500);
      await flows.finish("a", new Error("too late"));
      assert.deepEqual(followed.result, { kind: "unconfirmed" });
    });
  });

  describe("where no node gets it", () => {
    beforeEach(() => flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "slow")]));

    it("counts as delivered soon", async () => {
      await flows.red.deploy([flowNode("source", "inject", "not there")]);
      const followed = flows.follow();
      await turns();
      assert.equal(followed.result, undefined);
      await flows.pass(100);
      assert.deepEqual(followed.result, delivered);
    });

    it("waits for a hook of another package that holds it back", async () => {
      let goOn = () => {};
      flows.red.hooks.add("preRoute.other", () => new Promise<void>((resolve) => (goOn = resolve)));
      const followed = flows.follow();
      await flows.pass(90);
      goOn();
      await flows.pass(1_000);
      assert.equal(followed.result, undefined);
      await flows.finish("a");
      assert.deepEqual(followed.result, delivered);
    });

    it("is not troubled where such a hook lets it go later still", async () => {
      let goOn = () => {};
      flows.red.hooks.add("preRoute.other", () => new Promise<void>((resolve) => (goOn = resolve)));
      const followed = flows.follow();
      await flows.pass(100);
      assert.deepEqual(followed.result, delivered);
      goOn();
      await turns();
      await flows.finish("a", new Error("Nobody asks any more."));
      assert.deepEqual(followed.result, delivered);
    });
  });
});

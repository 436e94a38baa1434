import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import { turns } from "../../support/stand-in-red-clock";
import { FollowedFlows, flowNode } from "../../support/stand-in-red-followed";

const delivered = { kind: "delivered" };

const failedAt = (id: string, name: string, text: string) => ({
  ...{ kind: "failed", error: `${name}: ${text}` },
  errorNode: { id, name },
});

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
      assert.deepEqual(followed.result, failedAt("a", "broken", "It is broken."));
    });

    it("tells which of the flow's nodes has reported the error, by its name where it has one", async () => {
      const named = { ...flowNode("a", "broken"), name: "Text the client" };
      await flows.red.deploy([flowNode("source", "inject", "a"), named]);
      const followed = flows.follow();
      await turns();
      assert.deepEqual(followed.result, failedAt("a", "Text the client", "It is broken."));
    });

    it("names a node of a subflow by its id in the template, which is the one that the editor knows", async () => {
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "broken")]);
      Object.assign(flows.red.node("a"), { _alias: "template" });
      const followed = flows.follow();
      await turns();
      assert.deepEqual(followed.result, failedAt("template", "broken", "It is broken."));
    });

    it("takes an error that is only a text", async () => {
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "slow")]);
      const followed = flows.follow();
      await turns();
      await flows.finish("a", "no customer");
      assert.deepEqual(followed.result, failedAt("a", "slow", "no customer"));
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
      const [first, second] = [flows.follow({ deliveryId: "1" }), flows.follow({ deliveryId: "1" })];
      await turns();
      assert.deepEqual([first.result, second.result], [undefined, undefined]);
      await flows.finish("b");
      assert.deepEqual([first.result, second.result], [delivered, delivered]);
    });

    it("counts a new message without any id as made of what its node reports to be through with in the same go", async () => {
      flows.red.define("anew", (self, _message, done) => {
        self.send({ payload: "new" });
        done();
      });
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "anew", "b"), flowNode("b", "slow")]);
      const followed = flows.follow();
      await turns();
      assert.equal(followed.result, undefined);
      await flows.finish("b", new Error("no such member"));
      assert.deepEqual(followed.result, failedAt("b", "slow", "no such member"));
    });

    it("takes, for messages of several events that a node has made one of, until that one is complete", async () => {
      const joined: (() => void)[] = [];
      flows.red.define("join", (self, message, done) => {
        if (joined.push(done) < 2) return;
        self.send({ ...message });
        for (const report of joined) report();
      });
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "join", "b"), flowNode("b", "slow")]);
      const [first, second] = [flows.follow(), flows.follow()];
      await turns();
      assert.deepEqual([first.result, second.result], [undefined, undefined]);
      await flows.finish("b");
      assert.deepEqual([first.result, second.result], [delivered, delivered]);
    });

    it("keeps apart what a node sends for one event, and then for another, in the same turn", async () => {
      const kept: [NodeMessage, () => void][] = [];
      flows.red.define("anew", (self, message, done) => {
        if (kept.push([message, done]) < 2) return;
        for (const [each, report] of kept) {
          self.send({ ...each });
          report();
        }
      });
      flows.red.define("picky", (_self, message, done) =>
        done(message.isWanted ? undefined : new Error("It is not wanted.")),
      );
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "anew", "b"), flowNode("b", "picky")]);
      const [wanted, unwanted] = [flows.follow({ isWanted: true }), flows.follow({ isWanted: false })];
      await turns();
      assert.deepEqual([wanted.result?.kind, unwanted.result?.kind], ["delivered", "failed"]);
    });

    it("takes that a node which never reports is through when its handler has run, and what it sent has arrived", async () => {
      const ran: string[] = [];
      flows.red.define("rbe", (self) => void ran.push(self.id), false);
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "rbe")]);
      const followed = flows.follow();
      assert.deepEqual([ran, followed.result], [[], undefined]);
      await turns();
      assert.deepEqual([ran, followed.result], [["a"], delivered]);
    });

    it("takes that a switch is through when it has sent something, or nothing, whenever that is", async () => {
      const evaluated: (() => void)[] = [];
      flows.red.define(
        "switch",
        (self, message) => void evaluated.push(() => self.send([message.isWanted ? message : null])),
        false,
      );
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "switch", "b"), flowNode("b", "slow")]);
      const [wanted, dropped] = [flows.follow({ isWanted: true }), flows.follow({ isWanted: false })];
      await flows.pass(10_000);
      assert.deepEqual([wanted.result, dropped.result], [undefined, undefined]);
      for (const evaluate of evaluated) evaluate();
      await turns();
      assert.deepEqual([wanted.result, dropped.result], [undefined, delivered]);
      await flows.finish("b");
      assert.deepEqual(wanted.result, delivered);
    });

    it("takes that a switch whose expression cannot be evaluated, and warns, is through", async () => {
      flows.red.define("switch", (self) => self.warn("Invalid expression"), false);
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "switch")]);
      const followed = flows.follow();
      await turns();
      assert.deepEqual(followed.result, delivered);
    });

    it("waits for what a trigger is to send later, also for those that came meanwhile", async () => {
      let over = () => {};
      flows.red.define("trigger", (self, message, done) => {
        const trigger = self as unknown as { topics?: Record<string, { tout: object }>; op2type: string };
        trigger.op2type = "pay";
        if (!trigger.topics?._none) {
          trigger.topics = { _none: { tout: {} } };
          over = () => {
            self.send({ ...message });
            delete trigger.topics?._none;
          };
        }
        done();
      });
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "trigger", "b"), flowNode("b", "slow")]);
      const [first, second] = [flows.follow(), flows.follow()];
      await flows.pass(10_000);
      assert.deepEqual([first.result, second.result], [undefined, undefined]);
      over();
      await turns();
      assert.deepEqual([first.result, second.result], [undefined, delivered]);
      await flows.finish("b");
      assert.deepEqual(first.result, delivered);
    });

    it("takes an error that a node tells only Catch nodes of, whether there is one or not, and whether it goes on or not", async () => {
      const refused = new Error("connect ECONNREFUSED");
      flows.red.define("refused", (self, message, done) => {
        self.error(refused, message);
        self.send(message);
        done();
      });
      flows.red.define("never", (self, message, _done) => self.error(refused, message));
      for (const type of ["refused", "never"]) {
        for (const others of [[], [flowNode("catch", "catch")]]) {
          await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", type), ...others]);
          const followed = flows.follow();
          await turns();
          assert.deepEqual(followed.result, failedAt("a", type, refused.message), type);
        }
      }
    });

    it("takes what a node throws, although it never reports after that", async () => {
      flows.red.define("throws", (_self, _message, _done) => {
        throw new Error("It throws.");
      });
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "throws")]);
      const followed = flows.follow();
      await turns();
      assert.deepEqual(followed.result, failedAt("a", "throws", "It throws."));
    });

    it("is not over before what follows a Catch node is", async () => {
      flows.red.define("catch", (self, message) => self.send(message), false);
      await flows.red.deploy([
        flowNode("source", "inject", "a"),
        flowNode("a", "broken"),
        flowNode("catch", "catch", "b"),
        flowNode("b", "slow"),
      ]);
      const followed = flows.follow();
      await turns();
      assert.equal(followed.result, undefined);
      await flows.finish("b");
      assert.deepEqual(followed.result, failedAt("a", "broken", "It is broken."));
    });

    it("is not over before what a node sends right after it has reported", async () => {
      flows.red.define("hasty", (self, message, done) => {
        done();
        self.send(message);
      });
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "hasty", "b"), flowNode("b", "slow")]);
      const followed = flows.follow();
      await turns();
      assert.equal(followed.result, undefined);
      await flows.finish("b");
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

    it("is slow after a time where a node keeps it, and is delivered when that has finished", async () => {
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "slow")]);
      const followed = flows.follow({ timeout: 5_000 });
      await flows.pass(4_900);
      assert.deepEqual(followed, {});
      await flows.pass(500);
      assert.deepEqual([followed.result?.kind, followed.end], ["slow", undefined]);
      await flows.finish("a");
      assert.deepEqual(followed.end, delivered);
    });

    it("fails late where a node that was slow fails", async () => {
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "slow")]);
      const followed = flows.follow({ timeout: 5_000 });
      await flows.pass(5_500);
      await flows.finish("a", new Error("after all"));
      assert.deepEqual(followed.end, failedAt("a", "slow", "after all"));
    });

    it("is interrupted, slow or not, where a deploy stops the node that has it, and only then", async () => {
      const nodes = (name: string) => [
        flowNode("source", "inject", "a"),
        { ...flowNode("a", "slow"), name },
        flowNode("b", "slow"),
      ];
      await flows.red.deploy(nodes("first"));
      const [slow, underWay] = [flows.follow({ timeout: 5_000 }), flows.follow()];
      await flows.pass(5_500);
      await flows.red.deploy([...nodes("first"), flowNode("c", "slow")], "nodes");
      await turns();
      assert.deepEqual([slow.end, underWay.result], [undefined, undefined]);
      await flows.red.deploy(nodes("second"), "nodes");
      await turns();
      assert.deepEqual([slow.end, underWay.result], [{ kind: "interrupted" }, { kind: "interrupted" }]);
    });

    it("is unconfirmed after a time where the node that keeps it cannot report", async () => {
      flows.red.define("switch", () => {}, false);
      await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "switch")]);
      const followed = flows.follow({ timeout: 5_000 });
      await flows.pass(5_500);
      assert.deepEqual(followed.result, { kind: "unconfirmed" });
    });

    it("has failed after a time where one node has failed and another keeps it", async () => {
      await flows.red.deploy([flowNode("source", "inject", "a", "b"), flowNode("a", "broken"), flowNode("b", "slow")]);
      const followed = flows.follow({ timeout: 5_000 });
      await flows.pass(5_500);
      assert.deepEqual(followed.result, failedAt("a", "broken", "It is broken."));
      await flows.finish("b");
    });
  });

  it("waits for a hook of another package that holds it back, for as long as it does", async () => {
    await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "slow")]);
    let goOn = () => {};
    flows.red.hooks.add("preRoute.other", () => new Promise<void>((resolve) => (goOn = resolve)));
    const followed = flows.follow();
    await flows.pass(10_000);
    goOn();
    await flows.pass(1_000);
    assert.equal(followed.result, undefined);
    await flows.finish("a");
    assert.deepEqual(followed.result, delivered);
  });

  it("costs nothing once there is nothing to follow any more", async () => {
    await flows.red.deploy([flowNode("source", "inject", "a"), flowNode("a", "slow")]);
    flows.follow({ timeout: 5_000 });
    await flows.pass(6_000);
    assert.notDeepEqual(flows.red.hooks.names, []);
    await flows.finish("a");
    await flows.pass(6_000);
    assert.deepEqual(flows.red.hooks.names, []);
  });
});

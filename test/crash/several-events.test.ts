import assert from "node:assert/strict";
import { join } from "node:path";
import { type FlowNode, token } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded } from "../support/recorded";
import { readStates, type StoredStates } from "../support/store";
import { allCoreNodes, makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";
import { flowsOf, pathOf, releaseOf, type Scenario, webhookOf } from "./complete-scenarios";

const node = (id: string, type: string, properties: object): Omit<FlowNode, "z"> => ({ id, type, ...properties });
const func = (id: string, code: string, next: readonly string[] = []) =>
  node(id, "function", { func: code, outputs: 1, wires: [next] });
const gate = (id: string, next: readonly string[] = []) =>
  node(id, "delay", { pauseType: "delay", timeout: "1", timeoutUnits: "hours", wires: [next] });
const ofTwo = (id: string, next: readonly string[]) =>
  node(id, "join", {
    ...{ mode: "custom", build: "array", property: "payload", propertyType: "msg", count: "2" },
    wires: [next],
  });
const trigger = (id: string, properties: object) =>
  node(id, "trigger", {
    ...{ op1: "1", op1type: "nul", op2: "0", op2type: "str", extend: false, bytopic: "all", topic: "topic" },
    ...{ duration: "1", units: "hr", reset: "", outputs: 1, wires: [[]] },
    ...properties,
  });

const all = {
  joinThatFails: { name: "", nodes: [ofTwo("j", ["f"]), func("f", `throw new Error("no such sheet");`)] },
  joinThatWaits: {
    name: "",
    nodes: [ofTwo("j", ["s"]), func("s", "return { payload: 1, hapana: msg.hapana };", ["d"]), gate("d")],
    heldBy: ["d"],
  },
  batch: {
    name: "",
    nodes: [
      node("b", "batch", { mode: "count", count: "2", overlap: "0", wires: [["f"]] }),
      func("f", `if (msg.payload.clientID === "ann") throw new Error("no such ann");`),
    ],
  },
  switchThatFails: {
    name: "",
    nodes: [
      node("s", "switch", {
        ...{ property: "payload.clientID", propertyType: "msg", outputs: 1, wires: [[]] },
        rules: [{ t: "jsonata_exp", v: "$number(payload.clientID) > 3", vt: "jsonata" }],
      }),
    ],
  },
  watchdog: { name: "", nodes: [trigger("t", { extend: true })] },
  untilReset: { name: "", nodes: [trigger("t", { op1type: "str", duration: "0" })] },
  again: { name: "", nodes: [trigger("t", { op1type: "str", op2type: "nul", duration: "-1" })] },
} satisfies Record<string, Scenario>;

const list: readonly Scenario[] = Object.values(all);

for (const platform of onePlatform) {
  describe(`several events in one node, Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    const userDir = makeUserDir();
    const file = join(userDir, "recorded.jsonl");
    let nodeRed: NodeRed;

    before(async () => {
      nodeRed = await startNodeRed({ platform, settings: allCoreNodes, userDir, flows: flowsOf(list, file) });
    });
    after(() => nodeRed?.stop());

    const indexOf = (scenario: Scenario) => list.indexOf(scenario);
    const statesOf = (scenario: Scenario) => readStates(nodeRed, webhookOf(indexOf(scenario)));
    const send = async (scenario: Scenario, clientID: string) => {
      const body = { clientID, siteID: "site" };
      const answer = await post(`${nodeRed.url}${pathOf(indexOf(scenario))}/checkIn`, { token, body });
      assert.equal(answer.status, 200);
    };
    const statesOnce = (scenario: Scenario, isMet: (states: StoredStates) => boolean) =>
      waitFor(
        async () => {
          const states = await statesOf(scenario);
          return isMet(states) ? states : undefined;
        },
        () => "it never came to that",
      );
    const atRest = (scenario: Scenario) =>
      statesOnce(scenario, ({ waiting, inFlow, slow }) => waiting + inFlow + slow === 0);

    it("what a join makes of two events, and fails, was counted as a failure of the last one only", async () => {
      await send(all.joinThatFails, "joe");
      await send(all.joinThatFails, "ann");
      assert.deepEqual((await atRest(all.joinThatFails)).failed, ["no such sheet", "no such sheet"].map(inFunction));
    });

    it("an event that a join put into another one's message came no more after a kill -9", async () => {
      const { joinThatWaits } = all;
      await send(joinThatWaits, "joe");
      await send(joinThatWaits, "ann");
      const recorded = () => readRecorded(file).filter((each) => each.node === String(indexOf(joinThatWaits)));
      await waitFor(
        () => (recorded().length === 2 ? true : undefined),
        () => "they did not come out",
      );
      // A third one, that only waits for a fourth: by then, the first two are beyond the join.
      await send(joinThatWaits, "bob");
      await statesOnce(joinThatWaits, ({ inFlow, delivered }) => inFlow + delivered === 3);
      assert.equal((await statesOf(joinThatWaits)).delivered, 0);
      await nodeRed.kill9();
      await nodeRed.restart();
      await waitFor(
        () => (recorded().length === 6 ? true : undefined),
        () => `${recorded().length} of 6 came out`,
      );
      await send(joinThatWaits, "eve");
      await waitFor(
        async () => {
          await post(`${nodeRed.url}/inject/${releaseOf(indexOf(joinThatWaits))}`);
          return (await statesOf(joinThatWaits)).delivered === 4 ? true : undefined;
        },
        () => "they were never done",
      );
    });

    it("of a batch, only the event fails that a node reports an error for", async () => {
      await send(all.batch, "joe");
      await send(all.batch, "ann");
      const { failed, delivered } = await atRest(all.batch);
      assert.deepEqual([failed, delivered], [["no such ann"].map(inFunction), 1]);
    });

    it("after an error in a switch, what it dropped stayed in the flow until the time-out", async () => {
      await send(all.switchThatFails, "joe");
      await statesOnce(all.switchThatFails, ({ failed }) => failed.length === 1);
      await send(all.switchThatFails, "1");
      assert.equal((await atRest(all.switchThatFails)).delivered, 1);
    });

    it("a trigger that each event puts off kept all events before the last open", async () => {
      await send(all.watchdog, "joe");
      await send(all.watchdog, "ann");
      const { inFlow } = await statesOnce(all.watchdog, ({ delivered }) => delivered === 1);
      assert.equal(inFlow, 1);
    });

    it("a trigger that waits to be reset, and sends no more, kept the event open", async () => {
      await send(all.untilReset, "joe");
      assert.equal((await atRest(all.untilReset)).delivered, 1);
    });

    it("a trigger that sends again and again counted as through", async () => {
      await send(all.again, "joe");
      await send(all.again, "ann");
      const { inFlow } = await statesOnce(all.again, ({ delivered }) => delivered > 0);
      assert.equal(inFlow, 1);
    });
  });
}

/** What is kept of a throw in a function node that has no name. */
function inFunction(text: string): string {
  return `function: Error: ${text}`;
}

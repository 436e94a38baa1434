import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { endpoint, type FlowNode, once, token, webhookIn, withRecorder } from "../support/flows";
import { type FreshFlow, withFreshIds } from "../support/fresh-ids";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded, waitForRecorded } from "../support/recorded";
import { readStates, type StoredStates } from "../support/store";
import { waitFor } from "../support/wait-for";

const node = (id: string, type: string, properties: object): FlowNode => ({
  ...{ id, type, z: "tab", x: 600, y: 160, name: id },
  ...properties,
});
const func = (id: string, code: string, ...next: string[]) =>
  node(id, "function", { func: code, outputs: 1, wires: [next] });

/** Keeps what it gets until a message with `flush`. */
const gate = node("gate", "delay", { pauseType: "delay", timeout: "1", timeoutUnits: "hours", wires: [["end"]] });
const open = node("open", "http in", { url: "/open", method: "get", wires: [["flush"]] });
const flush = func("flush", "return [[{ flush: true }, msg]];", "gate", "answer");
const answer = node("answer", "http response", { statusCode: "200" });

for (const platform of onePlatform) {
  describe(`once, on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform });
    let fresh: FreshFlow;
    let path: string;
    let file: string;
    let rounds = 0;

    /** webhook-in → once → what is behind it; what comes out of its outputs is recorded. */
    async function deploy(behind: readonly FlowNode[], properties: Partial<FlowNode> = {}, retries = 0): Promise<void> {
      rounds += 1;
      path = `/hapana-once-${rounds}`;
      file = join(nodeRed().userDir, `once-${rounds}.jsonl`);
      const first = behind[0]?.id;
      const node = once({ wires: [first === undefined ? [] : [first], []], ...properties });
      fresh = withFreshIds([
        { id: "tab", type: "tab", label: "Test" },
        endpoint({ path }),
        webhookIn({ events: ["checkIn"], wires: [["once"], []], retries }),
        ...withRecorder(node, file, ["first", "again"]),
        ...behind,
      ]);
      await nodeRed().setFlows(fresh.flow);
    }
    const send = async (clientID: string, headers: Record<string, string> = {}) => {
      const body = { clientID, siteID: "s", checkInTime: "2026-04-12T17:52:31Z" };
      const { status } = await post(`${nodeRed().url}${path}/checkIn`, { token, body, headers });
      assert.equal(status, 200);
    };
    const outputs = async (count: number) => (await waitForRecorded(file, count)).map(({ output }) => output);
    const states = () => readStates(nodeRed(), fresh.idOf("webhook"));
    const until = async (what: string, isSo: (now: StoredStates) => boolean) => {
      let now: StoredStates | undefined;
      await waitFor(
        async () => {
          now = await states();
          return isSo(now) ? true : undefined;
        },
        () => `${what} has not come about: ${JSON.stringify(now)}`,
      );
    };
    const openGate = async () => assert.equal((await fetch(`${nodeRed().url}/open`)).status, 200);

    it("an event that is done, and comes again after a kill -9, is not done again", async () => {
      await deploy([], { key: "payload.clientID" });
      // Another branch is still at work, so that the event comes again.
      const branches = [fresh.idOf("once"), "still"];
      await nodeRed().setFlows([
        ...fresh.flow.map((each) => (each.type === "hapana-webhook-in" ? { ...each, wires: [branches, []] } : each)),
        { ...gate, id: "still", z: fresh.idOf("tab"), wires: [[]] },
      ]);
      await send("c", { "x-hapana-delivery": "first" });
      await send("c", { "x-hapana-delivery": "second" });
      // That the second one is done already shows that the first is remembered.
      assert.deepEqual(await outputs(2), ["first", "again"]);
      const folder = join(nodeRed().userDir, "hapana", "once");
      for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o077, 0, name);
      await nodeRed().kill9();
      await nodeRed().restart();
      assert.deepEqual((await outputs(4)).slice(2), ["again", "again"]);
      assert.equal(readRecorded(file).at(-1)?.msg.hapana.redelivered, true);
    });

    it("an event that was on its way at a kill -9 passes again", async () => {
      await deploy([gate, func("end", "return msg;"), open, flush, answer]);
      await send("c");
      await outputs(1);
      await nodeRed().kill9();
      await nodeRed().restart();
      assert.deepEqual(await outputs(2), ["first", "first"]);
      await openGate();
      await until("its end", ({ delivered }) => delivered === 1);
    });

    it("an event that has failed passes again when it comes again, and the log says what has failed", async () => {
      const fails = func("fails", `if (msg.hapana.attempt === 1) throw new Error("no such sheet"); return msg;`);
      await deploy([fails], {}, 1);
      await send("c");
      assert.deepEqual(await outputs(2), ["first", "first"]);
      await until("its end", ({ delivered }) => delivered === 1);
    });

    it("a second one for the same waits for the first, and is done already when that has succeeded", async () => {
      await deploy([gate, func("end", "return msg;"), open, flush, answer], { key: "payload.clientID" });
      await send("c", { "x-hapana-delivery": "1" });
      await outputs(1);
      await send("c", { "x-hapana-delivery": "2" });
      await until("both being in the flow", ({ inFlow }) => inFlow === 2);
      assert.deepEqual(await outputs(1), ["first"]);
      await openGate();
      assert.deepEqual(await outputs(2), ["first", "again"]);
      await until("their end", ({ delivered }) => delivered === 2);
    });

    it("a second one for the same passes when the first has failed", async () => {
      const end = func("end", `if (msg.hapana?.deliveryId === "3") throw new Error("no"); return msg;`);
      await deploy([gate, end, open, flush, answer], { key: "payload.clientID" });
      await send("c", { "x-hapana-delivery": "3" });
      await outputs(1);
      await send("c", { "x-hapana-delivery": "4" });
      await until("both being in the flow", ({ inFlow }) => inFlow === 2);
      await openGate();
      assert.deepEqual(await outputs(2), ["first", "first"]);
      await openGate();
      await until("their end", ({ delivered, failed }) => delivered === 1 && failed.length === 1);
    });

    it("what is on its way while the node itself is deployed anew is done once", async () => {
      await deploy([gate, func("end", "return msg;"), open, flush, answer]);
      await send("c");
      await outputs(1);
      await nodeRed().setFlows(
        fresh.flow.map((each) => (each.type === "hapana-once" ? { ...each, days: 60 } : each)),
        "nodes",
      );
      await until("it being in the flow anew", ({ attempts }) => attempts[0] === 2);
      assert.deepEqual(await outputs(1), ["first"]);
      await openGate();
      assert.deepEqual(await outputs(2), ["first", "again"]);
      await until("its end", ({ delivered }) => delivered === 1);
    });

    it("everything is done exactly once, while steps fail and the node itself is deployed again and again", async () => {
      const pause = { pauseType: "random", randomFirst: "0", randomLast: "30", randomUnits: "milliseconds" };
      const fails = func(
        "fails",
        `if (msg.hapana.attempt === 1 && Math.random() < 0.5) throw new Error("busy"); return msg;`,
        "later",
      );
      const first = node("first", "delay", { ...pause, wires: [["fails"]] });
      const later = node("later", "delay", { ...pause, wires: [["done"]] });
      const done = func("done", "return msg;");
      await deploy([first, fails, later, done], { key: "payload.clientID" }, 50);
      const record = join(nodeRed().userDir, "done.jsonl");
      const at = fresh.flow.findIndex(({ id }) => id === fresh.idOf("fails"));
      fresh.flow.splice(at, 1, ...withRecorder(fresh.flow[at] as FlowNode, record, ["done"]));
      await nodeRed().setFlows(fresh.flow);
      const sending = Array.from({ length: 10 }, async (_, round) => {
        for (let each = 0; each < 20; each += 1)
          await send(`c${(round * 20 + each) % 70}`, { "x-hapana-delivery": `${round}-${each}` });
      });
      for (let days = 31; days < 37; days += 1) {
        const changed = fresh.flow.map((each) => (each.type === "hapana-once" ? { ...each, days } : each));
        await nodeRed().setFlows(changed, "nodes");
      }
      await Promise.all(sending);
      await until("their end", ({ delivered }) => delivered === 200);
      const clients = readRecorded(record).map(({ msg }) => msg.payload.clientID);
      assert.deepEqual([clients.length, new Set(clients).size], [70, 70]);
    });

    it("what a loop leads back does not wait for itself", async () => {
      const loop = func("loop", "msg.tries = (msg.tries ?? 0) + 1; return msg.tries < 3 ? msg : null;", "once");
      await deploy([loop]);
      await send("c");
      assert.deepEqual(await outputs(3), ["first", "first", "first"]);
      await until("its end", ({ delivered }) => delivered === 1);
    });

    it("what has no key is an error, and not lost", async () => {
      await deploy([], { key: "payload.nothing" });
      await send("c");
      await until("its failure", ({ failed }) => /no text or number in msg\.payload\.nothing/.test(String(failed[0])));
    });
  });
}

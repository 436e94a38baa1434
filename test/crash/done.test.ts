import assert from "node:assert/strict";
import { join } from "node:path";
import type { FlowNode } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { everyPlatform } from "../support/platforms";
import { readRecorded } from "../support/recorded";
import { readStates } from "../support/store";
import { makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";
import { type Account, waitUntilNothingIsLost } from "./account";
import { startLoad } from "./load";
import { slowFlow } from "./slow-flow";

const node = (id: string, type: string, properties: object): FlowNode => ({
  ...{ id, type, z: "tab", x: 300, y: 300 },
  ...properties,
});

/** webhook-in → a millisecond of work → switch → a function that throws at the first attempt, and else records. */
function throwing(file: string): FlowNode[] {
  const flow = slowFlow({
    ...{ milliseconds: 0, file, webhookIn: { retries: 3 } },
    code: `if (msg.hapana.attempt === 1) throw new Error("busy");`,
  });
  const work = "const end = Date.now() + 1; while (Date.now() < end); return msg;";
  return [
    ...flow.map((each) => (each.id === "webhook" ? { ...each, wires: [["work"], []] } : each)),
    node("work", "function", { func: work, outputs: 1, wires: [["switch"]] }),
    node("switch", "switch", {
      ...{ property: "payload.siteID", propertyType: "msg", outputs: 1, wires: [["record"]] },
      rules: [{ t: "eq", v: "site", vt: "str" }],
    }),
  ];
}

/** webhook-in → a delay that lets through one a second → a function that records. */
function limited(file: string, rate: number): FlowNode[] {
  const flow = slowFlow({ milliseconds: 1, file, webhookIn: { completeTimeout: 1 } });
  const limit = { pauseType: "rate", rate: String(rate), nbRateUnits: "1", rateUnits: "second", drop: false };
  return flow.map((each) => (each.id === "delay" ? { ...each, ...limit } : each));
}

for (const platform of everyPlatform) {
  describe(`done means done, Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    let nodeRed: NodeRed;
    afterEach(() => nodeRed?.stop());

    for (const withKill of [false, true]) {
      it(`64 events at once, each failing behind a switch, all come again${withKill ? ", after a kill -9 too" : ""}`, async () => {
        const userDir = makeUserDir();
        const file = join(userDir, "recorded.jsonl");
        nodeRed = await startNodeRed({ platform, userDir, flows: throwing(file) });
        const load = startLoad(nodeRed.url, { clients: 64, events: 64 });
        await load.finished;
        if (withKill) {
          await nodeRed.kill9();
          await nodeRed.restart();
        }
        assert.equal(load.acknowledged.size, 64);
        await waitUntilNothingIsLost(load.acknowledged, file, 30_000);
        const attempts = readRecorded(file).map(({ msg }) => Number(msg.hapana.attempt));
        assert.ok(attempts.every((attempt) => attempt >= 2));
        const { failed } = await readStates(nodeRed);
        assert.deepEqual(failed, []);
      });
    }

    const ends: Readonly<Record<string, (flows: readonly FlowNode[]) => Promise<unknown>>> = {
      "a kill -9": async () => {
        await nodeRed.kill9();
        await nodeRed.restart();
      },
      "a restart": async () => {
        await nodeRed.stop();
        await nodeRed.restart();
      },
      "a full deploy": (flows) => nodeRed.setFlows(flows, "full"),
      "a deploy of the node that keeps it": (flows) => nodeRed.setFlows(flows, "nodes"),
    };
    for (const [end, make] of Object.entries(ends)) {
      it(`what a node keeps beyond the time-out is slow, and comes again after ${end}`, async () => {
        const userDir = makeUserDir();
        const file = join(userDir, "recorded.jsonl");
        nodeRed = await startNodeRed({ platform, userDir, flows: limited(file, 1) });
        const load = startLoad(nodeRed.url, { events: 40 });
        await load.finished;
        const states = await waitFor(
          async () => {
            const read = await readStates(nodeRed);
            return read.slow > 30 ? read : undefined;
          },
          () => "they are not slow",
        );
        assert.ok(states.delivered < 10);
        await make(limited(file, 200));
        await nodeRed.setFlows(limited(file, 200));
        const account: Account = await waitUntilNothingIsLost(load.acknowledged, file, 30_000);
        assert.equal(account.twiceUnsaid, 0);
        await waitFor(
          async () => {
            const { waiting, inFlow, slow } = await readStates(nodeRed);
            return waiting + inFlow + slow === 0 ? true : undefined;
          },
          () => "they are still open",
        );
      });
    }
  });
}

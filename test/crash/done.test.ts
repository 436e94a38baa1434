import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { enduring } from "../support/endurance";
import type { FlowNode } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { readRecorded } from "../support/recorded";
import { readStates } from "../support/store";
import { noteAccount } from "../support/summary";
import { allCoreNodes, makeUserDir } from "../support/user-dir";
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

/** webhook-in → http request → switch → a function that records; what fails goes to a Catch node, and waits there. */
function calling(file: string, url: string): FlowNode[] {
  const flow = slowFlow({ milliseconds: 0, file, webhookIn: { retries: 100 } });
  return [
    ...flow.map((each) => (each.id === "webhook" ? { ...each, wires: [["ask"], []] } : each)),
    node("ask", "function", { func: `msg.url = "${url}" + msg.payload.clientID; return msg;`, wires: [["request"]] }),
    node("request", "http request", { method: "GET", ret: "txt", wires: [["body"]] }),
    // The answer has taken the event's place in the payload.
    node("body", "function", { func: "msg.payload = msg.hapana.body; return msg;", wires: [["switch"]] }),
    node("switch", "switch", {
      ...{ property: "statusCode", propertyType: "msg", outputs: 1, wires: [["record"]] },
      rules: [{ t: "eq", v: "200", vt: "num" }],
    }),
    node("catch", "catch", { scope: null, uncaught: false, wires: [["pause"]] }),
    node("pause", "delay", { pauseType: "delay", timeout: "20", timeoutUnits: "milliseconds", wires: [[]] }),
  ];
}

/** webhook-in → a delay that lets through one a second → a function that records. */
function limited(file: string, rate: number): FlowNode[] {
  const flow = slowFlow({ milliseconds: 1, file, webhookIn: { completeTimeout: 1 } });
  const limit = { pauseType: "rate", rate: String(rate), nbRateUnits: "1", rateUnits: "second", drop: false };
  return flow.map((each) => (each.id === "delay" ? { ...each, ...limit } : each));
}

for (const platform of onePlatform) {
  describe(`done means done, Node-RED ${platform.name}`, function () {
    this.timeout(enduring(90_000, 600_000));
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
        await waitUntilNothingIsLost(load.acknowledged, file, 60_000);
        const attempts = readRecorded(file).map(({ msg }) => Number(msg.hapana.attempt));
        assert.ok(attempts.every((attempt) => attempt >= 2));
        const { failed } = await readStates(nodeRed);
        assert.deepEqual(failed, []);
      });
    }

    it("loses nothing where every call fails at first, also under kill -9: every failure is repeated", async () => {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      const asked = new Set<string | undefined>();
      const server = createServer((request, response) => {
        if (asked.has(request.url)) response.end("ok");
        else request.socket.destroy();
        asked.add(request.url);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      try {
        nodeRed = await startNodeRed({ platform, userDir, settings: allCoreNodes, flows: calling(file, url) });
        const load = startLoad(nodeRed.url, { clients: enduring(2, 4) });
        for (let kill = 0; kill < enduring(1, 20); kill += 1) {
          await delay(500 + Math.random() * 1_500);
          await nodeRed.kill9();
          await nodeRed.restart();
        }
        await load.stop();
        const account = await waitUntilNothingIsLost(load.acknowledged, file, 60_000);
        noteAccount({
          what: "`kill -9`, with an http request that fails at first",
          platform: platform.name,
          often: enduring(1, 20),
          answered: load.acknowledged.size,
          lost: account.lost,
          twice: account.twice,
        });
        assert.ok(load.acknowledged.size > 5);
        assert.deepEqual((await readStates(nodeRed)).failed, []);
      } finally {
        server.close();
      }
    });

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
        const account: Account = await waitUntilNothingIsLost(load.acknowledged, file, 60_000);
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

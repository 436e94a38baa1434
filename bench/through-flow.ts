import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { eventTypes } from "../src/events/catalog";
import type { FlowNode } from "../test/support/flows";
import { startNodeRed } from "../test/support/node-red";
import { ourFlow } from "./flows";
import { measure, median } from "./measure";

/** What comes out of switch → function → http request, in messages a second. */
export interface ThroughFlow {
  /** From this package's events. */
  ours: number;
  /** From an inject node that has as many messages under way. */
  inject: number;
}

const connections = 64;

/**
 * Measures a flow that calls another system, behind *Hapana webhook in* and behind `inject`, in turns.
 * @param rounds how many turns
 * @param seconds how long each
 */
export async function measureThroughFlow(rounds: number, seconds: number): Promise<ThroughFlow> {
  let called = 0;
  const target = createServer((request, response) => {
    request.resume().on("end", () => {
      called += 1;
      response.end("{}");
    });
  });
  const url = await listening(target);
  const ours = await startNodeRed({ flows: [...ourFlow(), ...flowTo(url)].map(intoFlow) });
  const inject = await startNodeRed({ flows: injecting(url) });
  const rates: { ours: number[]; inject: number[] } = { ours: [], inject: [] };
  const during = async (work: () => Promise<unknown>) => {
    const [before, began] = [called, performance.now()];
    await work();
    return (called - before) / ((performance.now() - began) / 1_000);
  };
  try {
    for (let round = 0; round < rounds; round += 1) {
      // More than the flow can take, before it is looked at what comes out: to receive them is measured elsewhere.
      await measure({ url: ours.url, pid: ours.pid, seconds, connections });
      rates.ours.push(await during(() => delay(seconds * 1_000)));
      await untilQuiet(() => called);
      await fetch(`${inject.url}/inject/start`, { method: "POST" });
      rates.inject.push(await during(() => delay(seconds * 1_000)));
      await fetch(`${inject.url}/inject/stop`, { method: "POST" });
      await untilQuiet(() => called);
    }
    return { ours: median(rates.ours), inject: median(rates.inject) };
  } finally {
    await Promise.all([ours.stop(), inject.stop()]);
    target.close();
    target.closeAllConnections();
  }
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What was under way has come out. */
async function untilQuiet(count: () => number): Promise<void> {
  for (let before = -1; count() !== before; ) {
    before = count();
    await delay(300);
  }
}

/** switch → function → http request; `end` gets what comes back. */
function flowTo(url: string): FlowNode[] {
  const place = { z: "tab", x: 500, y: 300 };
  return [
    {
      ...{ id: "switch", type: "switch", ...place, property: "payload.checkInStatus", propertyType: "msg" },
      ...{ rules: [{ t: "nempty" }], checkall: "true", outputs: 1, wires: [["function"]] },
    },
    {
      ...{ id: "function", type: "function", ...place, outputs: 1, wires: [["request"]] },
      func: "msg.headers = { 'content-type': 'application/json' };\nreturn msg;",
    },
    {
      ...{ id: "request", type: "http request", ...place, method: "POST", ret: "txt", paytoqs: "ignore" },
      ...{ url, persist: true, wires: [["end"]] },
    },
  ];
}

function intoFlow(node: FlowNode): FlowNode {
  return node.type === "hapana-webhook-in" ? { ...node, wires: eventTypes.map(() => ["switch"]).concat([[]]) } : node;
}

/** As many messages as there are connections: each that has come out goes in again. */
function injecting(url: string): FlowNode[] {
  const payload = '{"clientID":"c1","siteID":"s1","barcode":"1","checkInStatus":"Valid"}';
  const button = { type: "inject", z: "tab", x: 100, y: 300, props: [{ p: "payload" }], payloadType: "str" };
  return [
    { id: "tab", type: "tab", label: "Bench" },
    { ...button, id: "start", payload: "start", wires: [["pump"]] },
    { ...button, id: "stop", payload: "stop", wires: [["pump"]] },
    {
      ...{ id: "pump", type: "function", z: "tab", x: 300, y: 300, outputs: 1, wires: [["switch"]] },
      func: [
        `const next = () => ({ payload: ${payload} });`,
        `if (msg.payload === "start") { context.set("runs", true); return [Array.from({ length: ${connections} }, next)]; }`,
        `if (msg.payload === "stop") { context.set("runs", false); return null; }`,
        `return context.get("runs") ? next() : null;`,
      ].join("\n"),
    },
    ...flowTo(url),
    { id: "end", type: "function", z: "tab", x: 700, y: 300, outputs: 1, func: "return {};", wires: [["pump"]] },
  ];
}

import { rmSync } from "node:fs";
import { checkIn } from "../src/events/check-in";
import { endpoint, type FlowNode, token, webhookIn } from "../test/support/flows";
import { type NodeRed, startNodeRed } from "../test/support/node-red";
import { post } from "../test/support/post";
import { makeUserDir } from "../test/support/user-dir";
import { cpuSeconds } from "./cpu";
import { sendLoad } from "./load";
import { isTooShort, median } from "./measure";

/** What other flows achieve beside an installation of this package. */
export interface Idle {
  installation: string;
  /** `http in` → function → `http response`. */
  requests: Rate;
  /** From one function node to the next, without any HTTP. */
  messages: Rate;
}

/** How fast something is; CPU time depends less than the rate on other load on the machine. */
export interface Rate {
  perSecond: number;
  cpuMicroseconds: number;
}

interface Installation {
  name: string;
  isInstalled: boolean;
  /** How many events have arrived before the measurement. */
  events: number;
}

const installations: readonly Installation[] = [
  { name: "not installed", isInstalled: false, events: 0 },
  { name: "deployed, idle", isInstalled: true, events: 0 },
  { name: "deployed, idle since one event", isInstalled: true, events: 1 },
];

/** A chain long enough to consist mostly of Node-RED's own routing. */
const chainLength = 10;

/** How many messages are in it at a time. */
const atATime = 50;

/**
 * Measures flows of core nodes with and without this package, in turns, each in a process of its own.
 * @param rounds how many turns
 * @param seconds how long each kind of flow is measured in a turn
 */
export async function measureIdle(rounds: number, seconds: number): Promise<Idle[]> {
  const all = installations.map((installation) => ({
    installation,
    requests: [] as Rate[],
    messages: [] as Rate[],
  }));
  for (let round = 0; round < rounds; round += 1) {
    // Going first is an advantage or a disadvantage: each does so once in a while.
    for (let turn = 0; turn < all.length; turn += 1) {
      const { installation, requests, messages } = all[(turn + round) % all.length] as (typeof all)[number];
      const measured = await measureOne(installation, seconds);
      requests.push(measured.requests);
      messages.push(measured.messages);
    }
  }
  return all.map(({ installation, requests, messages }) => ({
    installation: installation.name,
    requests: medianOf(requests),
    messages: medianOf(messages),
  }));
}

function medianOf(rates: readonly Rate[]): Rate {
  return {
    perSecond: median(rates.map(({ perSecond }) => perSecond)),
    cpuMicroseconds: median(rates.map(({ cpuMicroseconds }) => cpuMicroseconds)),
  };
}

async function measureOne(installation: Installation, seconds: number): Promise<Omit<Idle, "installation">> {
  const { isInstalled, events } = installation;
  const userDir = makeUserDir(isInstalled ? undefined : null);
  const nodeRed = await startNodeRed({ userDir, flows: [...coreFlows, ...(isInstalled ? ours : [])] });
  try {
    for (let count = 0; count < events; count += 1) await sendEvent(nodeRed);
    return {
      requests: await measureRate(nodeRed, countRequests, seconds),
      messages: await measureRate(nodeRed, countMessages, seconds),
    };
  } finally {
    await nodeRed.stop();
    rmSync(userDir, { recursive: true, force: true });
  }
}

type Count = (nodeRed: NodeRed, seconds: number) => Promise<number>;

async function measureRate(nodeRed: NodeRed, count: Count, seconds: number): Promise<Rate> {
  await count(nodeRed, Math.min(1, seconds));
  const before = cpuSeconds(nodeRed.pid);
  const counted = await count(nodeRed, seconds);
  if (counted === 0 && isTooShort(seconds)) return measureRate(nodeRed, count, seconds * 4);
  const cpuMicroseconds = ((cpuSeconds(nodeRed.pid) - before) * 1e6) / counted;
  return { perSecond: counted / seconds, cpuMicroseconds };
}

async function sendEvent({ url }: NodeRed): Promise<void> {
  const { status, body } = await post(`${url}/hapana/checkIn`, { token, body: checkIn.sample });
  if (status !== 200) throw new Error(`The event was answered ${status} ${body}`);
}

async function countRequests({ url }: NodeRed, seconds: number): Promise<number> {
  const { latencies, notOk } = await sendLoad({ url: `${url}/core`, connections: 16, headers: {}, seconds });
  if (notOk > 0) throw new Error("The core flow has not answered every request.");
  return latencies.length;
}

async function countMessages({ url }: NodeRed, seconds: number): Promise<number> {
  const answer = await fetch(`${url}/chain?milliseconds=${seconds * 1000}`);
  return Number(await answer.text());
}

const z = "core";

const functionNode = (id: string, func: string, next: readonly string[]): FlowNode => ({
  ...{ id, type: "function", z, x: 300, y: 100, func, outputs: 1 },
  wires: [next],
});

/** Sends messages round and round for as long as asked for, and answers how often one node has handed one to the next. */
const chain: FlowNode[] = [
  { id: "ask", type: "http in", z, x: 100, y: 200, url: "/chain", method: "get", wires: [["begin"]] },
  functionNode(
    "begin",
    [
      `flow.set("run", { asked: msg, ends: Date.now() + Number(msg.req.query.milliseconds), handed: 0 });`,
      `for (let count = 0; count < ${atATime}; count += 1) node.send({ payload: count });`,
    ].join("\n"),
    ["link-0"],
  ),
  ...Array.from({ length: chainLength }, (_, index) =>
    functionNode(`link-${index}`, "return msg;", [index + 1 < chainLength ? `link-${index + 1}` : "again"]),
  ),
  {
    ...functionNode(
      "again",
      [
        `const run = flow.get("run");`,
        `run.handed += ${chainLength + 1};`,
        `if (Date.now() < run.ends) return [msg, null];`,
        `if (!run.asked) return;`,
        `const { asked } = run;`,
        `run.asked = undefined;`,
        `asked.payload = String(run.handed);`,
        `return [null, asked];`,
      ].join("\n"),
      [],
    ),
    outputs: 2,
    wires: [["link-0"], ["tell"]],
  },
  { id: "tell", type: "http response", z, x: 500, y: 200, wires: [] },
];

const coreFlows: readonly FlowNode[] = [
  { id: z, type: "tab", label: "Core" },
  { id: "in", type: "http in", z, x: 100, y: 100, url: "/core", method: "get", wires: [["make"]] },
  functionNode("make", `msg.payload = { ok: true }; return msg;`, ["answer"]),
  { id: "answer", type: "http response", z, x: 500, y: 100, wires: [] },
  ...chain,
];

const ours: readonly FlowNode[] = [
  { id: "tab", type: "tab", label: "Hapana" },
  endpoint(),
  { ...webhookIn({ events: ["checkIn"] }), wires: [["end"], []] },
  { id: "end", type: "function", z: "tab", x: 400, y: 100, func: "", outputs: 0, wires: [] },
];

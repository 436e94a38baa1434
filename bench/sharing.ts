import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { checkIn } from "../src/events/check-in";
import { type FlowNode, token } from "../test/support/flows";
import { type NodeRed, startNodeRed } from "../test/support/node-red";
import { page } from "../test/support/page";
import { post } from "../test/support/post";
import { type Postgres, startPostgres } from "../test/support/postgres";
import { code, makeUserDir } from "../test/support/user-dir";
import { waitFor } from "../test/support/wait-for";
import { cpuSeconds, cpuSecondsOfAll } from "./cpu";
import { fillShared } from "./fill-shared";
import { ourFlow } from "./flows";
import { measure, median, p99 } from "./measure";

/** What one or several Node-REDs come to together. */
export interface Throughput {
  /** Answered with 200, and so stored. */
  storedPerSecond: number;
  /** Through their flows, counted until the last one is. */
  completedPerSecond: number;
  p50: number;
  p99: number;
  /** Milliseconds of the processor's time for an event: of the Node-REDs, and of the database. */
  nodeCpu: number;
  databaseCpu: number;
  notOk: number;
}

/** Several ways to keep the same events. */
export interface Shared {
  disk: Throughput;
  one: Throughput;
  two: Throughput;
  /** Of each round, by which the rates are compared: the machine's speed changes. */
  ratios: { oneToDisk: number; twoToDisk: number; twoToOneCompleted: number };
}

/** From one Node-RED's store to another one's flow, in milliseconds. */
export interface Passing {
  events: number;
  p50: number;
  p99: number;
}

/** How the cost has grown with what is stored. */
export interface SharedGrowth extends Throughput {
  stored: number;
}

/** As many would have it who care for what is in it. */
const safe = ["-c", "fsync=on", "-c", "synchronous_commit=on"];

/** A PostgreSQL that flushes what it says it has, on the disk of the embedded inbox. */
export function startSafePostgres(): Promise<Postgres> {
  return startPostgres(safe);
}

interface Group {
  nodeReds: readonly NodeRed[];
  throughputs: Throughput[];
}

const settings = { functionGlobalContext: code("{ count: { events: 0, delays: [] } }") };

const countPage = page("count", "/count", 'global.get("count")');

/** Counts what comes out, and how long it took from its arrival. */
const counting = `const count = global.get("count");
count.events += 1;
count.delays.push(Date.now() - Date.parse(msg.hapana.receivedAt));
if (count.delays.length > 10_000) count.delays = [];`;

function flows(databaseUrl: string | undefined): FlowNode[] {
  const credentials = { headerValue: token, ...(databaseUrl !== undefined && { databaseUrl }) };
  const endpoint = databaseUrl === undefined ? {} : { storage: "shared", credentials };
  const nodes = ourFlow({ endpoint, end: "function" });
  return [...nodes.map((node) => (node.id === "end" ? { ...node, func: counting } : node)), ...countPage];
}

function startWith(databaseUrl: string | undefined): Promise<NodeRed> {
  return startNodeRed({ userDir: makeUserDir(), settings, flows: flows(databaseUrl) });
}

/**
 * Measures the embedded inbox, and one in PostgreSQL with one Node-RED and with two, in turns.
 * @param rounds how many turns
 * @param seconds how long each
 */
export async function measureShared(postgres: Postgres, rounds: number, seconds: number): Promise<Shared> {
  const [forOne, forTwo] = [await postgres.newDatabase(), await postgres.newDatabase()];
  const start = async (urls: readonly (string | undefined)[]): Promise<Group> => {
    const nodeReds: NodeRed[] = [];
    for (const url of urls) nodeReds.push(await startWith(url));
    return { nodeReds, throughputs: [] };
  };
  const groups = { disk: await start([undefined]), one: await start([forOne]), two: await start([forTwo, forTwo]) };
  try {
    for (const group of Object.values(groups)) await measureGroup(group, postgres, Math.min(3, seconds));
    for (let round = 1; round <= rounds; round += 1) {
      for (const [name, group] of Object.entries(groups)) {
        const throughput = await measureGroup(group, postgres, seconds);
        group.throughputs.push(throughput);
        console.log(`round ${round}, ${name}: ${inWords(throughput)}`);
      }
    }
  } finally {
    await Promise.all(Object.values(groups).flatMap(({ nodeReds }) => nodeReds.map(stopAndRemove)));
  }
  const { disk, one, two } = groups;
  const ratio = (upper: Group, lower: Group, of: keyof Throughput) =>
    median(upper.throughputs.map((each, round) => each[of] / (lower.throughputs[round]?.[of] ?? 0)));
  return {
    ...{ disk: medians(disk), one: medians(one), two: medians(two) },
    ratios: {
      oneToDisk: ratio(one, disk, "storedPerSecond"),
      twoToDisk: ratio(two, disk, "storedPerSecond"),
      twoToOneCompleted: ratio(two, one, "completedPerSecond"),
    },
  };
}

async function stopAndRemove(nodeRed: NodeRed): Promise<void> {
  await nodeRed.stop();
  rmSync(nodeRed.userDir, { recursive: true, force: true });
}

/** The same load in all, however many there are. */
const connections = 64;

async function measureGroup(
  { nodeReds }: Pick<Group, "nodeReds">,
  postgres: Postgres,
  seconds: number,
): Promise<Throughput> {
  const cpu = () => nodeReds.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const [before, began] = [await completedBy(nodeReds), performance.now()];
  const [nodeBefore, databaseBefore] = [cpu(), cpuSecondsOfAll(postgres.pid)];
  const each = await Promise.all(
    nodeReds.map(({ url, pid }) => measure({ url, pid, seconds, connections: connections / nodeReds.length })),
  );
  const rates = each.map(({ requestsPerSecond }) => requestsPerSecond);
  const stored = rates.reduce((sum, rate) => sum + rate, 0);
  // Whoever was cut off at the end of the round is stored as well.
  const completed = await waitFor(
    async () => {
      const now = (await completedBy(nodeReds)) - before;
      await delay(20);
      const isStill = (await completedBy(nodeReds)) - before === now;
      return now >= stored * seconds * 0.9 && isStill ? now : undefined;
    },
    () => "not all that was stored comes out",
    120_000,
  );
  const took = (performance.now() - began) / 1_000;
  return {
    storedPerSecond: stored,
    completedPerSecond: completed / took,
    p50: median(each.map(({ p50 }) => p50)),
    p99: Math.max(...each.map(({ p99 }) => p99)),
    nodeCpu: ((cpu() - nodeBefore) / completed) * 1_000,
    databaseCpu: ((cpuSecondsOfAll(postgres.pid) - databaseBefore) / completed) * 1_000,
    notOk: each.reduce((sum, { notOk }) => sum + notOk, 0),
  };
}

interface Count {
  events: number;
  delays: number[];
}

async function countOf({ url }: NodeRed): Promise<Count> {
  return (await (await fetch(`${url}/count`)).json()) as Count;
}

async function completedBy(nodeReds: readonly NodeRed[]): Promise<number> {
  const counts = await Promise.all(nodeReds.map(countOf));
  return counts.reduce((sum, { events }) => sum + events, 0);
}

function medians({ throughputs }: Group): Throughput {
  const of = (key: keyof Throughput) => median(throughputs.map((each) => each[key]));
  return {
    ...{ storedPerSecond: of("storedPerSecond"), completedPerSecond: of("completedPerSecond") },
    ...{ p50: of("p50"), p99: of("p99"), nodeCpu: of("nodeCpu"), databaseCpu: of("databaseCpu") },
    notOk: throughputs.reduce((sum, { notOk }) => sum + notOk, 0),
  };
}

function inWords({ storedPerSecond, completedPerSecond, p50, p99, nodeCpu, databaseCpu, notOk }: Throughput): string {
  return (
    `stored ${Math.round(storedPerSecond)}/s, completed ${Math.round(completedPerSecond)}/s, p50 ${p50} ms, p99 ${p99} ms, ` +
    `CPU ms per event ${nodeCpu.toFixed(3)} + ${databaseCpu.toFixed(3)}, not 2xx ${notOk}`
  );
}

/**
 * Measures how soon what one Node-RED has stored is in the flow of another one, which alone has a node for it.
 * @param events how many, one at a time
 */
export async function measurePassing(postgres: Postgres, events: number): Promise<Passing> {
  const databaseUrl = await postgres.newDatabase();
  const withNode = await startWith(databaseUrl);
  const all = flows(databaseUrl);
  const withoutNode = await startNodeRed({
    ...{ userDir: makeUserDir(), settings },
    flows: all.filter(({ type }) => type !== "hapana-webhook-in"),
  });
  try {
    for (let number = 1; number <= events; number += 1) {
      const body = { ...checkIn.sample, clientID: `passing-${number}` };
      await post(`${withoutNode.url}/hapana/checkIn`, { token, body });
      await waitFor(
        async () => ((await completedBy([withNode])) >= number ? true : undefined),
        () => `the event ${number} does not come out`,
      );
      // Not in step with what is done once a second.
      await delay(20 + (number % 7) * 10);
    }
    const { delays } = await countOf(withNode);
    return { events, p50: median(delays), p99: p99(delays) };
  } finally {
    await Promise.all([withNode, withoutNode].map(stopAndRemove));
  }
}

/**
 * Measures one Node-RED with so many events in the database already, in turns.
 * @param counts how many
 */
export async function measureSharedGrowth(
  postgres: Postgres,
  counts: readonly number[],
  rounds: number,
  seconds: number,
): Promise<SharedGrowth[]> {
  const groups: (Group & { stored: number })[] = [];
  try {
    for (const stored of counts) {
      const databaseUrl = await postgres.newDatabase();
      const nodeRed = await startWith(databaseUrl);
      const group = { stored, nodeReds: [nodeRed], throughputs: [] };
      groups.push(group);
      await measureGroup(group, postgres, Math.min(3, seconds));
      if (stored > 0) await fillShared(databaseUrl, stored);
    }
    for (let round = 1; round <= rounds; round += 1) {
      for (const group of groups) {
        const throughput = await measureGroup(group, postgres, seconds);
        group.throughputs.push(throughput);
        console.log(`round ${round}, ${group.stored} stored: ${inWords(throughput)}`);
      }
    }
  } finally {
    await Promise.all(groups.flatMap(({ nodeReds }) => nodeReds.map(stopAndRemove)));
  }
  return groups.map((group) => ({ stored: group.stored, ...medians(group) }));
}

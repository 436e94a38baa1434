/**
 * `npm run bench`: measures, prints, and writes the tables of RESULTS.md. `-- --short` only shows that it works; `-- --compare REF`
 * measures this version against another one, and prints.
 */

import { compare } from "./compare";
import { coreNodes, express, oursOnDisk, type Running } from "./contenders";
import { measureDoors } from "./doors";
import { bodyOf, measureGrowth, measureRestart } from "./growth";
import { measureIdle } from "./idle";
import { measureLogOpen } from "./log-open";
import { type Measurement, measure, median } from "./measure";
import { measureProfile } from "./profile";
import { type SizeResult, toMarkdown } from "./report";
import { writeResults } from "./results";
import { measureSingle } from "./single";
import { measureThroughFlow } from "./through-flow";
import { measureVersus } from "./versus";
import { measureWear } from "./wear";
import { measureWeight } from "./weight";

interface Extent {
  rounds: number;
  seconds: number;
  stored: readonly number[];
  waiting: number;
  /** Events, one at a time, for measuring disk wear. */
  single: number;
  /** Clients of a roster, and how often one is suspended. */
  clients: number;
  suspended: number;
}

const full: Extent = {
  rounds: 5,
  seconds: 6,
  stored: [0, 100_000, 1_000_000],
  waiting: 100_000,
  single: 300,
  clients: 100_000,
  suspended: 50,
};
const short: Extent = {
  rounds: 1,
  seconds: 0.2,
  stored: [0, 1_000],
  waiting: 1_000,
  single: 5,
  clients: 1_000,
  suspended: 2,
};

async function main(): Promise<void> {
  const isShort = process.argv.includes("--short");
  const { rounds, seconds, stored, waiting, single, clients, suspended } = isShort ? short : full;
  const compared = process.argv.indexOf("--compare");
  if (compared >= 0) {
    const ref = process.argv[compared + 1];
    if (!ref) throw new Error("Name what to compare with: npm run bench -- --compare HEAD~1");
    console.log(`\n${await measureVersus(ref, rounds, seconds)}`);
    return;
  }
  const markdown = toMarkdown({
    date: new Date().toISOString().slice(0, 10),
    rounds,
    seconds,
    compared: await compare(rounds, seconds),
    sizes: await measureSizes(Math.min(rounds, 3), Math.max(seconds, 1)),
    worn: await measureWear([0, 100_000], single),
    grown: await measureGrowth(stored, Math.min(rounds, 3), seconds),
    restart: await measureRestart(waiting),
    doors: await measureDoors(clients, suspended),
    single: await measureSingle(single),
    weight: await measureWeight(rounds),
    throughFlow: await measureThroughFlow(Math.min(rounds, 3), seconds),
    logOpen: await measureLogOpen(stored.at(-1) ?? 0, Math.min(rounds, 3), seconds),
    idle: await measureIdle(rounds, seconds),
    profile: await measureProfile(seconds),
  });
  console.log(`\n${markdown}`);
  if (isShort) return;
  writeResults("tables", markdown);
}

/** All take turns, so that other load on the machine affects them alike. */
async function measureSizes(rounds: number, seconds: number): Promise<SizeResult[]> {
  const [ours, core, handler] = await Promise.all([oursOnDisk.start(), coreNodes.start(), express.start()]);
  const all = { ours, core, express: handler };
  const results: SizeResult[] = [];
  try {
    for (const bytes of [10_000, 100_000, 500_000]) {
      const body = bodyOf(bytes);
      const once = ({ url, pid }: Running) => measure({ url, pid, seconds, body });
      const turns: Record<keyof typeof all, Measurement>[] = [];
      for (let round = 0; round < rounds; round += 1)
        turns.push({ ours: await once(ours), core: await once(core), express: await once(handler) });
      const rateOf = (who: keyof typeof all) => median(turns.map(({ [who]: one }) => one.requestsPerSecond));
      results.push({
        bytes,
        requestsPerSecond: rateOf("ours"),
        p99: median(turns.map(({ ours }) => ours.p99)),
        core: rateOf("core"),
        express: rateOf("express"),
      });
    }
    return results;
  } finally {
    await Promise.all(Object.values(all).map((each) => each.stop()));
  }
}

void main();

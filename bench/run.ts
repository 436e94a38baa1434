/** `npm run bench`: measures, prints, and writes the tables of RESULTS.md. `-- --short` only shows that it works. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startNodeRed } from "../test/support/node-red";
import { compare } from "./compare";
import { ourFlow } from "./flows";
import { bodyOf, measureGrowth, measureRestart } from "./growth";
import { measureIdle } from "./idle";
import { type Measurement, measure } from "./measure";
import { toMarkdown } from "./report";
import { versionsOf } from "./versions";

const results = join(__dirname, "RESULTS.md");
const section = /(<!-- tables -->\n)[\s\S]*?(<!-- \/tables -->)/;

interface Extent {
  rounds: number;
  seconds: number;
  stored: readonly number[];
  waiting: number;
}

const full: Extent = { rounds: 5, seconds: 6, stored: [0, 100_000, 1_000_000], waiting: 100_000 };
const short: Extent = { rounds: 1, seconds: 0.2, stored: [0, 1_000], waiting: 1_000 };

async function main(): Promise<void> {
  const isShort = process.argv.includes("--short");
  const { rounds, seconds, stored, waiting } = isShort ? short : full;
  const markdown = toMarkdown({
    date: new Date().toISOString().slice(0, 10),
    versions: versionsOf(["node-red", "classic-level", "zod"]),
    rounds,
    seconds,
    compared: await compare(rounds, seconds),
    sizes: await measureSizes(Math.max(seconds, 1)),
    grown: await measureGrowth(stored, Math.min(rounds, 3), seconds),
    restart: await measureRestart(waiting),
    idle: await measureIdle(rounds, seconds),
  });
  console.log(`\n${markdown}`);
  if (isShort) return;
  const text = readFileSync(results, "utf8");
  writeFileSync(
    results,
    text.replace(section, (_all, start: string, end: string) => `${start}${markdown}${end}`),
  );
}

async function measureSizes(seconds: number): Promise<{ bytes: number; measurement: Measurement }[]> {
  const nodeRed = await startNodeRed({ flows: ourFlow() });
  try {
    const measured = [];
    for (const bytes of [10_000, 500_000]) {
      const measurement = await measure({ url: nodeRed.url, pid: nodeRed.pid, seconds, body: bodyOf(bytes) });
      measured.push({ bytes, measurement });
    }
    return measured;
  } finally {
    await nodeRed.stop();
  }
}

void main();

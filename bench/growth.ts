import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startNodeRed } from "../test/support/node-red";
import { code, makeUserDir } from "../test/support/user-dir";
import { waitFor } from "../test/support/wait-for";
import { ourFlow } from "./flows";
import { body, type Measurement, measure, median, ownMegabytes } from "./measure";

/** How the cost grows with the stored events. */
export interface Growth {
  stored: number;
  requestsPerSecond: number;
  p99: number;
  megabytes: number;
}

/** A start with events waiting; times in milliseconds from the start of the process. */
export interface Restart {
  waiting: number;
  listening: number;
  firstDelivered: number;
  lastDelivered: number;
  /** The longest time that the event loop was blocked between the first delivery and the last. */
  longestBlock: number;
}

/** Fills the inbox of a Node-RED that does not run. */
export function fill(userDir: string, count: number, state: "waiting" | "delivered"): void {
  const folder = join(userDir, "hapana", "inbox");
  const script = join(__dirname, "fill.ts");
  execFileSync(process.execPath, ["--import", "tsx", script, folder, String(count), state], { stdio: "inherit" });
}

/**
 * Measures the disk variant with so many events already in the inbox, in turns.
 * @param counts how many
 */
export async function measureGrowth(counts: readonly number[], rounds: number, seconds: number): Promise<Growth[]> {
  const filled = counts.map((stored) => {
    const userDir = makeUserDir();
    if (stored > 0) fill(userDir, stored, "delivered");
    return { stored, userDir, measurements: [] as Measurement[], megabytes: [] as number[] };
  });
  for (let round = 0; round < rounds; round += 1) {
    for (const { userDir, measurements, megabytes } of filled) {
      const nodeRed = await startNodeRed({ userDir, flows: ourFlow() });
      await measure({ url: nodeRed.url, pid: nodeRed.pid, seconds: Math.min(3, seconds) });
      measurements.push(await measure({ url: nodeRed.url, pid: nodeRed.pid, seconds }));
      megabytes.push(ownMegabytes(nodeRed.pid));
      await nodeRed.stop();
    }
  }
  return filled.map(({ stored, userDir, measurements, megabytes }) => {
    rmSync(userDir, { recursive: true, force: true });
    return {
      stored,
      requestsPerSecond: median(measurements.map((measurement) => measurement.requestsPerSecond)),
      p99: median(measurements.map((measurement) => measurement.p99)),
      megabytes: median(megabytes),
    };
  });
}

/**
 * Starts Node-RED with events waiting, into a flow that finishes at once.
 * @param waiting how many
 */
export async function measureRestart(waiting: number): Promise<Restart> {
  const userDir = makeUserDir();
  const report = join(userDir, "report.json");
  const flows = ourFlow({ end: "function" }).map((node) =>
    node.id === "end" ? { ...node, func: `global.get("count")();` } : node,
  );
  const first = await startNodeRed({ userDir, flows });
  await first.stop();
  fill(userDir, waiting, "waiting");
  const started = Date.now();
  const nodeRed = await startNodeRed({ userDir, settings: { functionGlobalContext: code(counter(waiting, report)) } });
  const listening = Date.now() - started;
  try {
    const text = await waitFor(
      () => readIfThere(report),
      () => "not all events were delivered",
      600_000,
    );
    const { firstAt, lastAt, longestBlock } = JSON.parse(text) as Record<string, number>;
    return {
      waiting,
      listening,
      firstDelivered: Number(firstAt) - started,
      lastDelivered: Number(lastAt) - started,
      longestBlock: Number(longestBlock),
    };
  } finally {
    await nodeRed.stop();
    rmSync(userDir, { recursive: true, force: true });
  }
}

/** Code for Node-RED's settings: counts what is delivered, and watches the event loop meanwhile. */
function counter(expected: number, report: string): string {
  return `(() => {
    const delay = require("perf_hooks").monitorEventLoopDelay({ resolution: 5 });
    let count = 0, firstAt = 0;
    return { count: () => {
      if (++count === 1) { firstAt = Date.now(); delay.enable(); }
      if (count < ${expected}) return;
      const text = JSON.stringify({ firstAt, lastAt: Date.now(), longestBlock: delay.max / 1e6 });
      require("fs").writeFileSync(${JSON.stringify(`${report}.new`)}, text);
      require("fs").renameSync(${JSON.stringify(`${report}.new`)}, ${JSON.stringify(report)});
    } };
  })()`;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** A check-in that is so many bytes long. */
export function bodyOf(bytes: number): string {
  const filler = "x".repeat(Math.max(0, bytes - body.length));
  return JSON.stringify({ ...JSON.parse(body), customProperties: filler });
}

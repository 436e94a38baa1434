import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNodeRed } from "../test/support/node-red";
import { ourFlow } from "./flows";
import { measure } from "./measure";

/** Where the main thread's time goes while small events come in, in microseconds for each event. */
export interface Profile {
  readonly parts: readonly Spent[];
  /** The functions that take the most time themselves. */
  readonly functions: readonly Spent[];
}

interface Spent {
  readonly name: string;
  readonly microseconds: number;
}

/** The parts that a CPU profile of V8 is made of. */
interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
  endTime: number;
  startTime: number;
}

type Frame = CpuProfile["nodes"][number]["callFrame"];

const functionsShown = 10;

/**
 * Profiles the disk variant under the same load as the contenders.
 * @param seconds how long
 */
export async function measureProfile(seconds: number): Promise<Profile> {
  const folder = mkdtempSync(join(tmpdir(), "hapana-bench-"));
  try {
    const nodeOptions = ["--cpu-prof", `--cpu-prof-dir=${folder}`, "--cpu-prof-interval=250"];
    const nodeRed = await startNodeRed({ flows: ourFlow(), nodeOptions });
    await measure({ url: nodeRed.url, pid: nodeRed.pid, seconds });
    const { requestsPerSecond } = await measure({ url: nodeRed.url, pid: nodeRed.pid, seconds });
    await nodeRed.stop();
    const [file = ""] = readdirSync(folder);
    const profile = JSON.parse(readFileSync(join(folder, file), "utf8")) as CpuProfile;
    return inShares(lastOf(profile, seconds), requestsPerSecond * seconds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The time spent in each frame during the last round; its own, without what it calls. */
function lastOf({ nodes, samples, timeDeltas, startTime, endTime }: CpuProfile, seconds: number): Map<Frame, number> {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spent = new Map<Frame, number>();
  let at = startTime;
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0;
    at += delta;
    const frame = frames.get(id);
    if (frame && at >= endTime - seconds * 1_000_000) spent.set(frame, (spent.get(frame) ?? 0) + delta);
  }
  return spent;
}

function inShares(spent: ReadonlyMap<Frame, number>, events: number): Profile {
  const sorted = (nameOf: (frame: Frame) => string | undefined): Spent[] => {
    const sums = new Map<string, number>();
    for (const [frame, time] of spent) {
      const name = nameOf(frame);
      if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + time / events);
    }
    const all = Array.from(sums, ([name, microseconds]) => ({ name, microseconds }));
    return all.toSorted((one, other) => other.microseconds - one.microseconds);
  };
  const functions = sorted((frame) => (frame.functionName === "(idle)" ? undefined : functionIn(frame)));
  return { parts: sorted(partOf), functions: functions.slice(0, functionsShown) };
}

function partOf({ functionName, url }: Frame): string {
  if (functionName === "(idle)") return "idle: waiting for the disk, and for the load";
  if (functionName === "(garbage collector)") return "garbage collection";
  if (url.startsWith("node:")) return "Node.js: HTTP, streams, promises";
  if (/node_modules\/(?:@node-red|node-red)\//.test(url)) return "Node-RED";
  if (/node_modules\/(?:classic|abstract)-level\//.test(url)) return "LevelDB's binding";
  if (url.includes("/dist/")) return "this package";
  return url === "" ? "built-in functions: sockets, JSON, checksums" : "other packages";
}

function functionIn({ functionName, url, lineNumber }: Frame): string {
  const file = url.split("/").at(-1) ?? "";
  return `${functionName || "(anonymous)"}${file === "" ? "" : ` (${file}:${lineNumber + 1})`}`;
}

import { readFileSync } from "node:fs";
import type { FlowNode } from "./flows";
import type { NodeRed, StartOptions } from "./node-red";
import { page } from "./page";
import { code } from "./user-dir";

/**
 * How to start a Node-RED whose memory is to be looked at. V8 lets its space for young objects grow with the load, in Node.js 24
 * from 16 MB to 128 MB: that would hide what a flow or this package keeps, so it is kept as small as in Node.js 20.
 */
export const gaugedOptions: Pick<StartOptions, "settings" | "nodeOptions"> = {
  nodeOptions: ["--expose-gc", "--max-old-space-size=256", "--max-semi-space-size=16"],
  settings: {
    functionGlobalContext: code(
      `{ fs: require("fs"), memory: () => { global.gc(); const { heapUsed, external } = process.memoryUsage(); return { live: heapUsed + external }; } }`,
    ),
  },
};

/** A page that {@link liveMegabytes} asks. */
export const memoryGauge: readonly FlowNode[] = page("memory", "/memory", 'global.get("memory")()');

/** What is in use by objects, in megabytes, once everything that is garbage is collected. */
export async function liveMegabytes({ url }: Pick<NodeRed, "url">): Promise<number> {
  const answer = await fetch(`${url}/memory`);
  return ((await answer.json()) as { live: number }).live / 2 ** 20;
}

/** What a process has in memory of its own, in megabytes: without mapped files, which the kernel can drop at any time. */
export function ownMegabytes(pid: number): number {
  return statusMegabytes(pid, "RssAnon");
}

/** What the kernel says that a process takes, in megabytes. */
export function residentMegabytes(pid: number): number {
  return statusMegabytes(pid, "VmRSS");
}

/** The most that it has taken so far. */
export function highestMegabytes(pid: number): number {
  return statusMegabytes(pid, "VmHWM");
}

function statusMegabytes(pid: number, name: string): number {
  const [, kilobytes] =
    new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

import { readdirSync, readFileSync } from "node:fs";

/** User and system time of a process so far, in seconds; Linux counts in hundredths. */
export function cpuSeconds(pid: number): number {
  return secondsIn(statOf(pid));
}

/** The same for a process and those that it has started, including those that have ended. */
export function cpuSecondsOfAll(pid: number): number {
  const parent = statOf(pid);
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statIfThere(Number(name)))
    .filter((stat) => stat !== undefined)
    .filter((stat) => Number(stat[1]) === pid);
  const ended = (Number(parent[13]) + Number(parent[14])) / 100;
  return [parent, ...children].reduce((sum, stat) => sum + secondsIn(stat), ended);
}

/** Linux's figures about a process, starting with its state. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function statIfThere(pid: number): string[] | undefined {
  try {
    return statOf(pid);
  } catch {
    return undefined;
  }
}

function secondsIn(stat: readonly string[]): number {
  return (Number(stat[11]) + Number(stat[12])) / 100;
}

import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** The process that writes to a store. */
export interface StoreOwner {
  pid: number;
  host: string;
  /** When it started, in the kernel's own count, where that can be told: process ids are used again. */
  started: string | undefined;
}

/** This process. */
export function thisProcess(): StoreOwner {
  return { pid: process.pid, host: hostname(), started: startOf(process.pid) };
}

/**
 * Tells whether another process, alive, owns a store. Two that write to one would send every event twice.
 * @param owner what the store says
 */
export function isOwnedByAnother(owner: StoreOwner | undefined): boolean {
  if (!owner || owner.host !== hostname() || owner.pid === process.pid) return false;
  if (!isAlive(owner.pid)) return false;
  const started = startOf(owner.pid);
  return started === undefined || owner.started === undefined || started === owner.started;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Field 22 of Linux's `/proc/<pid>/stat`, counted behind the command's name, which may hold spaces. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

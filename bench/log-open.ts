import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { startNodeRed } from "../test/support/node-red";
import { makeUserDir } from "../test/support/user-dir";
import { ourFlow } from "./flows";
import { fill } from "./growth";
import { measure, median } from "./measure";

/** What the event log costs the events that come meanwhile, in requests a second. */
export interface LogOpen {
  stored: number;
  closed: number;
  open: number;
  /** Milliseconds that a search took meanwhile. */
  search: number;
}

/** As the sidebar does while one reads and types. */
const pageMilliseconds = 2_000;
const searchMilliseconds = 1_000;

/**
 * Measures the disk variant with the log open and searched, and without, in turns.
 * @param stored how many events there are already
 * @param rounds how many turns
 * @param seconds how long each
 */
export async function measureLogOpen(stored: number, rounds: number, seconds: number): Promise<LogOpen> {
  const userDir = makeUserDir();
  fill(userDir, stored, "delivered");
  const nodeRed = await startNodeRed({ userDir, flows: ourFlow() });
  const rates: { closed: number[]; open: number[] } = { closed: [], open: [] };
  const searches: number[] = [];
  const get = async (query: string, headers: Readonly<Record<string, string>> = {}) => {
    await (await fetch(`${nodeRed.url}/hapana-events?${query}`, { headers })).arrayBuffer();
  };
  try {
    const once = async () => (await measure({ url: nodeRed.url, pid: nodeRed.pid, seconds })).requestsPerSecond;
    await once();
    for (let round = 0; round < rounds; round += 1) {
      rates.closed.push(await once());
      const reading = new Reading();
      reading.every(pageMilliseconds, () => get("limit=50"));
      reading.every(searchMilliseconds, async () => {
        const began = performance.now();
        await get("limit=50", { "Hapana-Search": `stored-${Math.floor(Math.random() * stored)}` });
        searches.push(performance.now() - began);
      });
      rates.open.push(await once());
      await reading.end();
    }
    return { stored, closed: median(rates.closed), open: median(rates.open), search: median(searches) };
  } finally {
    await nodeRed.stop();
    rmSync(userDir, { recursive: true, force: true });
  }
}

/** Somebody who reads the log. */
class Reading {
  #isOver = false;
  readonly #loops: Promise<void>[] = [];

  every(milliseconds: number, work: () => Promise<void>): void {
    const loop = async () => {
      while (!this.#isOver) {
        await work();
        await delay(milliseconds);
      }
    };
    this.#loops.push(loop());
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#loops);
  }
}

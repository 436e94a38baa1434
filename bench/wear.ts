import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { token } from "../test/support/flows";
import { startNodeRed } from "../test/support/node-red";
import { post } from "../test/support/post";
import { ourFlow } from "./flows";
import { bodyOf } from "./growth";
import { body, median } from "./measure";

/** What an event costs the disk if events arrive one at a time, including its delivery and outcome. */
export interface Wear {
  /** Of the body. */
  bytes: number;
  written: number;
  /** Milliseconds until the answer. */
  p50: number;
}

const pause = 20;

/**
 * @param sizes of the bodies, in bytes
 * @param events how many of each
 */
export async function measureWear(sizes: readonly number[], events: number): Promise<Wear[]> {
  const found: Wear[] = [];
  for (const bytes of sizes) {
    const nodeRed = await startNodeRed({ flows: ourFlow() });
    const text = bytes === 0 ? body : bodyOf(bytes);
    try {
      await send(nodeRed.url, text, Math.min(events, 20));
      const before = writtenBy(nodeRed.pid);
      const latencies = await send(nodeRed.url, text, events);
      // By then, lazy writes are done.
      await delay(500);
      found.push({ bytes: text.length, written: (writtenBy(nodeRed.pid) - before) / events, p50: median(latencies) });
    } finally {
      await nodeRed.stop();
    }
  }
  return found;
}

let clients = 0;

async function send(url: string, text: string, events: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let event = 0; event < events; event += 1) {
    clients += 1;
    const began = performance.now();
    await post(`${url}/hapana/checkIn`, { token, body: JSON.parse(text.replace("[<id>]", `worn-${clients}`)) });
    latencies.push(performance.now() - began);
    await delay(pause);
  }
  return latencies;
}

function writtenBy(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1] ?? Number.NaN);
}

import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { token } from "../test/support/flows";
import { startNodeRed } from "../test/support/node-red";
import { post } from "../test/support/post";
import { makeUserDir } from "../test/support/user-dir";
import { bareHttp } from "./contenders";
import { ourFlow } from "./flows";
import { body, median, p99 } from "./measure";

/** How long one event takes where nothing else happens, in milliseconds. */
export interface Single {
  p50: number;
  p99: number;
  /** Of a flush of as many bytes to the same disk. */
  flush50: number;
  flush99: number;
  /** Of the same request to bare `node:http`, which keeps nothing. */
  bare50: number;
  bare99: number;
}

const pause = 20;

/**
 * Sends events one at a time, each after a flush of a file on the same disk, and before the same request to bare `node:http`.
 * @param events how many
 */
export async function measureSingle(events: number): Promise<Single> {
  const userDir = makeUserDir();
  const nodeRed = await startNodeRed({ flows: ourFlow(), userDir });
  const bare = await bareHttp.start();
  const file = openSync(join(userDir, "flushed"), "w");
  const [answered, flushed, answeredBare]: [number[], number[], number[]] = [[], [], []];
  try {
    for (let event = 0; event < events; event += 1) {
      const text = body.replace("[<id>]", `single-${event}`);
      flushed.push(
        await timed(async () => {
          writeSync(file, text);
          fdatasyncSync(file);
        }),
      );
      await delay(pause);
      answered.push(await timed(() => post(`${nodeRed.url}/hapana/checkIn`, { token, body: text })));
      await delay(pause);
      answeredBare.push(await timed(() => post(`${bare.url}/hapana/checkIn`, { token, body: text })));
      await delay(pause);
    }
    return {
      ...{ p50: median(answered), p99: p99(answered), flush50: median(flushed), flush99: p99(flushed) },
      ...{ bare50: median(answeredBare), bare99: p99(answeredBare) },
    };
  } finally {
    closeSync(file);
    await bare.stop();
    await nodeRed.stop();
    rmSync(userDir, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

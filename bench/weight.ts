import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { startNodeRed } from "../test/support/node-red";
import { makeUserDir } from "../test/support/user-dir";
import { ourFlow } from "./flows";
import { median, ownMegabytes } from "./measure";

/** What an installation adds to a Node-RED in which nothing happens. */
export interface Weight {
  /** Megabytes of its own memory. */
  megabytes: number;
  /** Milliseconds until its flows run. */
  milliseconds: number;
}

/** Until what the start has left behind is tidied up. */
const restMilliseconds = 3_000;

/**
 * Starts Node-RED with this package and one endpoint, and without it, in turns.
 * @param rounds how many turns
 */
export async function measureWeight(rounds: number): Promise<Weight> {
  const added: Weight[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [first, second] = [await started(round % 2 === 0), await started(round % 2 === 1)];
    const [ours, bare] = round % 2 === 0 ? [first, second] : [second, first];
    added.push({
      megabytes: ours.megabytes - bare.megabytes,
      milliseconds: ours.milliseconds - bare.milliseconds,
    });
  }
  return {
    megabytes: median(added.map(({ megabytes }) => megabytes)),
    milliseconds: median(added.map(({ milliseconds }) => milliseconds)),
  };
}

async function started(isInstalled: boolean): Promise<Weight> {
  const userDir = makeUserDir(isInstalled ? undefined : null);
  try {
    // The first start of all writes files, and has no flows.
    const first = await startNodeRed({ userDir, flows: isInstalled ? ourFlow() : [] });
    await first.stop();
    const began = performance.now();
    const nodeRed = await startNodeRed({ userDir });
    const milliseconds = performance.now() - began;
    await delay(restMilliseconds);
    const megabytes = ownMegabytes(nodeRed.pid);
    await nodeRed.stop();
    return { megabytes, milliseconds };
  } finally {
    rmSync(userDir, { recursive: true, force: true });
  }
}

import { join } from "node:path";
import type { FlowNode } from "./flows";
import { type NodeRed, type StartOptions, startNodeRed } from "./node-red";
import { type Recorded, readRecorded, waitForRecorded } from "./recorded";

/** A Node-RED whose flow writes down what comes out of it. */
export interface RecordingNodeRed extends NodeRed {
  /** Waits for so many messages beyond those that were asked for before, and returns them. */
  next(count: number): Promise<Recorded[]>;
  /** How many messages have come out in all. */
  count(): number;
}

/**
 * Starts a Node-RED with a flow that records.
 * @param options how to start it
 * @param flowOf makes the flow, for the file that it records to
 */
export async function startRecording(
  options: Omit<StartOptions, "flows">,
  flowOf: (file: string) => readonly FlowNode[],
): Promise<RecordingNodeRed> {
  const nodeRed = await startNodeRed(options);
  const file = join(nodeRed.userDir, "recorded.jsonl");
  await nodeRed.setFlows(flowOf(file));
  let seen = 0;
  return Object.assign(nodeRed, {
    count: () => readRecorded(file).length,
    async next(count: number) {
      const recorded = await waitForRecorded(file, seen + count);
      const fresh = recorded.slice(seen);
      seen = recorded.length;
      return fresh;
    },
  });
}

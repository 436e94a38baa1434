import { existsSync, readFileSync } from "node:fs";
import { waitFor } from "./wait-for";

/** One message that came out of an output with a recorder. */
export interface Recorded {
  /** The id of the node whose output it was. */
  node: string;
  output: string;
  msg: RecordedMessage;
}

export interface RecordedMessage {
  _msgid: string;
  topic: string;
  payload: Record<string, unknown>;
  hapana: Record<string, unknown>;
  [property: string]: unknown;
}

/** One line of what was recorded; `undefined` where a crash has cut it off. */
export function parseRecorded(line: string): Recorded | undefined {
  try {
    return JSON.parse(line) as Recorded;
  } catch {
    return undefined;
  }
}

/** All that was recorded so far; a line that a crash cut off is left out. */
export function readRecorded(file: string): Recorded[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .map(parseRecorded)
    .filter((recorded) => recorded !== undefined);
}

/** Waits until at least `count` messages were recorded, and returns all of them. */
export async function waitForRecorded(file: string, count: number, timeout?: number): Promise<Recorded[]> {
  return waitFor(
    () => {
      const recorded = readRecorded(file);
      return recorded.length >= count ? recorded : undefined;
    },
    () => `${readRecorded(file).length} of ${count} messages came out`,
    timeout,
  );
}

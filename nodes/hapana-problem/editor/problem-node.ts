import type { Day } from "../../../src/problems/hours";

/** A line of the hours, as it is saved. */
export interface SavedRange {
  days: Day[];
  /** Such as "06:00". */
  from: string;
  to: string;
}

/** What the node saves in a flow. */
export interface ProblemProperties {
  version: number;
  name: string;
  /** Empty for all. */
  endpoint: string;
  kinds: string[];
  intervalMinutes: number;
  silenceHours: number;
  hours: SavedRange[];
  timeZone: string;
}

/** The node in the editor. */
export type ProblemNode = ProblemProperties & NodeRed.EditorNode;

import type { SavedRange } from "../../editor/hours";

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

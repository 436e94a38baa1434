import type { Day } from "../../../src/problems/hours";

/** A line of the hours, as it is saved. */
export interface SavedRange {
  days: Day[];
  /** Such as "06:00". */
  from: string;
  to: string;
}

/** What the node saves in a flow. */
export interface AccessProperties {
  version: number;
  name: string;
  roster: string;
  door: string;
  sites: string[];
  credentialProperty: string;
  credentialFormat: string;
  statuses: string[];
  graceHours: number;
  packages: string[];
  hours: SavedRange[];
  timeZone: string;
  maxAgeSeconds: number;
  gapSeconds: number;
  staleHours: number;
  whenStale: string;
  testsOpen: boolean;
  trustCheckInHours: number;
  showNames: boolean;
  openPayload: string;
  openPayloadType: string;
  refusePayload: string;
  refusePayloadType: string;
}

/** The node in the editor. */
export type AccessNode = AccessProperties & NodeRed.EditorNode;

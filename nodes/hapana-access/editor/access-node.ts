import type { SavedRange } from "../../editor/hours";

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

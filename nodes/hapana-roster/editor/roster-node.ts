/** What the node saves in a flow. */
export interface RosterProperties {
  version: number;
  name: string;
  endpoint: string;
  forgetAfterDays: number;
}

/** The node in the editor. */
export type RosterNode = RosterProperties & NodeRed.EditorNode;

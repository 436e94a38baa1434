/** What the node saves in a flow. */
export interface OnceProperties {
  version: number;
  name: string;
  key: string;
  days: number;
}

/** The node in the editor. */
export type OnceNode = OnceProperties & NodeRed.EditorNode;

import type { Node } from "node-red";
import type { RosterKeeper } from "../../src/access/keeper";

/** The node `hapana-roster`, as seen by the nodes that refer to it. */
export interface RosterNode extends Node {
  /** The roster behind the node; it outlives it. */
  keeper: RosterKeeper | undefined;
  /** The id of its endpoint. */
  endpoint: string;
}

import type { NodeStatus } from "node-red";
import { briefly, type Translate } from "../runtime/status-text";

/** What a node's status depends on. */
export interface Situation {
  /** Whether its disk refuses. */
  isUnsaved: boolean;
  /** How many it has let pass since the deploy, and how many were already done. */
  passed: number;
  again: number;
}

/** A once node's status: that its disk refuses, else its counts. */
export function statusOf({ isUnsaved, passed, again }: Situation, translate: Translate): NodeStatus {
  if (isUnsaved) return { fill: "yellow", shape: "ring", text: briefly(translate("unsaved")) };
  if (passed + again === 0) return {};
  return { fill: "grey", shape: "dot", text: translate("counts", { passed, again }) };
}

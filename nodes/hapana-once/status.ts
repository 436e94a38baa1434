import type { NodeStatus } from "node-red";
import { briefly, type Translate } from "../runtime/status-text";

/** What a node's status is made of. */
export interface Situation {
  /** Whether its disk refuses. */
  isUnsaved: boolean;
  /** How many it has let pass since the deploy, and how many were done already. */
  passed: number;
  again: number;
}

/** What a once node's status says: that its disk refuses, else what it has seen. */
export function statusOf({ isUnsaved, passed, again }: Situation, translate: Translate): NodeStatus {
  if (isUnsaved) return { fill: "yellow", shape: "ring", text: briefly(translate("unsaved")) };
  if (passed + again === 0) return {};
  return { fill: "grey", shape: "dot", text: translate("counts", { passed, again }) };
}

import type { NodeStatus } from "node-red";
import type { ProblemReport } from "../../src/problems/sentence";
import type { ConfigFault } from "./config";

/** Looks a text up: a key below `status`, and what goes into it. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** Why a node cannot do, or not do all of, what it is set to. */
export type Obstacle = ConfigFault | { code: "newerNode" | "endpointGone" | "noKinds" };

/** What a node's status is made of. */
export interface Situation {
  obstacle: Obstacle | undefined;
  /** What was last told since the deploy, and when, in milliseconds since 1970. */
  last: { report: ProblemReport; at: number } | undefined;
}

/**
 * What a problem node's status says: what keeps it from working, else what it has last told.
 * @param situation what it is made of
 * @param translate looks the words up
 * @param time a moment, in words
 */
export function statusOf(
  { obstacle, last }: Situation,
  translate: Translate,
  time: (at: number) => string,
): NodeStatus {
  if (obstacle?.code === "noKinds") return { fill: "yellow", shape: "ring", text: translate("noKinds") };
  if (obstacle) return { fill: "red", shape: "ring", text: translate(obstacle.code, { ...obstacle }) };
  if (!last) return { fill: "green", shape: "ring", text: translate("watching") };
  const { kind, count } = last.report.hapana;
  const text = translate("told", { kind: translate(`kind.${kind}`), count, time: time(last.at) });
  return { fill: "yellow", shape: "dot", text };
}

import type { NodeStatus } from "node-red";
import type { ProblemReport } from "../../src/problems/sentence";
import { briefly, fitting, type Words } from "../runtime/status-text";
import type { ConfigFault } from "./config";

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
 * @param words its dictionaries
 * @param time a moment, in words
 */
export function statusOf({ obstacle, last }: Situation, words: Words, time: (at: number) => string): NodeStatus {
  if (obstacle) {
    const text = briefly(obstacleWords(obstacle, words));
    return { fill: obstacle.code === "noKinds" ? "yellow" : "red", shape: "ring", text };
  }
  const { own } = words;
  if (!last) return { fill: "green", shape: "ring", text: own("watching") };
  const { kind, count } = last.report.hapana;
  const told = own("told", { kind: own(`kind.${kind}`), count });
  return { fill: "yellow", shape: "dot", text: fitting(own("toldAt", { told, time: time(last.at) }), told) };
}

/** Says what keeps a node from working, and what to do about it. */
export function obstacleWords(obstacle: Obstacle, { own, common }: Words): string {
  const { code } = obstacle;
  return code === "newerNode" || code === "endpointGone" ? common(`status.${code}`) : own(code, { ...obstacle });
}

import type { NodeStatus } from "node-red";
import type { ProblemReport } from "../../src/problems/sentence";
import { briefly, fitting, type Words } from "../runtime/status-text";
import type { ConfigFault } from "./config";

/** Why a node cannot do everything it is set to do. */
export type Obstacle = ConfigFault | { code: "newerNode" | "endpointGone" | "noKinds" };

/** What a node's status depends on. */
export interface Situation {
  obstacle: Obstacle | undefined;
  /** The last report since the deploy, and its time in milliseconds since 1970. */
  last: { report: ProblemReport; at: number } | undefined;
}

/**
 * A problem node's status: what keeps it from working, else its last report.
 * @param situation what it depends on
 * @param words its dictionaries
 * @param time formats a time
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

/** Explains what keeps a node from working, and how to fix it. */
export function obstacleWords(obstacle: Obstacle, { own, common }: Words): string {
  const { code } = obstacle;
  return code === "newerNode" || code === "endpointGone" ? common(`status.${code}`) : own(code, { ...obstacle });
}

import type { NodeStatus } from "node-red";
import type { Decision } from "../../src/access/decide";
import type { Mode } from "../../src/access/rules";
import { briefly, fitting, type Translate } from "../runtime/status-text";
import type { ConfigFault } from "./config";

/** Why a node lets nobody in. */
export type Obstacle = ConfigFault | { code: "noRoster" | "rosterGone" };

/** What was decided last, and when, in words. */
export interface Last {
  decision: Pick<Decision, "allow" | "code" | "isStale" | "isExpired">;
  time: string;
  /** Only where names may be shown. */
  name?: string | undefined;
}

/** All that a status is made of. */
export interface Situation {
  obstacle: Obstacle | undefined;
  mode: Mode;
  /** Since when it is in that mode, in words, where known. */
  since: string | undefined;
  /** Whether it was told that, and has not decided anything since. */
  isToldLast: boolean;
  /** `undefined` while it is loaded. */
  clients: number | undefined;
  /** When the last event came, in words. */
  lastEvent: string | undefined;
  /** Whether its disk refuses. */
  isUnsaved: boolean;
  last: Last | undefined;
}

/**
 * What an access node's status says: what keeps it from deciding, else what it was told, else what it has decided last.
 * @param situation what it is made of
 * @param translate looks the words up
 */
export function statusOf(
  { obstacle, mode, since, isToldLast, clients, lastEvent, isUnsaved, last }: Situation,
  translate: Translate,
): NodeStatus {
  if (obstacle) return { fill: "red", shape: "ring", text: briefly(translate(obstacle.code, { ...obstacle })) };
  const told = (fill: "red" | "yellow" | "grey"): NodeStatus => ({
    ...{ fill, shape: "dot" },
    text: since === undefined ? translate(mode) : translate(`${mode}Since`, { time: since }),
  });
  if (mode === "lockdown") return told("red");
  if (mode === "open") return told("yellow");
  if (clients === undefined) return { fill: "blue", shape: "ring", text: translate("loading") };
  if (isUnsaved) return { fill: "yellow", shape: "ring", text: briefly(translate("unsaved")) };
  if (isToldLast && since !== undefined) return told("grey");
  if (last) return ofLast(last, translate);
  if (clients === 0) return { fill: "grey", shape: "ring", text: translate("empty") };
  const text = translate(lastEvent === undefined ? "clients" : "clientsAsOf", {
    count: clients,
    time: lastEvent ?? "",
  });
  return { fill: "grey", shape: "dot", text };
}

function ofLast({ decision, time, name }: Last, translate: Translate): NodeStatus {
  const { allow, code, isStale, isExpired } = decision;
  if (isStale) {
    const stale = translate("stale");
    return { fill: "yellow", shape: "dot", text: fitting(`${stale} (${time})`, stale) };
  }
  const why = translate(`code.${isExpired ? "expired" : code}`);
  const whoAndWhy = name === undefined ? why : `${name}, ${why}`;
  const said = [`${whoAndWhy} (${time})`, whoAndWhy, `${why} (${time})`, why] as const;
  const [fullest, ...shorter] = said.map((what) => translate(allow ? "letIn" : "refused", { what }));
  const text = fitting(fullest ?? "", ...shorter);
  return allow ? { fill: "green", shape: "dot", text } : { fill: "red", shape: "ring", text };
}

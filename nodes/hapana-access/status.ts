import type { NodeStatus } from "node-red";
import type { Decision } from "../../src/access/decide";
import type { Mode } from "../../src/access/rules";
import { briefly, fitting, type Translate } from "../runtime/status-text";
import type { ConfigFault } from "./config";

/** Why a node lets nobody in. */
export type Obstacle = ConfigFault | { code: "noRoster" | "rosterGone" };

/** The last decision and its time, in words. */
export interface Last {
  decision: Pick<Decision, "allow" | "code" | "isStale" | "isExpired">;
  time: string;
  /** Only if names may be shown. */
  name?: string | undefined;
}

/** What a status depends on. */
export interface Situation {
  obstacle: Obstacle | undefined;
  mode: Mode;
  /** Since when the mode has applied, in words, if known. */
  since: string | undefined;
  /** Whether that command came after its last decision. */
  isToldLast: boolean;
  /** `undefined` while loading. */
  clients: number | undefined;
  /** The last event's time, in words. */
  lastEvent: string | undefined;
  /** Whether its disk refuses. */
  isUnsaved: boolean;
  last: Last | undefined;
}

/**
 * An access node's status: what keeps it from deciding, else its last command, else its last decision.
 * @param situation what it depends on
 * @param translate looks up texts
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

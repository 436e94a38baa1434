import { type ProblemKind, type Tally, together, unreadable } from "./tally";
import type { Pending } from "./watch";

/** Looks a text up, and fills in its values. */
export type Say = (key: string, values?: Record<string, string | number>) => string;

/** What a sentence needs besides the incidents. */
export interface Around {
  /** The texts, by name: `failed`, `failedIn`, … */
  say: Say;
  /** Why a request was refused, as text. */
  refusal(code: string): string;
  /** Why the storage refuses, as text. */
  storage(code: string): string;
  endpointName(id: string): string;
  nodeName(id: string): string;
  /** Whether an endpoint's storage is refusing. */
  refuses(endpoint: string): boolean;
  /** The allowed silence, in hours. */
  silenceHours: number;
  /** When something last arrived at an endpoint, as text. */
  lastArrival(endpoint: string): string;
}

/** The report of one kind of problem for flows. */
export interface ProblemReport {
  topic: ProblemKind;
  payload: string;
  hapana: {
    kind: ProblemKind;
    count: number;
    /** If there are several, the id is empty, and their names are joined. */
    endpoint: { id: string; name: string };
    /** Only the first ones, if there are many. */
    deliveryIds?: string[];
    /** Only if all were in its flow. */
    node?: { id: string; name: string };
  };
}

/**
 * Describes what has gone wrong, for people and for flows; without any client data.
 * @param kind of problem
 * @param pending the incidents at each endpoint
 * @param around the other values it needs
 */
export function reportOf(kind: ProblemKind, pending: Pending, around: Around): ProblemReport {
  const ids = [...pending.keys()];
  const all = together([...pending.values()]);
  // A storage that refuses counts even if nothing has been lost yet.
  const count = Math.max(1, all.count);
  const [id, ...others] = ids;
  const [node, ...otherNodes] = all.nodes;
  const name = ids.map((each) => around.endpointName(each)).join(", ");
  const hapana: ProblemReport["hapana"] = { kind, count, endpoint: { id: (others.length === 0 && id) || "", name } };
  if (all.deliveryIds.length > 0) hapana.deliveryIds = all.deliveryIds;
  if (node !== undefined && otherNodes.length === 0) hapana.node = { id: node, name: around.nodeName(node) };
  return { topic: kind, payload: sentenceOf(hapana, ids, all, around), hapana };
}

function sentenceOf(
  { kind, count, endpoint, node }: ProblemReport["hapana"],
  ids: readonly string[],
  { count: affected, reasons }: Tally,
  around: Around,
): string {
  const { say, silenceHours } = around;
  const values = { endpoint: endpoint.name, count };
  switch (kind) {
    case "failed":
    case "setAside":
      return node ? say(`${kind}In`, { ...values, node: node.name }) : say(kind, values);
    case "refused":
      return say("refused", { ...values, reason: counted(reasons, around.refusal) });
    case "storage": {
      const { [unreadable]: lost, ...others } = reasons;
      const told = lost === undefined ? [] : [say("unreadable", { count: lost })];
      if (Object.keys(others).length > 0) {
        const isOver = !ids.some((id) => around.refuses(id));
        const words = { ...values, count: affected - (lost ?? 0), reason: counted(others, around.storage, false) };
        told.unshift(say(isOver ? "storageOver" : "storage", words));
      }
      return told.join(" ");
    }
    case "silence": {
      const last = ids.map((id) => around.lastArrival(id)).join(", ");
      return say("silence", { endpoint: endpoint.name, hours: Math.round(silenceHours * 100) / 100, last });
    }
    default:
      return say(kind, values);
  }
}

/** The most frequent first; with their numbers, if there are several. */
function counted(reasons: Tally["reasons"], words: (code: string) => string, isTold = true): string {
  const sorted = Object.entries(reasons).sort(([, one], [, other]) => other - one);
  const isEach = isTold && sorted.length > 1;
  return sorted.map(([code, count]) => (isEach ? `${count} × ${words(code)}` : words(code))).join("; ");
}

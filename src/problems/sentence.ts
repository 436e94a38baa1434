import { type ProblemKind, type Tally, together, unreadable } from "./tally";
import type { Pending } from "./watch";

/** Looks a text up, and fills in what belongs into it. */
export type Say = (key: string, values?: Record<string, string | number>) => string;

/** What a sentence needs to know besides what has happened. */
export interface Around {
  /** What is said of it, by the names of the texts: `failed`, `failedIn`, … */
  say: Say;
  /** Why a request was refused, in words. */
  refusal(code: string): string;
  /** Why the storage refuses, in words. */
  storage(code: string): string;
  endpointName(id: string): string;
  nodeName(id: string): string;
  /** Whether an endpoint's storage refuses at the moment. */
  refuses(endpoint: string): boolean;
  /** For how long nothing may come, in hours. */
  silenceHours: number;
  /** When something last came to an endpoint, in words. */
  lastArrival(endpoint: string): string;
}

/** What flows get to know of problems of one kind. */
export interface ProblemReport {
  topic: ProblemKind;
  payload: string;
  hapana: {
    kind: ProblemKind;
    count: number;
    /** Where it is several, the id is empty, and their names stand together. */
    endpoint: { id: string; name: string };
    /** Some, where there are many. */
    deliveryIds?: string[];
    /** Only where all were in its flow. */
    node?: { id: string; name: string };
  };
}

/**
 * Says what has gone wrong, for people and for flows; nothing of any client.
 * @param kind its kind
 * @param pending what has happened at each endpoint
 * @param around what else has to be known
 */
export function reportOf(kind: ProblemKind, pending: Pending, around: Around): ProblemReport {
  const ids = [...pending.keys()];
  const all = together([...pending.values()]);
  // That the storage refuses counts, too, where nobody has lost anything by it yet.
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

/** The most frequent first; how often, only where there are several. */
function counted(reasons: Tally["reasons"], words: (code: string) => string, isTold = true): string {
  const sorted = Object.entries(reasons).sort(([, one], [, other]) => other - one);
  const isEach = isTold && sorted.length > 1;
  return sorted.map(([code, count]) => (isEach ? `${count} × ${words(code)}` : words(code))).join("; ");
}

/** The kinds of problem, in the order of the dialog. */
export const problemKinds = ["failed", "setAside", "unclaimed", "storage", "refused", "silence"] as const;

export type ProblemKind = (typeof problemKinds)[number];

/** Something that went wrong at an endpoint; without any content of events. */
export interface Trouble {
  readonly kind: ProblemKind;
  /** The endpoint's id. */
  readonly endpoint: string;
  /** How many events or requests; missing if something merely started. */
  readonly count: number;
  /** The id of the node whose flow it was. */
  readonly node?: string | undefined;
  readonly deliveryId?: string | undefined;
  /** The reason: a refusal's code, or the storage's. */
  readonly reason?: string | undefined;
}

/** What has gone wrong of one kind at one endpoint since the last report. It is stored as JSON. */
export interface Tally {
  count: number;
  nodes: string[];
  deliveryIds: string[];
  /** How often each. */
  reasons: Record<string, number>;
}

/** The reason if the storage lost what it had accepted; all other reasons mean that it accepts nothing. */
export const unreadable = "UNREADABLE";

/** Enough to look some up; the rest is in the log. */
export const maxDeliveryIds = 20;

/** Enough to show that there was more than one. */
const maxNodes = 2;

/**
 * Adds an incident to those of its kind and endpoint.
 * @param tally the previous ones; `undefined` if there are none
 */
export function added(tally: Tally | undefined, { count, node, deliveryId, reason }: Trouble): Tally {
  const { nodes, deliveryIds, reasons, count: before } = tally ?? { count: 0, nodes: [], deliveryIds: [], reasons: {} };
  return {
    count: before + count,
    nodes: withNew(nodes, node, maxNodes),
    deliveryIds: withNew(deliveryIds, deliveryId, maxDeliveryIds),
    reasons: reason === undefined ? reasons : { ...reasons, [reason]: (reasons[reason] ?? 0) + count },
  };
}

/** Merges those of several endpoints. */
export function together(tallies: readonly Tally[]): Tally {
  const reasons: Record<string, number> = {};
  for (const [reason, count] of tallies.flatMap((tally) => Object.entries(tally.reasons)))
    reasons[reason] = (reasons[reason] ?? 0) + count;
  return {
    count: tallies.reduce((sum, { count }) => sum + count, 0),
    nodes: [...new Set(tallies.flatMap(({ nodes }) => nodes))],
    deliveryIds: tallies.flatMap(({ deliveryIds }) => deliveryIds).slice(0, maxDeliveryIds),
    reasons,
  };
}

/** Reads what was stored; anything else counts as none. */
export function readTally(saved: unknown): Tally | undefined {
  const { count, nodes, deliveryIds, reasons } = (saved ?? {}) as Partial<Record<keyof Tally, unknown>>;
  if (typeof count !== "number" || !(count >= 0)) return undefined;
  const counted = Object.entries(reasons ?? {}).filter(([, often]) => typeof often === "number");
  return {
    ...{ count, nodes: textsIn(nodes), deliveryIds: textsIn(deliveryIds) },
    reasons: Object.fromEntries(counted) as Record<string, number>,
  };
}

function textsIn(saved: unknown): string[] {
  return Array.isArray(saved) ? saved.filter((each) => typeof each === "string") : [];
}

function withNew(texts: string[], text: string | undefined, max: number): string[] {
  return text === undefined || texts.length >= max || texts.includes(text) ? texts : [...texts, text];
}

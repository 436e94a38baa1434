/** Zero-padded, so that keys sort by sequence. */
const digits = 12;

/** The characters in them. */
export const maxSequence = 2 ** 47;

/** @returns the sequence as written in keys */
export function sequenceText(sequence: number): string {
  return sequence.toString(16).padStart(digits, "0");
}

/**
 * The rows of the store, by the first letter of their keys:
 *
 * | key | what is in it |
 * |---|---|
 * | `e<sequence>` | an event: see `event-row.ts` |
 * | `b<sequence>` | the deliveries of a batch that went into the flow as they were stored: see `first-attempts.ts` |
 * | `w<sequence>/<slot>` | an open delivery: an event and who has yet to get it, or is busy with it |
 * | `d<sequence>/<slot>` | a closed delivery: its outcome |
 * | `y<sequence>/<slot>` | a closed delivery that failed or was set aside: see `failures.ts` |
 * | `x<sequence>` | how many duplicates of the event arrived |
 * | `a<sequence>/<fingerprint>` | another id of the event: that of a delivery which was a duplicate of it |
 * | `g<sequence>` | when an event was found whose own time lies in the future |
 * | `q<sequence>/<row>` | part of the sketch of the events from here on: see `sketches.ts` |
 * | `i<fingerprint>` | a delivery's id: the sequence of its first event |
 * | `s<slot>` | a subscriber of an endpoint |
 * | `n<slot>` | its counts |
 * | `p<endpoint>` | an endpoint |
 * | `m<endpoint>` | its counts |
 * | `h<slot>/<slot>` | who takes over what waits for whom |
 * | `j<id>` | a resend, and its progress |
 * | `f<name>` | a fact about the store itself |
 */
export const keys = {
  event: (sequence: number) => `e${sequenceText(sequence)}`,
  firstAttempts: (sequence: number) => `b${sequenceText(sequence)}`,
  open: (sequence: number, slot: string) => `w${sequenceText(sequence)}/${slot}`,
  closed: (sequence: number, slot: string) => `d${sequenceText(sequence)}/${slot}`,
  failure: (sequence: number, slot: string) => `y${sequenceText(sequence)}/${slot}`,
  duplicates: (sequence: number) => `x${sequenceText(sequence)}`,
  alias: (sequence: number, fingerprint: string) => `a${sequenceText(sequence)}/${fingerprint}`,
  foundAt: (sequence: number) => `g${sequenceText(sequence)}`,
  sketch: (first: number, row: number) => `q${sequenceText(first)}/${row}`,
  delivery: (fingerprint: string) => `i${fingerprint}`,
  slot: (slot: string) => `s${slot}`,
  slotCounts: (slot: string) => `n${slot}`,
  endpoint: (id: string) => `p${encodeURIComponent(id)}`,
  endpointCounts: (id: string) => `m${encodeURIComponent(id)}`,
  heir: (from: string, to: string) => `h${from}/${to}`,
  resend: (id: string) => `j${id}`,
  fact: (name: Fact) => `f${name}`,
};

/** Facts about the store itself. */
export type Fact =
  | "format"
  | "nextSequence"
  | "closedWell"
  | "turn"
  | "survivals"
  | "nextSlot"
  | "damaged"
  | "clockSetBack"
  | "id"
  | "failuresNamed";

/** @returns the sequence in a key of the first kinds */
export function sequenceOf(key: string): number {
  return Number.parseInt(key.slice(1, 1 + digits), 16);
}

/** @returns the slot in the key of a delivery, or the fingerprint in that of another id */
export function slotOf(key: string): string {
  return key.slice(2 + digits);
}

/** All keys of a kind; or, for what is keyed by sequence, those from one sequence to another, both included. */
export function rangeOf(kind: string, from?: number, to?: number): { gte: string; lt: string } {
  return {
    gte: from === undefined ? kind : `${kind}${sequenceText(from)}`,
    lt: to === undefined ? `${kind}~` : `${kind}${sequenceText(to + 1)}`,
  };
}

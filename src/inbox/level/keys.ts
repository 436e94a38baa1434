/** So that keys are in the order of the sequences. */
const digits = 12;

/** What can stand in them. */
export const maxSequence = 2 ** 47;

/** @returns the sequence as it stands in keys */
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
 * | `d<sequence>/<slot>` | a closed delivery: what has become of it |
 * | `y<sequence>/<slot>` | a closed delivery that failed or was set aside: see `failures.ts` |
 * | `x<sequence>` | how many times the event came again |
 * | `a<sequence>/<fingerprint>` | a further id by which the event is known: of a delivery that was found to be the same |
 * | `g<sequence>` | when an event was found whose own time lies in the future |
 * | `q<sequence>/<row>` | a part of the sketch of the events from here on: see `sketches.ts` |
 * | `i<fingerprint>` | a delivery's id: the sequence of its first event |
 * | `s<slot>` | a subscriber of an endpoint |
 * | `n<slot>` | its counts |
 * | `p<endpoint>` | an endpoint |
 * | `m<endpoint>` | its counts |
 * | `h<slot>/<slot>` | who takes over what waits for whom |
 * | `j<id>` | a resend, and how far it has got |
 * | `f<name>` | a fact of the store itself |
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

/** What the store knows of itself. */
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

/** @returns the slot in the key of a delivery, or the fingerprint in that of a further id */
export function slotOf(key: string): string {
  return key.slice(2 + digits);
}

/** Every key of a kind; or, from a sequence to another, both included, of what is kept by sequence. */
export function rangeOf(kind: string, from?: number, to?: number): { gte: string; lt: string } {
  return {
    gte: from === undefined ? kind : `${kind}${sequenceText(from)}`,
    lt: to === undefined ? `${kind}~` : `${kind}${sequenceText(to + 1)}`,
  };
}

import type { ReadEvent } from "../event-row";
import type { DeliveryState, LoggedEvent, Recipient, UndeliveredState } from "../inbox";
import { fresh } from "../progress";
import { keys, rangeOf, sequenceOf, slotOf } from "./keys";
import type { Row } from "./reader";
import { type OpenState, readClosedRow, readFirstAttempts, readOpenRow } from "./rows";
import type { Slot } from "./slot";
import type { State } from "./state";

const openStates: Readonly<Record<OpenState, DeliveryState>> = {
  waiting: "waiting",
  due: "waiting",
  inFlow: "inFlow",
  slow: "slow",
};

/** Deliveries of events this close together are read in one go: what lies between costs less than another read. */
const nearby = 64;

/** The slots in whose flow an event is for the first time, and so has no row of its own. */
type FirstSlots = ReadonlyMap<number, readonly Slot[]>;

/** What is known about deliveries, by event. */
export interface Deliveries {
  readonly open: ReadonlyMap<number, readonly Row[]>;
  readonly closed: ReadonlyMap<number, readonly Row[]>;
  readonly first: FirstSlots;
}

/** Finds the outcomes of events, of many at a time. */
export class Outcomes {
  readonly #state: State;
  readonly #isRecovered: () => boolean;

  /**
   * @param state what the inbox knows
   * @param isRecovered whether everything open is known
   */
  constructor(state: State, isRecovered: () => boolean) {
    this.#state = state;
    this.#isRecovered = isRecovered;
  }

  /** What is in a flow for the first time. Read before the rows: what ends meanwhile then has one. */
  async inFirstAttempt(): Promise<FirstSlots> {
    const found = new Map<number, Slot[]>();
    const add = (sequence: number, slot: Slot) => found.set(sequence, [...(found.get(sequence) ?? []), slot]);
    for (const slot of this.#state.slots.values())
      for (const sequence of slot.firstAttempts.keys()) add(sequence, slot);
    if (this.#isRecovered()) return found;
    // What was in the flow when the last process ended, if it has no rows of its own yet.
    for (const [key, row] of await this.#state.reader.all(rangeOf("b"))) {
      for (const { sequence, slot: name } of readFirstAttempts(key, row) ?? []) {
        const slot = this.#state.slots.get(name);
        if (slot) add(sequence, slot);
      }
    }
    return found;
  }

  /**
   * Reads the stored deliveries of events.
   * @param sequences in any order
   */
  async deliveriesOf(sequences: readonly number[]): Promise<Deliveries> {
    const first = await this.inFirstAttempt();
    const spans = spansOf(sequences);
    const rowsOf = async (kind: string) => {
      const rows = spans.map(([from, to]) => this.#state.reader.all(rangeOf(kind, from, to)));
      return groupBySequence((await Promise.all(rows)).flat());
    };
    const open = await rowsOf("w");
    return { open, closed: await rowsOf("d"), first };
  }

  /** Events, and the outcomes of each. */
  async of(events: readonly ReadEvent[]): Promise<LoggedEvent[]> {
    if (events.length === 0) return [];
    const sequences = events.map(({ event }) => event.sequence);
    const deliveries = await this.deliveriesOf(sequences);
    const counts = await this.#state.reader.getMany(sequences.map(keys.duplicates));
    return events.map((read, index) => ({
      event: read.event,
      endpoint: read.facts.endpoint,
      duplicates: Number(counts[index] ?? 0),
      ...this.#outcome(read.event.sequence, deliveries),
      ...(read.isUnreadable && { state: "unreadable" }),
    }));
  }

  #outcome(sequence: number, { open, closed, first }: Deliveries): Pick<LoggedEvent, "recipients" | "state"> {
    const recipients = new Map<Slot, Recipient>();
    let state: UndeliveredState | undefined;
    for (const [key, row] of open.get(sequence) ?? []) {
      const slot = this.#state.slots.get(slotOf(key));
      if (slot?.facts.isNobody) state = "unclaimed";
      else if (slot) recipients.set(slot, { subscriber: slot.facts.id, ...ofOpenRow(key, row) });
    }
    for (const [key, row] of closed.get(sequence) ?? []) {
      const slot = this.#state.slots.get(slotOf(key));
      const recipient = slot && readClosedRow(row, slot.facts.id);
      if (recipient && !recipients.has(slot)) recipients.set(slot, recipient);
    }
    for (const slot of first.get(sequence) ?? [])
      if (!recipients.has(slot)) recipients.set(slot, { subscriber: slot.facts.id, state: "inFlow", attempts: 1 });
    if (recipients.size === 0) state ??= "ignored";
    return { recipients: [...recipients.values()], ...(state && { state }) };
  }
}

function ofOpenRow(key: string, row: string): Omit<Recipient, "subscriber"> {
  const { state, attempt } = readOpenRow(key, row) ?? { ...fresh, state: "waiting" };
  return { state: openStates[state], attempts: attempt };
}

function groupBySequence(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const sequence = sequenceOf(row[0]);
    const group = groups.get(sequence);
    if (group) group.push(row);
    else groups.set(sequence, [row]);
  }
  return groups;
}

function spansOf(sequences: readonly number[]): [from: number, to: number][] {
  const spans: [number, number][] = [];
  for (const sequence of sequences.toSorted((one, other) => one - other)) {
    const last = spans.at(-1);
    if (last && sequence - last[1] <= nearby) last[1] = sequence;
    else spans.push([sequence, sequence]);
  }
  return spans;
}

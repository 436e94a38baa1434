import type { DeliveryState, EventPage, EventQuery, LoggedEvent, Recipient, UndeliveredState } from "../inbox";
import { wholeIdOf } from "../stored-event";
import { del, put, type Write } from "./database";
import { deliveryKeysOf, sequenceIn } from "./delivery-id";
import { fromRow, type ReadEvent } from "./event-row";
import { keys, rangeOf, sequenceOf, slotOf } from "./keys";
import { type OpenState, putOpen, readClosedRow, readFirstAttempts, readOpenRow } from "./rows";
import { fresh, type Slot } from "./slot";
import type { State } from "./state";

const defaultLimit = 50;

const openStates: Readonly<Record<OpenState, DeliveryState>> = {
  waiting: "waiting",
  due: "waiting",
  inFlow: "inFlow",
  slow: "slow",
};

type Wait = (slot: Slot, sequence: number, progress: typeof fresh) => void;

/** Looks events up, and sends them again. */
export class EventLog {
  readonly #state: State;
  readonly #isRecovered: () => boolean;
  #replaying: Promise<unknown> = Promise.resolve();

  /**
   * @param state what the inbox knows
   * @param isRecovered whether all that is open is known
   */
  constructor(state: State, isRecovered: () => boolean) {
    this.#state = state;
    this.#isRecovered = isRecovered;
  }

  async list(query: EventQuery): Promise<EventPage> {
    const { limit = defaultLimit, before } = query;
    const events: LoggedEvent[] = [];
    const range = rangeOf("e", undefined, before === undefined ? undefined : before - 1);
    const search = query.search?.toLowerCase();
    const earlier = await this.#firstAttemptsBefore();
    for await (const rows of this.#state.reader.range({ ...range, reverse: true })) {
      for (const [key, row] of rows) {
        if (search !== undefined && !row.toLowerCase().includes(search)) continue;
        const read = fromRow(row, sequenceOf(key));
        if (!read || !matches(read, query, search)) continue;
        const logged = await this.#logged(read, earlier);
        if (query.state !== undefined && !isIn(logged, query.state)) continue;
        events.push(logged);
        if (events.length === limit) return { events, next: logged.event.sequence };
      }
    }
    return { events, next: undefined };
  }

  async get(endpoint: string, deliveryId: string): Promise<LoggedEvent | undefined> {
    const earlier = await this.#firstAttemptsBefore();
    const read = await this.#find(endpoint, deliveryId);
    return read && this.#logged(read, earlier);
  }

  /** A delivery with several events has one id; theirs is that with a number. */
  async #find(endpoint: string, deliveryId: string): Promise<ReadEvent | undefined> {
    for (const id of new Set([deliveryId, wholeIdOf(deliveryId)])) {
      for (const first of await this.#firstOf(endpoint, id)) {
        const found = await this.#findFrom(first, endpoint, deliveryId, id);
        if (found) return found;
      }
    }
    return undefined;
  }

  async #findFrom(first: number, endpoint: string, deliveryId: string, id: string): Promise<ReadEvent | undefined> {
    for await (const rows of this.#state.reader.range(rangeOf("e", first))) {
      for (const [key, row] of rows) {
        const read = fromRow(row, sequenceOf(key));
        if (read?.event.deliveryId === deliveryId && read.facts.endpoint === endpoint) return read;
        if (read && !read.event.deliveryId.startsWith(id)) return undefined;
      }
    }
    return undefined;
  }

  /** Where events of this id begin, the first first: there may be several kinds of them. */
  async #firstOf(endpoint: string, deliveryId: string): Promise<number[]> {
    const rows = await this.#state.reader.getMany(deliveryKeysOf(endpoint, deliveryId));
    const named = rows.filter((row) => row !== undefined).map((row) => Number.parseInt(row, 16));
    const own = sequenceIn(deliveryId);
    return named.length > 0 || own === undefined ? named.sort((one, other) => one - other) : [own];
  }

  /** What was in the flow when the last process ended, as far as it has no rows of its own yet. */
  async #firstAttemptsBefore(): Promise<ReadonlyMap<number, readonly Slot[]>> {
    const found = new Map<number, Slot[]>();
    if (this.#isRecovered()) return found;
    for (const [key, row] of await this.#state.reader.all(rangeOf("b"))) {
      for (const { sequence, slot: name } of readFirstAttempts(key, row) ?? []) {
        const slot = this.#state.slots.get(name);
        if (slot) found.set(sequence, [...(found.get(sequence) ?? []), slot]);
      }
    }
    return found;
  }

  async #logged({ event, facts }: ReadEvent, earlier: ReadonlyMap<number, readonly Slot[]>): Promise<LoggedEvent> {
    const { reader } = this.#state;
    const { sequence } = event;
    const recipients: Recipient[] = [];
    let state: UndeliveredState | undefined;
    const first = [...this.#inFirstAttempt(facts.endpoint, sequence), ...(earlier.get(sequence) ?? [])];
    for (const [key, row] of await reader.all(rangeOf("w", sequence, sequence))) {
      const slot = this.#state.slots.get(slotOf(key));
      if (!slot) continue;
      if (slot.facts.isNobody) state = "unclaimed";
      else recipients.push({ subscriber: slot.facts.id, ...ofOpenRow(key, row) });
    }
    for (const [key, row] of await reader.all(rangeOf("d", sequence, sequence))) {
      const slot = this.#state.slots.get(slotOf(key));
      const recipient = slot && readClosedRow(row, slot.facts.id);
      if (recipient) recipients.push(recipient);
    }
    for (const subscriber of first.map((slot) => slot.facts.id))
      if (!recipients.some((recipient) => recipient.subscriber === subscriber))
        recipients.push({ subscriber, state: "inFlow", attempts: 1 });
    if (recipients.length === 0) state ??= "ignored";
    const duplicates = Number((await reader.get(keys.duplicates(sequence))) ?? 0);
    return { event, endpoint: facts.endpoint, recipients, duplicates, ...(state && { state }) };
  }

  /** Asked before the rows are read: what ends meanwhile has one then. */
  #inFirstAttempt(endpoint: string, sequence: number): Slot[] {
    return this.#state.endpoint(endpoint).slots.filter(({ firstAttempts }) => firstAttempts.has(sequence));
  }

  /** One after the other: of two at once, neither would find that the other sends the same event. */
  replay(
    endpoint: string,
    deliveryIds: readonly string[],
    subscriber: string | undefined,
    wait: Wait,
  ): Promise<number> {
    const replay = this.#replaying.then(() => this.#replay(endpoint, deliveryIds, subscriber, wait));
    this.#replaying = replay.catch(() => undefined);
    return replay;
  }

  async #replay(
    endpoint: string,
    deliveryIds: readonly string[],
    subscriber: string | undefined,
    wait: Wait,
  ): Promise<number> {
    let count = 0;
    for (const deliveryId of deliveryIds) {
      const read = await this.#find(endpoint, deliveryId);
      if (read && (await this.#sendAgain(read, subscriber, wait))) count += 1;
    }
    return count;
  }

  async #sendAgain({ event, facts }: ReadEvent, subscriber: string | undefined, wait: Wait): Promise<boolean> {
    const state = this.#state;
    const { sequence } = event;
    const first = this.#inFirstAttempt(facts.endpoint, sequence).map(({ name }) => name);
    const rows = await state.reader.all(rangeOf("w", sequence, sequence));
    const open = new Set([...first, ...rows.map(([key]) => slotOf(key))]);
    const closed = await state.reader.all(rangeOf("d", sequence, sequence));
    const attempts = new Map<Slot, number>();
    for (const [key, row] of closed) {
      const slot = state.slots.get(slotOf(key));
      if (slot) attempts.set(slot, readClosedRow(row, slot.facts.id)?.attempts ?? 1);
    }
    const writes: Write[] = [];
    const endpoint = state.endpoint(facts.endpoint);
    const wanted =
      subscriber === undefined
        ? attempts.size > 0
          ? [...attempts.keys()]
          : state.recipients(endpoint, event)
        : endpoint.slots.filter((slot) => slot.facts.id === subscriber);
    const again = wanted.filter((slot) => state.isKnown(slot) && !open.has(slot.name) && !slot.facts.isNobody);
    const progressOf = (slot: Slot) => ({ ...fresh, attempt: attempts.get(slot) ?? 0 });
    const before = closed.filter(([key]) => again.some(({ name }) => name === slotOf(key)));
    for (const slot of again) {
      writes.push(del(keys.closed(sequence, slot.name)));
      writes.push(putOpen(slot, sequence, { ...progressOf(slot), state: "waiting" }));
    }
    if (again.length === 0) return false;
    await state.writer.write(writes, () => [
      ...again.map(({ name }) => del(keys.open(sequence, name))),
      ...before.map(([key, row]) => put(key, row)),
    ]);
    for (const [key, row] of before) {
      const slot = state.slots.get(slotOf(key));
      if (slot) state.forgetClosed(slot, row);
    }
    for (const slot of again) wait(slot, sequence, progressOf(slot));
    return true;
  }
}

function ofOpenRow(key: string, row: string): Omit<Recipient, "subscriber"> {
  const { state, attempt } = readOpenRow(key, row) ?? { ...fresh, state: "waiting" };
  return { state: openStates[state], attempts: attempt };
}

function matches({ event, facts }: ReadEvent, query: EventQuery, search: string | undefined): boolean {
  const at = Date.parse(event.receivedAt);
  return (
    (query.endpoint === undefined || facts.endpoint === query.endpoint) &&
    (query.event === undefined || event.event === query.event) &&
    (query.site === undefined || event.siteID === query.site) &&
    (query.from === undefined || at >= query.from) &&
    (query.to === undefined || at <= query.to) &&
    (search === undefined || saysSo(event, search))
  );
}

/** In what arrived, and the delivery's id: not in what is written besides. */
function saysSo({ body, deliveryId }: ReadEvent["event"], search: string): boolean {
  return deliveryId.toLowerCase().includes(search) || JSON.stringify(body).toLowerCase().includes(search);
}

function isIn({ recipients, state }: LoggedEvent, wanted: NonNullable<EventQuery["state"]>): boolean {
  return state === wanted || recipients.some((recipient) => recipient.state === wanted);
}

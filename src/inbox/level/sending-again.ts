import type { Recipient, Resend, ResendRequest } from "../inbox";
import { OneByOne } from "../one-by-one";
import { fresh, type Progress } from "../progress";
import { asResend, newResendId, over, parseResend, type ResendRow } from "../resend-row";
import { recipientsAgain, type Wanted } from "../routing";
import type { StoredEvent } from "../stored-event";
import { del, put, type Write } from "./database";
import type { EventLog } from "./event-log";
import { keys, rangeOf, slotOf } from "./keys";
import type { LogScan } from "./log-scan";
import type { Deliveries, Outcomes } from "./outcomes";
import { putOpen, readClosedRow } from "./rows";
import type { Slot } from "./slot";
import type { State } from "./state";

type Wait = (slot: Slot, sequence: number, progress: Progress) => void;

interface ToSend {
  readonly event: StoredEvent;
  readonly endpoint: string;
}

/** What is written in the same step in which events are sent again. */
interface Note {
  /** How many events that are. */
  of(count: number): Write;
  readonly undo: Write;
}

/** How many finished resends are remembered. */
const maxOver = 20;

/** How long, in milliseconds, one step of a resend may scan for matching events. */
const patience = 100;

/** Sends events again: some, or all that match, step by step. */
export class SendingAgain {
  readonly #state: State;
  readonly #log: EventLog;
  readonly #scan: LogScan;
  readonly #outcomes: Outcomes;
  readonly #wait: Wait;
  /** If two ran at once, neither would notice that the other sends the same event. */
  readonly #turns = new OneByOne();

  /** @param wait takes events that have to wait */
  constructor(state: State, log: EventLog, scan: LogScan, outcomes: Outcomes, wait: Wait) {
    this.#state = state;
    this.#log = log;
    this.#scan = scan;
    this.#outcomes = outcomes;
    this.#wait = wait;
  }

  replay(endpoint: string, deliveryIds: readonly string[], subscriber?: string): Promise<number> {
    return this.#turns.run(async () => {
      const read = await Promise.all(deliveryIds.map((id) => this.#log.find(endpoint, id)));
      const events = new Map(read.flatMap((each) => (each ? [[each.event.sequence, each.event] as const] : [])));
      return this.#send(
        Array.from(events.values(), (event) => ({ event, endpoint })),
        { subscriber },
      );
    });
  }

  async resend(request: ResendRequest): Promise<Resend> {
    const end = this.#state.nextSequence;
    const { count: total } = await this.#log.count(request.query);
    const began = Date.now();
    const row: ResendRow = { ...request, state: "running", total, looked: 0, sent: 0, began, at: 0, end };
    const id = newResendId(began);
    if (total === 0) return asResend("", over(row, "done"));
    const old = (await this.resends()).filter(({ state }) => state !== "running").slice(maxOver);
    const forget = old.map((each) => del(keys.resend(each.id)));
    await this.#state.writer.write([putResend(id, row), ...forget], () => [del(keys.resend(id))]);
    return asResend(id, row);
  }

  resendNext(id: string, max: number): Promise<Resend | undefined> {
    return this.#turns.run(async () => {
      const row = await this.#read(id);
      if (row?.state !== "running") return row && asResend(id, row);
      const { query, subscriber } = row;
      const events: ToSend[] = [];
      let at = row.end;
      const deadline = performance.now() + patience;
      for await (const part of this.#scan.scan(query, { first: row.at, last: row.end - 1, reverse: false })) {
        const room = max - events.length;
        events.push(...part.events.slice(0, room));
        const isFull = part.events.length > room;
        if (!isFull && events.length < max && performance.now() < deadline) continue;
        at = isFull ? (events.at(-1) as ToSend).event.sequence + 1 : part.reached + 1;
        break;
      }
      const looked = row.looked + events.length;
      const next = (sent: number): ResendRow => {
        const noted = { ...row, at, looked, total: Math.max(row.total, looked), sent: row.sent + sent };
        return at >= row.end ? over(noted, "done") : noted;
      };
      const note: Note = { of: (count) => putResend(id, next(count)), undo: putResend(id, row) };
      const sent = await this.#send(events, { subscriber, state: query.state }, note);
      return asResend(id, next(sent));
    });
  }

  cancel(id: string): Promise<Resend | undefined> {
    return this.#turns.run(async () => {
      const row = await this.#read(id);
      if (row?.state !== "running") return row && asResend(id, row);
      const cancelled = over(row, "cancelled");
      await this.#state.writer.write([putResend(id, cancelled)], () => [putResend(id, row)]);
      return asResend(id, cancelled);
    });
  }

  /** Not in the middle of a step: what it has sent is written a moment before it counts as waiting. */
  resends(): Promise<Resend[]> {
    return this.#turns.run(async () => {
      const rows = await this.#state.reader.all(rangeOf("j"));
      return rows
        .flatMap(([key, text]) => {
          const row = parseResend(text);
          return row ? [asResend(key.slice(1), row)] : [];
        })
        .reverse();
    });
  }

  async #read(id: string): Promise<ResendRow | undefined> {
    const text = await this.#state.reader.get(keys.resend(id));
    return text === undefined ? undefined : parseResend(text);
  }

  async #send(events: readonly ToSend[], wanted: Wanted, note?: Note): Promise<number> {
    const { writer } = this.#state;
    const deliveries = await this.#outcomes.deliveriesOf(events.map(({ event }) => event.sequence));
    const writes: Write[] = [];
    const undo: Write[] = [];
    const sent: (() => void)[] = [];
    let count = 0;
    for (const each of events) if (this.#sendOne(each, wanted, deliveries, writes, undo, sent)) count += 1;
    if (note) {
      writes.push(note.of(count));
      undo.push(note.undo);
    }
    if (writes.length > 0) await writer.write(writes, () => undo);
    for (const done of sent) done();
    return count;
  }

  #sendOne(
    { event, endpoint: endpointId }: ToSend,
    wanted: Wanted,
    deliveries: Deliveries,
    writes: Write[],
    undo: Write[],
    sent: (() => void)[],
  ): boolean {
    // There is nothing left to send.
    if (event.removed) return false;
    const state = this.#state;
    const { sequence } = event;
    const openRows = deliveries.open.get(sequence) ?? [];
    const open = new Set([
      ...(deliveries.first.get(sequence) ?? []).map(({ name }) => name),
      ...openRows.map(([key]) => slotOf(key)),
    ]);
    const closed = new Map<Slot, { row: string; recipient: Recipient }>();
    for (const [key, row] of deliveries.closed.get(sequence) ?? []) {
      const slot = state.slots.get(slotOf(key));
      const recipient = slot && readClosedRow(row, slot.facts.id);
      if (recipient) closed.set(slot, { row, recipient });
    }
    const had = new Map(Array.from(closed, ([slot, { recipient }]) => [slot, recipient]));
    const again = recipientsAgain(state.endpoint(endpointId).slots, event, had, wanted).filter(
      ({ name }) => !open.has(name),
    );
    if (again.length === 0) return false;
    const highest = Math.max(1, ...Array.from(had.values(), ({ attempts }) => attempts));
    for (const slot of again) {
      const before = closed.get(slot);
      const progress = { ...fresh, attempt: Math.max(1, before?.recipient.attempts ?? highest) };
      const key = keys.closed(sequence, slot.name);
      writes.push(del(key), putOpen(slot, sequence, { ...progress, state: "waiting" }));
      undo.push(del(keys.open(sequence, slot.name)), ...(before ? [put(key, before.row)] : []));
      sent.push(() => {
        if (before) state.forgetClosed(slot, before.row);
        this.#wait(slot, sequence, progress);
      });
    }
    this.#takeFromNobody(sequence, openRows, writes, undo, sent);
    return true;
  }

  /** Somebody gets it now. */
  #takeFromNobody(
    sequence: number,
    open: readonly (readonly [key: string, row: string])[],
    writes: Write[],
    undo: Write[],
    sent: (() => void)[],
  ): void {
    for (const [key, row] of open) {
      const slot = this.#state.slots.get(slotOf(key));
      if (!slot?.facts.isNobody) continue;
      writes.push(del(key));
      undo.push(put(key, row));
      sent.push(() => slot.forget(sequence));
    }
  }
}

function putResend(id: string, row: ResendRow): Write {
  return put(keys.resend(id), JSON.stringify(row));
}

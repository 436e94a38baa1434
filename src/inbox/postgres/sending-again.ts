import type { Recipient, Resend, ResendRequest } from "../inbox";
import { OneByOne } from "../one-by-one";
import { asResend, newResendId, over, parseResend, type ResendRow } from "../resend-row";
import { recipientsAgain, type Wanted } from "../routing";
import type { StoredEvent } from "../stored-event";
import type { Database, Statements } from "./database";
import { type DeliveryRow, openStates, toRecipient } from "./deliveries";
import type { Wakes } from "./delivering";
import type { EventLog } from "./event-log";
import { locks } from "./locks";
import type { LogScan } from "./log-scan";
import { deliveriesOf, grouped } from "./outcomes";
import type { Slot, Subscribers } from "./subscribers";

/** How many finished resends are remembered. */
const maxOver = 20;

/** How long, in milliseconds, one step of a resend searches for matching events. */
const patience = 100;

/** The recipients; of listeners, possibly only one instance's. */
type WantedThere = Wanted & Pick<ResendRow, "instance">;

interface ToSend {
  readonly event: StoredEvent;
  readonly endpoint: string;
}

/** A delivery that waits again. */
interface Again {
  readonly sequence: number;
  readonly slot: Slot;
  readonly attempt: number;
}

/** Resends events: some, or all matches, step by step. */
export class SendingAgain {
  readonly #database: Database;
  readonly #subscribers: Subscribers;
  readonly #instance: string;
  readonly #log: EventLog;
  readonly #scan: LogScan;
  readonly #wakes: Wakes;
  readonly #turns = new OneByOne();

  /** @param instance this process's instance */
  constructor(
    database: Database,
    subscribers: Subscribers,
    instance: string,
    log: EventLog,
    scan: LogScan,
    wakes: Wakes,
  ) {
    this.#database = database;
    this.#subscribers = subscribers;
    this.#instance = instance;
    this.#log = log;
    this.#scan = scan;
    this.#wakes = wakes;
  }

  replay(endpoint: string, deliveryIds: readonly string[], subscriber?: string): Promise<number> {
    return this.#inTurn(async (statements) => {
      const read = await this.#log.find(endpoint, deliveryIds);
      const events = read.map(({ event }) => ({ event, endpoint }));
      const { count, slots } = await this.#send(statements, events, { subscriber });
      return { result: count, slots };
    });
  }

  async resend(request: ResendRequest): Promise<Resend> {
    const [places] = await this.#database.query<{ end: number }>("select nextval('hapana.places')::bigint as end");
    const { count: total } = await this.#log.count(request.query);
    const began = Date.now();
    const end = places?.end ?? 0;
    const { subscriber = "" } = request;
    const isToListener = this.#subscribers.activeSlot(subscriber)?.facts.isListener === true;
    const row: ResendRow = {
      ...{ ...request, state: "running", total, looked: 0, sent: 0, began, at: 0, end },
      ...(isToListener && { instance: this.#instance }),
    };
    if (total === 0) return asResend("", over(row, "done"));
    const id = newResendId(began);
    const old = (await this.resends()).filter(({ state }) => state !== "running").slice(maxOver);
    await this.#database.transaction(async (statements) => {
      await statements.query("delete from hapana.resends where id = any($1)", [old.map((each) => each.id)]);
      await putResend(statements, id, row);
    });
    return asResend(id, row);
  }

  resendNext(id: string, max: number): Promise<Resend | undefined> {
    return this.#inTurn(async (statements) => {
      const row = await readResend(statements, id);
      if (row?.state !== "running") return { result: row && asResend(id, row), slots: [] };
      const { events, at } = await this.#next(row, max);
      const looked = row.looked + events.length;
      const { count, slots } = await this.#send(statements, events, { ...row, state: row.query.state });
      const noted = { ...row, at, looked, total: Math.max(row.total, looked), sent: row.sent + count };
      const next = at >= row.end ? over(noted, "done") : noted;
      await putResend(statements, id, next);
      return { result: asResend(id, next), slots };
    });
  }

  /** The next events of a resend, and where to continue. */
  async #next({ query, at: first, end }: ResendRow, max: number): Promise<{ events: ToSend[]; at: number }> {
    const events: ToSend[] = [];
    const deadline = performance.now() + patience;
    for await (const part of this.#scan.scan(query, { first, last: end - 1, reverse: false })) {
      const room = max - events.length;
      events.push(...part.events.slice(0, room));
      const isFull = part.events.length > room;
      if (isFull) return { events, at: (events.at(-1) as ToSend).event.sequence + 1 };
      if (events.length >= max || performance.now() >= deadline) return { events, at: part.reached + 1 };
    }
    return { events, at: end };
  }

  cancel(id: string): Promise<Resend | undefined> {
    return this.#inTurn(async (statements) => {
      const row = await readResend(statements, id);
      if (row?.state !== "running") return { result: row && asResend(id, row), slots: [] };
      const cancelled = over(row, "cancelled");
      await putResend(statements, id, cancelled);
      return { result: asResend(id, cancelled), slots: [] };
    });
  }

  /** A resend to another process's listener is reported and continued by that process. */
  async resends(): Promise<Resend[]> {
    const rows = await this.#database.query<{ id: string; document: string }>(
      "select id, document from hapana.resends order by id desc",
    );
    return rows.flatMap(({ id, document }) => {
      const row = parseResend(document);
      const isHere = row?.instance === undefined || row.instance === this.#instance;
      return row && isHere ? [asResend(id, row)] : [];
    });
  }

  /** One at a time, across processes: of two at once, neither would see that the other resends the same event. */
  #inTurn<Result>(
    act: (statements: Statements) => Promise<{ result: Result; slots: Iterable<Slot> }>,
  ): Promise<Result> {
    return this.#turns.run(async () => {
      await this.#subscribers.refresh();
      const { result, slots } = await this.#database.transaction(async (statements) => {
        await statements.query("select pg_advisory_xact_lock($1)", [locks.sendingAgain]);
        return act(statements);
      });
      this.#wakes.wake(slots);
      return result;
    });
  }

  async #send(
    statements: Statements,
    events: readonly ToSend[],
    wanted: WantedThere,
  ): Promise<{ count: number; slots: Set<Slot> }> {
    const rows = grouped(
      await deliveriesOf(
        statements,
        events.map(({ event }) => event.sequence),
      ),
    );
    // A removed event has nothing left to send.
    const kept = events.filter(({ event }) => !event.removed);
    const again = kept.map((each) => this.#again(each, rows.get(each.event.sequence) ?? [], wanted));
    const all = again.flat();
    const sent = again.filter(({ length }) => length > 0);
    await statements.query(
      `insert into hapana.deliveries as d (sequence, slot, state, attempt)
        select sequence, slot, 'waiting', attempt
        from unnest($1::bigint[], $2::integer[], $3::integer[]) as v (sequence, slot, attempt)
        on conflict (sequence, slot) do update set state = 'waiting', attempt = excluded.attempt, failures = 0, crashes = 0,
          blame = 0, survivals = 0, cut_from = null, due = null, at = null, milliseconds = null, error = null, error_node = null,
          era = null`,
      [all.map(({ sequence }) => sequence), all.map(({ slot }) => slot.slot), all.map(({ attempt }) => attempt)],
    );
    // No longer unclaimed.
    await statements.query(
      `delete from hapana.deliveries d using hapana.slots s
        where d.sequence = any($1) and s.slot = d.slot and s.is_nobody`,
      [sent.map(([first]) => first?.sequence)],
    );
    return { count: sent.length, slots: new Set(all.map(({ slot }) => slot)) };
  }

  #again({ event, endpoint }: ToSend, rows: readonly DeliveryRow[], wanted: WantedThere): Again[] {
    const { sequence } = event;
    const open = new Set<number>();
    const had = new Map<Slot, Recipient>();
    for (const row of rows) {
      const slot = this.#subscribers.everybody.slots.get(row.slot);
      if (openStates.includes(row.state)) open.add(row.slot);
      else if (slot && !slot.facts.isNobody) had.set(slot, toRecipient(row, slot.facts.id));
    }
    const again = recipientsAgain(this.#subscribers.slotsAt(endpoint), event, had, wanted).filter(
      (slot) => !open.has(slot.slot) && (wanted.instance === undefined || this.#subscribers.isHere(slot)),
    );
    const highest = Math.max(1, ...Array.from(had.values(), ({ attempts }) => attempts));
    return again.map((slot) => ({ sequence, slot, attempt: Math.max(1, had.get(slot)?.attempts ?? highest) }));
  }
}

async function readResend(statements: Statements, id: string): Promise<ResendRow | undefined> {
  const [row] = await statements.query<{ document: string }>("select document from hapana.resends where id = $1", [id]);
  return row && parseResend(row.document);
}

async function putResend(statements: Statements, id: string, row: ResendRow): Promise<void> {
  await statements.query(
    `insert into hapana.resends (id, document) values ($1, $2) on conflict (id) do update set document = excluded.document`,
    [id, JSON.stringify(row)],
  );
}

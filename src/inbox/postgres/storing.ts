import type { ReceivedDelivery, ReceivedEvent } from "../../receiver/receive";
import { fromRow, hasBody, toRow } from "../event-row";
import type { Claim, Reserve, StoredDelivery, StoredResult } from "../inbox";
import { deliveryName, signedName } from "../names";
import {
  clientFingerprint,
  isReplay,
  isSameForCertain,
  namesOf,
  newNamesOf,
  repetitionMilliseconds,
} from "../recognising";
import { ReplayedError } from "../replayed-error";
import { recipientsAmong } from "../routing";
import { eventIdOf, type StoredEvent, toStoredEvent, wholeIdOf } from "../stored-event";
import { Batching } from "./batching";
import type { Database, Statements } from "./database";
import { withoutNul } from "./deliveries";
import type { Held } from "./holding";
import { numberOf } from "./instances";
import { isAlive, type Owner } from "./owner";
import { locks } from "./schema";
import type { Slot, Subscribers } from "./subscribers";
import { addTallies, Tallies } from "./tallies";

/** Enough that many at once cost little each, few enough that the first does not wait for long. */
const deliveriesAtOnce = 200;

/** Who is there has changed since this process last read it; nothing is stored until it has read it again. */
const subscribersChanged = new Error("Who is there has changed.");

/** A delivery that is to be stored. */
interface Arriving {
  readonly endpoint: string;
  readonly delivery: ReceivedDelivery;
  /** Its name by what was signed of it. */
  readonly signed: string | undefined;
  readonly events: readonly ArrivingEvent[];
}

interface ArrivingEvent {
  readonly received: ReceivedEvent;
  /** What it is known by. */
  readonly names: readonly string[];
  /** The fingerprint of its kind and client. */
  readonly client: string | undefined;
  /** Who has a place for it. */
  readonly reserved: ReadonlySet<string>;
}

/** An event that is known. */
interface KnownEvent {
  readonly sequence: number;
  readonly deliveryId: string;
  /** It was stored by an earlier try that has had no answer: it has not come again. */
  readonly isOwn?: boolean;
}

type Named = KnownEvent & Readonly<Pick<StoredEvent, "event" | "test">>;

interface Latest extends KnownEvent {
  readonly at: number;
  readonly hasOwnId: boolean;
  readonly document: string;
}

/** What was known before a batch came. */
interface Before {
  readonly named: ReadonlyMap<string, Named>;
  readonly latest: ReadonlyMap<string, Latest>;
}

/** An event that is being stored, and who gets it. */
interface Arrival {
  readonly event: StoredEvent;
  readonly document: string;
  readonly at: number;
  readonly client: string | undefined;
  readonly recipients: readonly Slot[];
  /** Those of them that get it at once. */
  readonly claiming: readonly Slot[];
  readonly nobody: Slot | undefined;
}

/** What a delivery comes to, before it is written. */
interface Decided {
  readonly endpoint: string;
  readonly deliveryId: string;
  readonly events: readonly (Arrival | KnownEvent)[];
}

/** What changes besides, by name and client. */
interface Changes {
  /** Names that stand for an event that came before. */
  readonly aliases: Map<string, number>;
  /** Names that were taken, but are not to be known. */
  readonly unnamed: Set<string>;
}

/** Who is told what is there to be claimed. */
export type Announce = (slots: ReadonlySet<Slot>) => void;

/** Stores deliveries, many in one step: the first of an event's way, and the only one that somebody waits for. */
export class Storing {
  readonly #database: Database;
  readonly #owner: Owner;
  readonly #subscribers: Subscribers;
  readonly #inbox: string;
  readonly #announce: Announce;
  readonly #batching: Batching<Arriving, StoredDelivery>;
  /** Who is there is being said. */
  changing: Promise<unknown> = Promise.resolve();

  /**
   * @param inbox the id of the inbox
   * @param announce told of what waits
   */
  constructor(database: Database, owner: Owner, subscribers: Subscribers, inbox: string, announce: Announce) {
    this.#database = database;
    this.#owner = owner;
    this.#subscribers = subscribers;
    this.#inbox = inbox;
    this.#announce = announce;
    this.#batching = new Batching(deliveriesAtOnce, (batch) => this.#store(batch));
  }

  store(endpoint: string, delivery: ReceivedDelivery, reserve: Reserve): Promise<StoredDelivery> {
    const signed = signedName(endpoint, delivery);
    const slots = this.#subscribers.slotsAt(endpoint);
    const events = delivery.events.map((received) => ({
      received,
      ...keysOf(endpoint, delivery, received, signed),
      reserved: this.#reserve(slots, received, reserve),
    }));
    const keys = events.flatMap(({ names, client }) => [
      ...names,
      ...(client === undefined ? [] : [`client ${client}`]),
    ]);
    return this.#batching.add({ endpoint, delivery, signed, events }, keys);
  }

  #reserve(slots: readonly Slot[], received: ReceivedEvent, reserve: Reserve): ReadonlySet<string> {
    const { recipients } = recipientsAmong(slots, received, this.#subscribers.areFlowsStopped);
    const here = recipients.filter((slot) => this.#subscribers.isHere(slot));
    return new Set(here.map(({ facts }) => facts.id).filter((id) => reserve(id)));
  }

  async #store(batch: readonly Arriving[]): Promise<(StoredDelivery | Error)[]> {
    await this.changing;
    const decided = await this.#owner.holding.take((step) => this.#storeAsOfNow(batch, step), heldOf);
    return decided.map((each) => this.#answer(each));
  }

  async #storeAsOfNow(batch: readonly Arriving[], step: number): Promise<(Decided | Error)[]> {
    await this.#addNobodies(batch);
    for (;;) {
      try {
        return await this.#database.transaction((statements) => this.#storeWith(statements, batch, step));
      } catch (error) {
        if (error !== subscribersChanged) throw error;
        await this.#subscribers.refresh();
        await this.#addNobodies(batch);
      }
    }
  }

  async #addNobodies(batch: readonly Arriving[]): Promise<void> {
    const missing = new Set(batch.map(({ endpoint }) => endpoint).filter((each) => !this.#subscribers.nobodyAt(each)));
    if (missing.size > 0) await this.#subscribers.addNobodies([...missing]);
  }

  async #storeWith(statements: Statements, batch: readonly Arriving[], step: number): Promise<(Decided | Error)[]> {
    const events = batch.flatMap((arriving) => arriving.events);
    // Before anything is read: who changes who is there waits for this, or this for that.
    const [{ places } = { places: [] }] = await statements.query<{ places: number[] }>(
      `select pg_advisory_xact_lock_shared($1), array(select nextval('hapana.places')::float8 from generate_series(1, $2)) as places`,
      [locks.subscribers, events.length],
    );
    const sequences = new Map(events.map((event, index) => [event, places[index] as number]));
    const before = await takeNames(statements, sequences, this.#owner.id);
    // Whoever is storing one of them has ended by now, because its names are taken.
    const earlier = await readEarlierTries(statements, batch);
    if (before.version !== this.#subscribers.everybody.version) throw subscribersChanged;
    const changes: Changes = { aliases: new Map(), unnamed: new Set() };
    const decided = batch.map((arriving) => this.#decide(arriving, sequences, before, earlier, changes));
    await this.#write(statements, decided, changes, before, step);
    return decided;
  }

  #decide(
    { endpoint, delivery, signed, events }: Arriving,
    sequences: ReadonlyMap<ArrivingEvent, number>,
    before: Taken,
    earlier: ReadonlyMap<string, KnownEvent>,
    { aliases, unnamed }: Changes,
  ): Decided | Error {
    const replayed = signed === undefined ? undefined : before.named.get(signed);
    if (replayed && isReplay(delivery, replayed)) {
      for (const { names } of events) for (const name of names) if (!before.named.has(name)) unnamed.add(name);
      return new ReplayedError();
    }
    const isKnown = (name: string) => before.named.has(name);
    const given = new Set<string>();
    const become: (Arrival | KnownEvent)[] = [];
    for (const event of events) {
      const { names, client, received } = event;
      const named = names.map((name) => before.named.get(name)).find((each) => each !== undefined);
      const repeated = named ? undefined : repetitionOf(delivery, received, before.latest.get(client ?? ""));
      const ownId = eventIdOf(delivery, delivery.deliveryId, become.length);
      const own = earlier.get(ownId);
      const original = named ?? own ?? repeated;
      if (original && (named || own || isSameForCertain(received))) {
        const { sequence, deliveryId } = original;
        become.push({ sequence, deliveryId, isOwn: delivery.mayBeStored === true && deliveryId === ownId });
        const isNewName = new Set(newNamesOf(names, isKnown));
        for (const name of names.filter((each) => !isKnown(each)))
          if (isNewName.has(name)) aliases.set(name, original.sequence);
          else unnamed.add(name);
        continue;
      }
      const newNames = names.filter((name) => !given.has(name));
      for (const name of newNames) given.add(name);
      const facts = { endpoint, names: newNames, client, ...delivery, at: Date.parse(delivery.receivedAt) };
      const stored = toStoredEvent(
        delivery,
        delivery.deliveryId,
        received,
        become.length,
        sequences.get(event) as number,
      );
      if (original) stored.possibleDuplicate = original.deliveryId;
      become.push({
        ...{ event: stored, document: toRow(stored, facts, received), at: facts.at, client },
        ...this.#route(endpoint, event, before.isAlive),
      });
    }
    return { endpoint, deliveryId: answeredId(delivery, become), events: become };
  }

  #route(
    endpoint: string,
    { received, reserved }: ArrivingEvent,
    mayHold: boolean,
  ): Pick<Arrival, "recipients" | "claiming" | "nobody"> {
    const slots = this.#subscribers.slotsAt(endpoint);
    const { recipients, isUnclaimed } = recipientsAmong(slots, received, this.#subscribers.areFlowsStopped);
    return {
      recipients,
      claiming: recipients.filter((slot) => mayHold && reserved.has(slot.facts.id) && this.#subscribers.isHere(slot)),
      nobody: isUnclaimed ? this.#subscribers.nobodyAt(endpoint) : undefined,
    };
  }

  async #write(
    statements: Statements,
    all: readonly (Decided | Error)[],
    { aliases, unnamed }: Changes,
    { fresh }: Taken,
    step: number,
  ): Promise<void> {
    const decided = all.filter((each): each is Decided => !(each instanceof Error));
    const tallies = new Tallies();
    const arrivals: (Arrival & { endpoint: string })[] = [];
    const repeats = new Map<number, number>();
    for (const { endpoint, events } of decided) {
      const tally = tallies.of(endpoint);
      for (const each of events) {
        if (!("event" in each)) {
          if (each.isOwn) continue;
          tally.duplicates += 1;
          repeats.set(each.sequence, (repeats.get(each.sequence) ?? 0) + 1);
          continue;
        }
        const { event, claiming } = each;
        arrivals.push({ ...each, endpoint });
        const last = { event: event.event, test: event.test, at: Date.parse(event.receivedAt) };
        tally.received += 1;
        tally.last = last;
        for (const { slot, facts } of claiming) {
          tallies.countSent(facts.endpoint, slot, event.test, 1);
          tallies.of(facts.endpoint, slot).last = last;
        }
      }
    }
    const given = arrivals.flatMap(({ event, recipients, claiming, nobody }) =>
      [...recipients, ...(nobody ? [nobody] : [])].map((slot) => ({
        ...{ sequence: event.sequence, slot: slot.slot, isHeld: claiming.includes(slot) },
      })),
    );
    const latest = new Map(
      arrivals.flatMap(({ client, event }) => (client === undefined ? [] : [[client, event.sequence]])),
    );
    // Of events that are not stored after all.
    const unknown = [...fresh].filter((client) => !latest.has(client));
    await statements.query(storeEvents, [
      ...[arrivals.map(({ event }) => event.sequence), arrivals.map(({ endpoint }) => endpoint)],
      ...[arrivals.map(({ at }) => at), arrivals.map(({ event }) => event.event)],
      ...[arrivals.map(({ event }) => (event.siteID === undefined ? null : withoutNul(event.siteID)))],
      ...[arrivals.map(({ event }) => event.deliveryId), arrivals.map(({ event }) => event.test)],
      ...[arrivals.map(({ client }) => client), arrivals.map(({ document }) => document)],
      ...[given.map(({ sequence }) => sequence), given.map(({ slot }) => slot), given.map(({ isHeld }) => isHeld)],
      ...[this.#owner.id, step],
      ...[[...latest.keys()], [...latest.values()], unknown],
      ...[[...aliases.keys()], [...aliases.values()], [...unnamed]],
      ...[[...repeats.keys()], [...repeats.values()]],
      ...tallies.values(this.#owner.id),
    ]);
  }

  #answer(decided: Decided | Error): StoredDelivery | Error {
    if (decided instanceof Error) return decided;
    const waiting = new Set<Slot>();
    const events = decided.events.map((each): StoredResult => {
      if (!("event" in each)) return { event: undefined, recipients: 0, isUnclaimed: false, claims: [] };
      const { event, recipients, claiming, nobody } = each;
      for (const slot of recipients) if (!claiming.includes(slot)) waiting.add(slot);
      if (nobody) waiting.add(nobody);
      const claims = claiming.map(
        ({ facts }): Claim => ({ subscriber: facts.id, inbox: this.#inbox, event, attempt: 1, failures: 0 }),
      );
      const takers = recipients.filter(({ facts }) => !facts.isListener).length;
      return { event, recipients: takers, isUnclaimed: nobody !== undefined, claims };
    });
    this.#announce(waiting);
    return { deliveryId: decided.deliveryId, events };
  }
}

/** What an event is known by: whoever stores the same event at the same time has one of them in common with it. */
function keysOf(
  endpoint: string,
  delivery: ReceivedDelivery,
  received: ReceivedEvent,
  signed: string | undefined,
): Pick<ArrivingEvent, "names" | "client"> {
  const names = namesOf(endpoint, delivery, received, signed);
  const client = clientFingerprint(endpoint, delivery, received);
  if (names.length > 0 || client !== undefined) return { names, client };
  return { names: [deliveryName(endpoint, delivery.deliveryId, { ...received, test: delivery.test })], client };
}

/** What goes into flows as it is stored. */
function heldOf(all: readonly (Decided | Error)[]): Held[] {
  const decided = all.filter((each): each is Decided => !(each instanceof Error));
  const arrivals = decided.flatMap(({ events }) => events.filter((each): each is Arrival => "event" in each));
  return arrivals.flatMap(({ event: { sequence }, claiming }) =>
    claiming.map(({ slot }) => ({ sequence, slot, attempt: 1 })),
  );
}

/** By which a delivery can be looked up: where it has brought nothing new, by the id of what came before. */
function answeredId(delivery: ReceivedDelivery, become: readonly (Arrival | KnownEvent)[]): string {
  const [first, ...others] = become;
  if (!first || "event" in first || become.some((each) => "event" in each)) return delivery.deliveryId;
  return others.length > 0 ? wholeIdOf(first.deliveryId) : first.deliveryId;
}

/** The latest event of the client, if it says the same, and Hapana did not give both an id of their own. */
function repetitionOf(
  delivery: ReceivedDelivery,
  received: ReceivedEvent,
  latest: Latest | undefined,
): KnownEvent | undefined {
  if (!latest || (latest.hasOwnId && delivery.hasOwnId)) return undefined;
  if (!(Math.abs(Date.parse(delivery.receivedAt) - latest.at) <= repetitionMilliseconds)) return undefined;
  return hasBody(latest.document, latest.sequence, received) ? latest : undefined;
}

/** What was known before, and what this batch has taken. */
interface Taken extends Before {
  readonly version: number;
  /** Whether this process may take events in hand: not where it was not heard of for too long. */
  readonly isAlive: boolean;
  /** Clients that have no earlier event. */
  readonly fresh: ReadonlySet<string>;
}

/**
 * Takes the names and clients of a batch for it, so that nobody else stores the same meanwhile: in order, so that no two wait for
 * each other; and reads what is known of those that were taken before.
 */
async function takeNames(
  statements: Statements,
  sequences: ReadonlyMap<ArrivingEvent, number>,
  owner: string,
): Promise<Taken> {
  const names = new Map<string, number>();
  const clients = new Map<string, number>();
  for (const [event, sequence] of sequences) {
    for (const name of event.names) if (!names.has(name)) names.set(name, sequence);
    if (event.client !== undefined) clients.set(event.client, sequence);
  }
  const [taken] = await statements.query<{
    names: string[] | null;
    clients: string[] | null;
    version: number;
    is_alive: boolean;
  }>(
    `with names as (${takeInOrder("names", "name", 1)}),
      clients as (${takeInOrder("latest", "client", 3, "(select count(*) from names) >= 0")})
      select (select array_agg(name) from names) as names, (select array_agg(client) from clients) as clients,
        (select subscribers from hapana.store) as version, ${isAlive("$5")} as is_alive`,
    [...inOrder(names), ...inOrder(clients), owner],
  );
  const fresh = new Set(taken?.clients);
  const known = withoutThose(names, new Set(taken?.names));
  const earlier = withoutThose(clients, fresh);
  return {
    version: taken?.version ?? 0,
    isAlive: taken?.is_alive === true,
    fresh,
    named: known.length === 0 ? new Map() : await readNamed(statements, known),
    latest: earlier.length === 0 ? new Map() : await readLatest(statements, earlier),
  };
}

function takeInOrder(table: string, column: string, first: number, condition = "true"): string {
  return `insert into hapana.${table} (${column}, sequence)
    select * from unnest($${first}::text[], $${first + 1}::bigint[]) as v (${column}, sequence) where ${condition}
    on conflict (${column}) do nothing returning ${column}`;
}

function inOrder(places: ReadonlyMap<string, number>): [keys: string[], places: number[]] {
  const sorted = [...places].sort(([one], [other]) => (one < other ? -1 : 1));
  return [sorted.map(([key]) => key), sorted.map(([, place]) => place)];
}

function withoutThose(all: ReadonlyMap<string, unknown>, those: ReadonlySet<string>): string[] {
  return [...all.keys()].filter((key) => !those.has(key)).sort();
}

async function readNamed(statements: Statements, names: readonly string[]): Promise<Map<string, Named>> {
  const rows = await statements.query<{
    name: string;
    sequence: number;
    delivery_id: string;
    event: StoredEvent["event"];
    test: boolean;
  }>(
    `select n.name, n.sequence, e.delivery_id, e.event, e.test
      from hapana.names n join hapana.events e using (sequence) where n.name = any($1)`,
    [names],
  );
  return new Map(
    rows.map(({ name, sequence, delivery_id, event, test }) => [
      name,
      { sequence, deliveryId: delivery_id, event, test },
    ]),
  );
}

/** What earlier tries have stored of what nobody but us has given an id: by the events' ids. */
async function readEarlierTries(
  statements: Statements,
  batch: readonly Arriving[],
): Promise<ReadonlyMap<string, KnownEvent>> {
  const tried = batch.filter(({ delivery }) => delivery.mayBeStored && !delivery.hasOwnId);
  if (tried.length === 0) return new Map();
  const ids = tried.flatMap(({ delivery }) =>
    delivery.events.map((_, index) => eventIdOf(delivery, delivery.deliveryId, index)),
  );
  const rows = await statements.query<{ sequence: number; delivery_id: string }>(
    "select sequence, delivery_id from hapana.events where delivery_id = any($1)",
    [ids],
  );
  return new Map(rows.map(({ sequence, delivery_id: deliveryId }) => [deliveryId, { sequence, deliveryId }]));
}

/** Whoever stores an event of one of these clients at the same time waits for the end of this transaction. */
async function readLatest(statements: Statements, clients: readonly string[]): Promise<Map<string, Latest>> {
  const rows = await statements.query<{ client: string; sequence: number; document: string | null }>(
    `select l.client, l.sequence, e.document
      from (select client, sequence from hapana.latest where client = any($1) order by client for update) l
      left join hapana.events e using (sequence)`,
    [clients],
  );
  const latest = new Map<string, Latest>();
  for (const { client, sequence, document } of rows) {
    const read = document === null ? undefined : fromRow(document, sequence);
    if (!read || document === null) continue;
    const { at, hasOwnId } = read.facts;
    latest.set(client, { sequence, deliveryId: read.event.deliveryId, at, hasOwnId, document });
  }
  return latest;
}

const storeEvents = `
  with stored as (
    insert into hapana.events (sequence, endpoint, at, event, site, delivery_id, test, client, document)
      select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::boolean[],
        $8::text[], $9::text[])
  ), given as (
    insert into hapana.deliveries (sequence, slot, state, owner, step, attempt, instance)
      select sequence, slot, case when is_held then 'inFlow' else 'waiting' end, case when is_held then $13::text end,
        case when is_held then $14::integer end, is_held::integer, case when is_held then ${numberOf("$13")} end
      from unnest($10::bigint[], $11::integer[], $12::boolean[]) as v (sequence, slot, is_held)
  ), latest as (
    update hapana.latest l set sequence = v.sequence
      from unnest($15::text[], $16::bigint[]) as v (client, sequence)
      where l.client = v.client and l.sequence <> v.sequence
  ), unknown as (
    delete from hapana.latest where client = any($17::text[])
  ), aliased as (
    update hapana.names n set sequence = v.sequence
      from unnest($18::text[], $19::bigint[]) as v (name, sequence) where n.name = v.name
  ), unnamed as (
    delete from hapana.names where name = any($20::text[])
  ), repeated as (
    insert into hapana.repeats as r (sequence, count)
      select * from unnest($21::bigint[], $22::integer[]) as v (sequence, count) order by sequence
      on conflict (sequence) do update set count = r.count + excluded.count
  )
  ${addTallies(23)}`;

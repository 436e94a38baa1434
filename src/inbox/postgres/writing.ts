import type { StoredEvent } from "../stored-event";
import type { Statements } from "./database";
import { withoutNul } from "./deliveries";
import { listOf } from "./lists";
import { arrivalTypes, wantedTypes } from "./store-new";
import type { Slot } from "./subscribers";
import { type ClientsEvent, columnsOfClients, type Wanted, wantedValues } from "./taking";
import { Tallies } from "./tallies";

/** A known event. */
export interface KnownEvent {
  readonly sequence: number;
  readonly deliveryId: string;
  /** An earlier attempt that got no answer stored it: it is not a duplicate. */
  readonly isOwn?: boolean;
}

/** An event being stored, and its recipients. */
export interface Arrival {
  readonly event: StoredEvent;
  readonly document: string;
  readonly at: number;
  readonly hasOwnId: boolean;
  readonly client: string | undefined;
  readonly recipients: readonly Slot[];
  /** Those that get it at once. */
  readonly claiming: readonly Slot[];
  readonly nobody: Slot | undefined;
}

/** A delivery's outcome, before it is written. */
export interface Decided {
  readonly endpoint: string;
  readonly deliveryId: string;
  readonly events: readonly (Arrival | KnownEvent)[];
}

/** Other changes. */
export interface Changes {
  /** Names that refer to an earlier event. */
  readonly aliases: ReadonlyMap<string, number>;
  /** Names that were taken, but must not be kept. */
  readonly unnamed: ReadonlySet<string>;
  /** Clients whose latest event is already written. */
  readonly clients: ReadonlySet<string>;
}

/** The writing owner, its step and its lane. */
export interface Writer {
  readonly owner: string;
  readonly step: number;
  readonly lane: number;
}

/**
 * Takes names and clients, and writes the events, atomically; if any of them was already known, or another
 * assumption is wrong, nothing happens.
 * @param wanted by the events' numbers, from 1, in place of their sequences
 * @param version of the subscribers used for routing
 * @returns the sequences that the events were given; `undefined` if nothing is written
 */
export async function writeNew(
  statements: Statements,
  decided: readonly Decided[],
  wanted: Wanted,
  version: number,
  writer: Writer,
): Promise<readonly number[] | undefined> {
  const values = [...arrivalValues(arrivalsOf(decided), decided, writer), ...wantedValues(wanted), version];
  const [row] = await statements.query<{ places: number[] | null }>(callStoreNew, values);
  return row?.places ?? undefined;
}

/** Writes events whose names and clients are taken. */
export async function write(
  statements: Statements,
  decided: readonly Decided[],
  { aliases, unnamed, clients }: Changes,
  writer: Writer,
): Promise<void> {
  const all = decided.flatMap(({ events }) => events);
  const latest = new Map<string, ClientsEvent>();
  const repeats = new Map<number, number>();
  for (const each of all) {
    if (!("event" in each)) {
      if (!each.isOwn) repeats.set(each.sequence, (repeats.get(each.sequence) ?? 0) + 1);
    } else if (each.client !== undefined && !clients.has(each.client))
      latest.set(each.client, { sequence: each.event.sequence, at: each.at, hasOwnId: each.hasOwnId });
  }
  const arrivals = arrivalsOf(decided);
  await statements.query(store, [
    ...[...arrivalValues(arrivals, decided, writer), listOf(arrivals, ({ event }) => event.sequence)],
    ...columnsOfClients(latest),
    ...[[...aliases.keys()], [...aliases.values()], [...unnamed]],
    ...[[...repeats.keys()], [...repeats.values()]],
  ]);
}

/** A character that no JSON contains: a list of texts costs the driver and the database more than one text. */
const separator = "\x1e";

type Arriving = Arrival & Pick<Decided, "endpoint">;

function arrivalsOf(decided: readonly Decided[]): Arriving[] {
  return decided.flatMap(({ endpoint, events }) =>
    events.filter((each): each is Arrival => "event" in each).map((each) => ({ ...each, endpoint })),
  );
}

function arrivalValues(arrivals: readonly Arriving[], decided: readonly Decided[], writer: Writer): unknown[] {
  const given = arrivals.flatMap(({ recipients, claiming, nobody }, index) =>
    [...recipients, ...(nobody ? [nobody] : [])].map((slot) => ({
      ...{ number: index + 1, slot: slot.slot, isHeld: claiming.includes(slot) },
    })),
  );
  return [
    ...[arrivals.map(({ endpoint }) => endpoint), listOf(arrivals, ({ at }) => at)],
    arrivals.map(({ event }) => event.event),
    arrivals.map(({ event }) => (event.siteID === undefined ? null : withoutNul(event.siteID))),
    ...[arrivals.map(({ event }) => event.deliveryId), listOf(arrivals, ({ event }) => event.test)],
    ...[arrivals.map(({ client }) => client), arrivals.map(({ document }) => document).join(separator)],
    ...[listOf(given, ({ number }) => number), listOf(given, ({ slot }) => slot)],
    ...[listOf(given, ({ isHeld }) => isHeld), writer.owner, writer.step],
    ...talliesOf(arrivals, decided).values(writer.owner, writer.lane),
  ];
}

function talliesOf(arrivals: readonly Arriving[], decided: readonly Decided[]): Tallies {
  const tallies = new Tallies();
  for (const { endpoint, events } of decided)
    for (const each of events) if (!("event" in each || each.isOwn)) tallies.of(endpoint).duplicates += 1;
  for (const { endpoint, event, at, claiming } of arrivals) {
    const tally = tallies.of(endpoint);
    tally.received += 1;
    tally.last = { event: event.event, test: event.test, at };
    for (const { slot, facts } of claiming) {
      tallies.countSent(facts.endpoint, slot, event.test, 1);
      tallies.of(facts.endpoint, slot).last = tally.last;
    }
  }
  return tallies;
}

const store = `
  with arrived as (select hapana.store_arrivals(${placeholders(1, arrivalTypes.length + 1)})), latest as (
    update hapana.latest l set sequence = v.sequence, at = v.at, has_own_id = v.has_own_id
      from unnest($26::text[], $27::bigint[], $28::bigint[], $29::boolean[]) as v (client, sequence, at, has_own_id)
      where l.client = v.client
  ), aliased as (
    update hapana.names n set sequence = v.sequence
      from unnest($30::text[], $31::bigint[]) as v (name, sequence) where n.name = v.name
  ), unnamed as (
    delete from hapana.names where name = any($32::text[])
  ), repeated as (
    insert into hapana.repeats as r (sequence, count)
      select * from unnest($33::bigint[], $34::integer[]) as v (sequence, count) order by sequence
      on conflict (sequence) do update set count = r.count + excluded.count
  )
  select from arrived`;

const callStoreNew = `select to_json(hapana.store_new(${placeholders(1, arrivalTypes.length + wantedTypes.length + 1)})) as places`;

function placeholders(first: number, count: number): string {
  return Array.from({ length: count }, (_, index) => `$${first + index}`).join(", ");
}

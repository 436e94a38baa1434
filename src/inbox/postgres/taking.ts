import { deliveryName, type NamedKind } from "../names";
import { repetitionMilliseconds } from "../recognising";
import type { StoredEvent } from "../stored-event";
import type { Statements } from "./database";
import { fromDocument } from "./documents";

/** A client's event without its document. */
export interface ClientsEvent {
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly hasOwnId: boolean;
}

/** Names of events, and clients whose latest they become. */
export interface Wanted {
  /** The event that each name identifies. */
  readonly names: ReadonlyMap<string, number>;
  /** By client. */
  readonly clients: ReadonlyMap<string, ClientsEvent>;
}

/** An event identified by a name. */
export type Named = Readonly<Pick<StoredEvent, "sequence" | "deliveryId" | "event" | "test">>;

/** A client's latest event, which another may repeat. */
export interface Latest extends ClientsEvent {
  readonly deliveryId: string;
  readonly document: string;
}

/** Names and clients, as columns. */
export function wantedValues({ names, clients }: Wanted): unknown[][] {
  return [...columnsOfNames(names), ...columnsOfClients(clients)];
}

function columnsOfNames(names: Wanted["names"]): unknown[][] {
  const sorted = inOrder(names);
  return [sorted.map(([name]) => name), sorted.map(([, sequence]) => sequence)];
}

/** Clients and their events, as columns. */
export function columnsOfClients(clients: Wanted["clients"]): unknown[][] {
  const sorted = inOrder(clients);
  return [
    ...[sorted.map(([client]) => client), sorted.map(([, { sequence }]) => sequence)],
    ...[sorted.map(([, { at }]) => at), sorted.map(([, { hasOwnId }]) => hasOwnId)],
  ];
}

/** To prevent deadlocks. */
function inOrder<Value>(all: ReadonlyMap<string, Value>): [string, Value][] {
  return [...all].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** Takes names, so that nobody else can store the same event. @returns the new ones */
export async function takeNames(statements: Statements, names: Wanted["names"]): Promise<Set<string>> {
  if (names.size === 0) return new Set();
  const rows = await statements.query<{ name: string }>(
    `insert into hapana.names (name, sequence) select * from unnest($1::text[], $2::bigint[])
      on conflict (name) do nothing returning name`,
    columnsOfNames(names),
  );
  return new Set(rows.map(({ name }) => name));
}

/** Takes clients, like {@link takeClients}. @returns those that were taken, with these events as their latest */
export async function takeClientsAlone(statements: Statements, clients: Wanted["clients"]): Promise<Set<string>> {
  if (clients.size === 0) return new Set();
  const rows = await statements.query<{ client: string }>(
    takeClients("select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::boolean[])"),
    columnsOfClients(clients),
  );
  return new Set(rows.map(({ client }) => client));
}

/**
 * A statement that takes clients: another transaction that stores an event of one of them waits until this one ends.
 * It makes the events their latest, and returns them, unless the previous one may be the same.
 * @param theirs selects each client, and of its event the sequence, the time, and whether it has an id of its own
 */
export function takeClients(theirs: string): string {
  return `insert into hapana.latest as l (client, sequence, at, has_own_id) ${theirs}
    on conflict (client) do update
      set sequence = excluded.sequence, at = excluded.at, has_own_id = excluded.has_own_id
      where abs(l.at - excluded.at) > ${repetitionMilliseconds} or (l.has_own_id and excluded.has_own_id)
    returning client`;
}

/** The events of names that were already taken. */
export async function readNamed(statements: Statements, names: readonly string[]): Promise<Map<string, Named>> {
  if (names.length === 0) return new Map();
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

/** What earlier attempts stored under these event ids: by the names of those ids. */
export async function readEarlierTries(
  statements: Statements,
  ids: readonly string[],
): Promise<Map<string, Pick<Named, "sequence" | "deliveryId">>> {
  if (ids.length === 0) return new Map();
  const rows = await statements.query<NamedKind & { sequence: number; delivery_id: string; endpoint: string }>(
    "select sequence, delivery_id, endpoint, event, test from hapana.events where delivery_id = any($1)",
    [ids],
  );
  return new Map(
    rows.map(({ sequence, delivery_id: deliveryId, endpoint, ...kind }) => [
      deliveryName(endpoint, deliveryId, kind),
      { sequence, deliveryId },
    ]),
  );
}

/** The latest events of taken clients. */
export async function readLatest(statements: Statements, clients: readonly string[]): Promise<Map<string, Latest>> {
  const latest = new Map<string, Latest>();
  if (clients.length === 0) return latest;
  const rows = await statements.query<{ client: string; sequence: number; document: string }>(
    `select l.client, l.sequence, e.document
      from hapana.latest l join hapana.events e using (sequence) where l.client = any($1)`,
    [clients],
  );
  for (const { client, sequence, document } of rows) {
    const read = fromDocument(document, sequence);
    if (!read) continue;
    const { at, hasOwnId } = read.facts;
    latest.set(client, { sequence, deliveryId: read.event.deliveryId, at, hasOwnId, document });
  }
  return latest;
}

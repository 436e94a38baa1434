import { randomUUID } from "node:crypto";
import { StoreError } from "../store-error";
import { takeNextFunction } from "./claiming";
import type { Database, Statements } from "./database";
import { locks } from "./locks";
import { hasMovedFunction } from "./places";
import { settleFunction } from "./settlements";
import { functions } from "./store-new";

/**
 * The migrations of the tables, in order. A published one is never changed: a new one is added. Node-REDs with the
 * previous version keep using the migrated tables, so a migration only adds.
 *
 * There are no foreign keys: each would be checked with every event.
 */
const steps: readonly string[] = [
  `
  create table hapana.store (
    id text not null,
    -- how many turns of suspects have been survived
    survivals bigint not null default 0,
    -- counts the changes of who is there
    subscribers bigint not null default 0,
    -- the last one that was seen: a standby that takes over begins another
    timeline text
  );

  create sequence hapana.places;

  create table hapana.events (
    sequence bigint primary key,
    endpoint text not null,
    -- milliseconds since 1970
    at bigint not null,
    -- when it was found that its own time lies in the future
    found_at bigint,
    event text not null,
    site text,
    delivery_id text collate "C" not null,
    test boolean not null,
    -- the fingerprint of its kind and client
    client text,
    removed boolean not null default false,
    -- see event-row.ts
    document text not null
  );
  create index events_by_id on hapana.events (delivery_id);

  -- what an event is known by: the id of its delivery, and what was signed of it
  create table hapana.names (name text collate "C" primary key, sequence bigint not null);
  create index names_by_event on hapana.names (sequence);

  -- the latest event of each kind and client, and what is to be known of it to tell whether another can be a repetition
  create table hapana.latest (
    client text collate "C" primary key,
    sequence bigint not null,
    at bigint not null,
    has_own_id boolean not null
  ) with (fillfactor = 80);

  -- how often an event came again
  create table hapana.repeats (sequence bigint primary key, count integer not null);

  create table hapana.endpoints (
    id text primary key,
    path text,
    retention_days double precision not null,
    is_present boolean not null,
    since bigint not null
  );

  -- a subscriber's place at an endpoint
  create table hapana.slots (
    slot integer generated always as identity primary key,
    subscriber text not null,
    endpoint text not null,
    events text[] not null,
    sites text[] not null,
    is_listener boolean not null default false,
    is_nobody boolean not null default false,
    is_active boolean not null,
    since bigint not null,
    -- how often its failures have been acknowledged
    era integer not null default 0,
    -- of a listener: each process has its own, as each has to hear everything
    instance text not null default '',
    unique (subscriber, endpoint, instance)
  );

  create table hapana.heirs (slot integer not null, heir integer not null, primary key (slot, heir));

  -- an event and a subscriber; no state stands in what settles it, so that no index of a state is walked for that
  create table hapana.deliveries (
    sequence bigint not null,
    slot integer not null,
    state text not null,
    attempt integer not null default 0,
    failures integer not null default 0,
    crashes integer not null default 0,
    blame integer not null default 0,
    survivals bigint not null default 0,
    -- the process that has it in hand, and in which of its steps it took it
    owner text,
    step integer,
    -- the number of the instance that has, or had, it in hand
    handler integer,
    -- the process from which it was taken because nothing was heard of it
    cut_from text,
    due timestamptz,
    -- what has become of it
    at bigint,
    milliseconds integer,
    error text,
    -- which node of the flow has reported it, as JSON
    error_node text,
    era integer,
    primary key (sequence, slot)
  ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
  create index deliveries_waiting on hapana.deliveries (slot, sequence) where state = 'waiting';
  create index deliveries_due on hapana.deliveries (slot, due) where state = 'due';
  create index deliveries_suspects on hapana.deliveries (sequence) where state = 'suspect';
  create index deliveries_held on hapana.deliveries (owner, slot) where owner is not null;
  create index deliveries_cut on hapana.deliveries (cut_from) where cut_from is not null;
  create index deliveries_failed on hapana.deliveries (sequence) include (slot, state, era) where state in ('failed', 'setAside');

  -- a process that has, or had, events in hand
  create table hapana.owners (
    owner text primary key,
    -- where it runs: a process that follows it there has the same
    instance text not null,
    beat timestamptz not null default now(),
    -- since when it has been heard of without a break
    steady timestamptz not null default now(),
    -- it was not heard of for too long, and what it had in hand was given to others
    is_lost boolean not null default false,
    -- its end is no crash
    is_stopped boolean not null,
    -- what it sends alone
    turn text
  );

  -- who is there, by where
  create table hapana.instances (
    instance text primary key,
    number integer generated always as identity unique,
    seen timestamptz not null default now(),
    present text not null default '{"endpoints":[],"subscribers":[]}'
  );

  -- what the processes tell each other besides events: what is written last counts
  create table hapana.notes (
    topic text not null,
    name text not null,
    -- what was written later has a higher one
    number bigint not null,
    at timestamptz not null default now(),
    -- nothing, where it is not so any more
    document text,
    primary key (topic, name)
  );
  create index notes_by_number on hapana.notes (number);

  -- what is counted from the first event on: each process in rows of its own, and what it does at once as well, so that none
  -- waits for another
  create table hapana.tallies (
    owner text not null,
    lane integer not null,
    endpoint text not null,
    slot integer not null,
    received bigint not null default 0,
    duplicates bigint not null default 0,
    sent bigint not null default 0,
    sent_tests bigint not null default 0,
    last_event text,
    last_test boolean,
    last_at bigint,
    primary key (owner, lane, endpoint, slot)
  ) with (fillfactor = 50);

  create table hapana.resends (id text primary key, document text not null);

  ${hasMovedFunction}
  ${functions}
  ${takeNextFunction}
  ${settleFunction}
  `,
];

/** How long a step may take on large tables. */
const patience = 10 * 60_000;

/** A statement that stops these events from being their clients' latest, while they still exist. */
export const forgetLatest = `delete from hapana.latest l using hapana.events e
  where e.sequence = any($1) and l.client = e.client and l.sequence = e.sequence`;

/** The minimum PostgreSQL version: older indexes cannot include columns. */
export const minServer = 11;

/** @returns such as `18.4`; PostgreSQL counts `180004` @throws StoreError `OUTDATED` */
export async function serverVersion(statements: Statements): Promise<string> {
  const [row] = await statements.query<{ version: string }>("select current_setting('server_version_num') as version");
  const number = Number(row?.version);
  if (!(number >= minServer * 10_000)) throw new StoreError("OUTDATED");
  return `${Math.floor(number / 10_000)}.${number % 10_000}`;
}

/**
 * Creates or updates the tables; one process at a time.
 * @throws StoreError `NEWER` if a newer version has created them; `OUTDATED` if the server is too old
 */
export async function migrate(database: Database): Promise<void> {
  await serverVersion(database);
  if ((await versionOf(database)) === steps.length) return;
  await database.transaction((statements) => takeSteps(statements), { patience });
}

async function takeSteps(statements: Statements): Promise<void> {
  await statements.query("select pg_advisory_xact_lock($1)", [locks.migration]);
  const version = await versionOf(statements);
  if (version > steps.length) throw new StoreError("NEWER");
  if (version === steps.length) return;
  if (version === 0) await begin(statements);
  for (const step of steps.slice(version)) await statements.query(step);
  if (version === 0) await statements.query("insert into hapana.store (id) values ($1)", [randomUUID().slice(0, 8)]);
  await statements.query("update hapana.version set version = $1", [steps.length]);
}

/** An administrator may have created the schema, so the role needs no right to do so. */
async function begin(statements: Statements): Promise<void> {
  const [found] = await statements.query("select from pg_namespace where nspname = 'hapana'");
  if (!found) await statements.query("create schema hapana");
  await statements.query("create table hapana.version as select 0 as version");
}

/** The version that this package creates. */
export const currentVersion = steps.length;

/** @returns the version of the existing tables; 0 if there are none */
export async function versionOf(statements: Statements): Promise<number> {
  // From the tables' own rows: other sources may predate their creation by another process.
  const [table] = await statements.query(
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'hapana' and c.relname = 'version'`,
  );
  if (!table) return 0;
  const [row] = await statements.query<{ version: number }>("select version from hapana.version");
  return row?.version ?? 0;
}

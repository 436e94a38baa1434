import type { KnownEndpoint } from "../inbox";
import type { SlotFacts } from "../routing";
import type { Database, Statements } from "./database";
import { locks } from "./locks";

/** One subscriber of one endpoint. */
export interface Slot {
  readonly slot: number;
  readonly facts: SlotFacts;
  /** How often its failures have been acknowledged. */
  readonly era: number;
  /** Who takes over what waits here, as long as this one is not there. */
  readonly heirs: readonly number[];
}

/** An endpoint, and since when it is there, or not. */
export interface EndpointFacts extends KnownEndpoint {
  readonly isPresent: boolean;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Everybody who is or was there, as of some change. */
export interface Everybody {
  readonly version: number;
  readonly survivals: number;
  readonly endpoints: ReadonlyMap<string, EndpointFacts>;
  readonly slots: ReadonlyMap<number, Slot>;
}

/** Of an endpoint that nobody knows. */
export const defaultRetentionDays = 7;

const nobodyYet: Everybody = { version: -1, survivals: 0, endpoints: new Map(), slots: new Map() };

/** Who is there, as this process last read it. What is written by it is checked against the store. */
export class Subscribers {
  readonly #database: Database;
  readonly #instance: string;
  #everybody = nobodyYet;
  /** How often it was read. */
  #readings = 0;
  /** Whether a deploy is under way, so that nobody knows who will be there after it. */
  areFlowsStopped = true;
  /** Who is there in this process; `undefined` until it has said so. */
  own: ReadonlySet<string> | undefined;

  /** @param instance where this process runs */
  constructor(database: Database, instance: string) {
    this.#database = database;
    this.#instance = instance;
  }

  get everybody(): Everybody {
    return this.#everybody;
  }

  /** Reads anew who is there. */
  async refresh(): Promise<Everybody> {
    const note = this.reading();
    return note(await readEverybody(this.#database));
  }

  /** The database is about to be asked who is there. @returns notes what it has said */
  reading(): (everybody: Everybody) => Everybody {
    const before = this.#readings;
    return (everybody) => {
      // What was asked for earlier may be answered later; else, the database has lost its last moments.
      if (everybody.version >= this.#everybody.version || before === this.#readings) {
        this.#everybody = everybody;
        this.#readings += 1;
      }
      return this.#everybody;
    };
  }

  /** The places at an endpoint. */
  slotsAt(endpoint: string): Slot[] {
    return [...this.#everybody.slots.values()].filter(({ facts }) => facts.endpoint === endpoint);
  }

  /** Whether what a place gets may be for this process: not where it is another one's listener. */
  isHere({ facts }: Slot): boolean {
    return facts.instance === undefined || facts.instance === this.#instance;
  }

  /** Everybody of this id for whom something may be here: one for each endpoint that the subscriber has, or had. */
  slotsOf(subscriber: string): Slot[] {
    return [...this.#everybody.slots.values()].filter((slot) => slot.facts.id === subscriber && this.isHere(slot));
  }

  /** @returns the subscriber's place where it is there */
  activeSlot(subscriber: string): Slot | undefined {
    return this.slotsOf(subscriber).find(({ facts }) => facts.isActive);
  }

  /** The place of what nobody takes at an endpoint, if there is one. */
  nobodyAt(endpoint: string): Slot | undefined {
    return this.slotsAt(endpoint).find(({ facts }) => facts.isNobody);
  }

  /** Makes the places of what nobody takes at endpoints, where there are none, and knows the endpoints from then on. */
  async addNobodies(endpoints: readonly string[]): Promise<void> {
    await this.#database.transaction(async (statements) => {
      await lockSubscribers(statements);
      const now = Date.now();
      for (const endpoint of endpoints.toSorted()) {
        await statements.query(
          `insert into hapana.endpoints (id, retention_days, is_present, since) values ($1, $2, false, $3)
            on conflict (id) do nothing`,
          [endpoint, defaultRetentionDays, now],
        );
        await statements.query(
          `insert into hapana.slots (subscriber, endpoint, events, sites, is_nobody, is_active, since)
            values ($1, $2, '{}', '{}', true, false, $3) on conflict (subscriber, endpoint, instance) do nothing`,
          [`:${endpoint}`, endpoint, now],
        );
      }
      await countChange(statements);
    });
    await this.refresh();
  }

  /** Somebody has seen what has failed so far. @returns how many had not been seen */
  acknowledge(endpoint: string, subscriber: string | undefined): Promise<number> {
    return this.#database.transaction(async (statements) => {
      // What fails meanwhile is not seen.
      await lockSubscribers(statements);
      const unseen = await statements.query<{ slot: number; count: number }>(
        `select slot, count(*) as count from hapana.deliveries d join hapana.slots s using (slot)
          where s.endpoint = $1 and ($2::text is null or s.subscriber = $2) and d.state in ('failed', 'setAside') and d.era >= s.era
          group by slot`,
        [endpoint, subscriber ?? null],
      );
      await statements.query("update hapana.slots set era = era + 1 where slot = any($1)", [
        unseen.map(({ slot }) => slot),
      ]);
      await countChange(statements);
      return unseen.reduce((sum, { count }) => sum + count, 0);
    });
  }
}

/** Nobody routes by who is there until the end of the transaction. */
export async function lockSubscribers(statements: Statements): Promise<void> {
  await statements.query("select pg_advisory_xact_lock($1)", [locks.subscribers]);
}

/** Tells everybody to read anew who is there. */
export async function countChange(statements: Statements): Promise<void> {
  // By any number: where the database loses a change with its last moments, the next one must not be taken for that.
  await statements.query("update hapana.store set subscribers = subscribers + 1 + floor(random() * 100000000)::bigint");
}

interface SlotRow {
  slot: number;
  subscriber: string;
  endpoint: string;
  events: string[];
  sites: string[];
  is_listener: boolean;
  is_nobody: boolean;
  is_active: boolean;
  since: number;
  era: number;
  instance: string;
  heirs: number[] | null;
}

interface EndpointRow {
  id: string;
  path: string | null;
  retention_days: number;
  is_present: boolean;
  since: number;
}

/** Reads who is, and was, there: the version first, so that what is newer than it is read again. */
export async function readEverybody(statements: Statements): Promise<Everybody> {
  const [store] = await statements.query<{ subscribers: number; survivals: number }>(
    "select subscribers, survivals from hapana.store",
  );
  const endpoints = await statements.query<EndpointRow>("select * from hapana.endpoints order by id");
  const slots = await statements.query<SlotRow>(
    `select *, (select array_agg(heir order by heir) from hapana.heirs h where h.slot = s.slot) as heirs
      from hapana.slots s order by slot`,
  );
  return {
    version: store?.subscribers ?? 0,
    survivals: store?.survivals ?? 0,
    endpoints: new Map(endpoints.map((row) => [row.id, toEndpoint(row)])),
    slots: new Map(slots.map((row) => [row.slot, toSlot(row)])),
  };
}

function toEndpoint({ id, path, retention_days, is_present, since }: EndpointRow): EndpointFacts {
  return { id, path: path ?? undefined, retentionDays: retention_days, isPresent: is_present, since };
}

function toSlot({ slot, subscriber, endpoint, events, sites, since, era, heirs, ...row }: SlotRow): Slot {
  return {
    slot,
    era,
    heirs: heirs ?? [],
    facts: {
      ...{ id: subscriber, endpoint, events, sites, isActive: row.is_active, since },
      ...(row.is_listener && { isListener: true }),
      ...(row.is_nobody && { isNobody: true }),
      ...(row.instance !== "" && { instance: row.instance }),
    },
  };
}

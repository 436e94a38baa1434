import type { KnownEndpoint } from "../inbox";
import type { SlotFacts } from "../routing";
import type { Database, Statements } from "./database";
import { locks } from "./locks";

/** One subscriber of one endpoint. */
export interface Slot {
  readonly slot: number;
  readonly facts: SlotFacts;
  /** How often its failures were acknowledged. */
  readonly era: number;
  /** Which slots take over what waits here while this one is inactive. */
  readonly heirs: readonly number[];
}

/** An endpoint, and since when it exists or not. */
export interface EndpointFacts extends KnownEndpoint {
  readonly isPresent: boolean;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** All current and former subscribers. */
export interface Everybody {
  readonly version: number;
  readonly survivals: number;
  readonly endpoints: ReadonlyMap<string, EndpointFacts>;
  readonly slots: ReadonlyMap<number, Slot>;
}

/** For unknown endpoints. */
export const defaultRetentionDays = 7;

const nobodyYet: Everybody = { version: -1, survivals: 0, endpoints: new Map(), slots: new Map() };

/** The subscribers, as this process last read them. Writes are checked against the store. */
export class Subscribers {
  readonly #database: Database;
  readonly #instance: string;
  #everybody = nobodyYet;
  /** How often it was read. */
  #readings = 0;
  /** Whether a deploy is under way, so that its subscribers are still unknown. */
  areFlowsStopped = true;
  /** This process's subscribers; `undefined` until announced. */
  own: ReadonlySet<string> | undefined;

  /** @param instance this process's instance */
  constructor(database: Database, instance: string) {
    this.#database = database;
    this.#instance = instance;
  }

  get everybody(): Everybody {
    return this.#everybody;
  }

  /** Rereads the subscribers. */
  async refresh(): Promise<Everybody> {
    const note = this.reading();
    return note(await readEverybody(this.#database));
  }

  /** Call before querying the subscribers. @returns records the result */
  reading(): (everybody: Everybody) => Everybody {
    const before = this.#readings;
    return (everybody) => {
      // An earlier query may be answered later; otherwise, the database has lost its last commits.
      if (everybody.version >= this.#everybody.version || before === this.#readings) {
        this.#everybody = everybody;
        this.#readings += 1;
      }
      return this.#everybody;
    };
  }

  /** The slots at an endpoint. */
  slotsAt(endpoint: string): Slot[] {
    return [...this.#everybody.slots.values()].filter(({ facts }) => facts.endpoint === endpoint);
  }

  /** Whether this process may get what a slot gets: not if it is another process's listener. */
  isHere({ facts }: Slot): boolean {
    return facts.instance === undefined || facts.instance === this.#instance;
  }

  /** All slots of a subscriber for which this process may get events: one for each endpoint it has or had. */
  slotsOf(subscriber: string): Slot[] {
    return [...this.#everybody.slots.values()].filter((slot) => slot.facts.id === subscriber && this.isHere(slot));
  }

  /** @returns the subscriber's slot, if it is active */
  activeSlot(subscriber: string): Slot | undefined {
    return this.slotsOf(subscriber).find(({ facts }) => facts.isActive);
  }

  /** The slot for an endpoint's unclaimed events, if there is one. */
  nobodyAt(endpoint: string): Slot | undefined {
    return this.slotsAt(endpoint).find(({ facts }) => facts.isNobody);
  }

  /** Creates missing slots for unclaimed events at endpoints, which are known from then on. */
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

  /** Acknowledges all failures so far. @returns how many were new */
  acknowledge(endpoint: string, subscriber: string | undefined): Promise<number> {
    return this.#database.transaction(async (statements) => {
      // Excludes later failures.
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

/** Blocks routing to subscribers until the end of the transaction. */
export async function lockSubscribers(statements: Statements): Promise<void> {
  await statements.query("select pg_advisory_xact_lock($1)", [locks.subscribers]);
}

/** Makes everybody reread the subscribers. */
export async function countChange(statements: Statements): Promise<void> {
  // By a random number: if the database loses a change, the next one must not be mistaken for it.
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

/** Reads all current and former subscribers: version first, so that anything newer is reread. */
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

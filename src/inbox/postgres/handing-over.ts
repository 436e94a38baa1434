import type { Handover, Known, KnownEndpoint, Present, Subscriber } from "../inbox";
import { OneByOne } from "../one-by-one";
import { type Routed, type SlotFacts, selects } from "../routing";
import type { Database, Statements } from "./database";
import { openStates, waitingStates } from "./deliveries";
import type { Wakes } from "./delivering";
import { isLately } from "./instances";
import {
  countChange,
  type EndpointFacts,
  type Everybody,
  lockSubscribers,
  readEverybody,
  type Slot,
  type Subscribers,
} from "./subscribers";

/** Events moved per step. */
const eventsAtOnce = 200;

const day = 24 * 60 * 60_000;

/** Tracks active subscribers in all processes, and lets new ones take over what waits for inactive ones. */
export class HandingOver {
  readonly #database: Database;
  readonly #subscribers: Subscribers;
  readonly #instance: string;
  readonly #wakes: Wakes;
  readonly #sweeping = new OneByOne();
  readonly #announcing = new OneByOne();
  /** The last announcement of local subscribers, and its version. */
  #announced: { here: Present; version: number } | undefined;

  /** @param instance where this process runs */
  constructor(database: Database, subscribers: Subscribers, instance: string, wakes: Wakes) {
    this.#database = database;
    this.#subscribers = subscribers;
    this.#instance = instance;
    this.#wakes = wakes;
  }

  async subscribers(everybody: Present): Promise<Handover> {
    const { before, after } = await this.#announcing.run(() => this.#announce(everybody));
    this.#subscribers.own = new Set(everybody.subscribers.map(({ id }) => id));
    this.#subscribers.areFlowsStopped = false;
    const left = await this.#leftBefore(after);
    const takenOver = await this.sweep();
    return { takenOver, withoutTaker: await this.#withoutTaker(before, after, left) };
  }

  /** Announces local subscribers again if the database has lost its latest writes or marked them inactive. */
  async announceLost(): Promise<void> {
    if (!this.#isLost()) return;
    await this.#announcing.run(async () => {
      if (this.#announced && this.#isLost()) await this.#announce(this.#announced.here);
    });
  }

  #isLost(): boolean {
    if (!this.#announced) return false;
    const { here, version } = this.#announced;
    const { everybody } = this.#subscribers;
    const own = placedAt(this.#instance, here.subscribers);
    return everybody.version < version || own.some((each) => slotAt(everybody, each)?.facts.isActive !== true);
  }

  async #announce(here: Present): Promise<{ before: Everybody; after: Everybody }> {
    const note = this.#subscribers.reading();
    const changed = await this.#database.transaction((statements) => this.#change(statements, here));
    this.#announced = { here, version: changed.after.version };
    note(changed.after);
    return changed;
  }

  async #change(statements: Statements, here: Present): Promise<{ before: Everybody; after: Everybody }> {
    await lockSubscribers(statements);
    const before = await readEverybody(statements);
    const now = Date.now();
    const elsewhere = await this.#noteInstance(statements, here);
    const own = placedAt(this.#instance, here.subscribers);
    const there = {
      endpoints: [...here.endpoints, ...elsewhere.endpoints],
      subscribers: [...own, ...elsewhere.subscribers],
    };
    for (const facts of endpointsAfter(before, there, here.earlier, now)) await putEndpoint(statements, facts);
    const known = (subscriber: Placed) => slotAt(before, subscriber);
    const newcomers = own.filter((subscriber) => !known(subscriber));
    for (const subscriber of unique(there.subscribers)) {
      const { facts } = known(subscriber) ?? {};
      await putSlot(statements, { ...subscriber, isActive: true, since: facts?.isActive ? facts.since : now });
    }
    const isThere = new Set(there.subscribers.map(keyOf));
    for (const { facts } of before.slots.values())
      if (facts.isActive && !isThere.has(keyOf(facts)))
        await putSlot(statements, { ...facts, isActive: false, since: now });
    for (const subscriber of placedAt(this.#instance, here.earlier?.subscribers ?? [])) {
      if (isThere.has(keyOf(subscriber))) continue;
      await putSlot(statements, { ...subscriber, isActive: false, since: known(subscriber)?.facts.since ?? now });
    }
    await this.#bequeath(statements, new Set(newcomers.map(keyOf)));
    await forgetLongGone(statements, now);
    await countChange(statements);
    return { before, after: await readEverybody(statements) };
  }

  /** @returns what exists elsewhere */
  async #noteInstance(
    statements: Statements,
    { endpoints, subscribers }: Present,
  ): Promise<{ endpoints: KnownEndpoint[]; subscribers: Placed[] }> {
    await statements.query(
      `insert into hapana.instances (instance, present) values ($1, $2)
        on conflict (instance) do update set seen = now(), present = excluded.present`,
      [this.#instance, JSON.stringify({ endpoints, subscribers })],
    );
    const others = await statements.query<{ instance: string; present: string }>(
      `select instance, present from hapana.instances i where instance <> $1 and ${isLately} order by seen desc`,
      [this.#instance],
    );
    const all = others.map(({ instance, present }) => {
      const known = JSON.parse(present) as Known;
      return { ...known, subscribers: placedAt(instance, known.subscribers) };
    });
    const here = new Set(endpoints.map(({ id }) => id));
    const own = new Set(placedAt(this.#instance, subscribers).map(keyOf));
    return {
      endpoints: all.flatMap((each) => each.endpoints).filter(({ id }) => !here.has(id)),
      subscribers: all.flatMap((each) => each.subscribers).filter((each) => !own.has(keyOf(each))),
    };
  }

  /** Lets active subscribers take over from inactive ones. */
  async #bequeath(statements: Statements, newcomers: ReadonlySet<string>): Promise<void> {
    const everybody = await readEverybody(statements);
    await statements.query("delete from hapana.heirs where slot in (select slot from hapana.slots where is_active)");
    const pairs = [...everybody.slots.values()]
      .filter(({ facts }) => !facts.isActive && !facts.isListener)
      .flatMap((source) => heirsOf(everybody, source, newcomers).map((heir) => [source.slot, heir.slot] as const));
    await statements.query(
      `insert into hapana.heirs select * from unnest($1::integer[], $2::integer[]) on conflict do nothing`,
      [pairs.map(([slot]) => slot), pairs.map(([, heir]) => heir)],
    );
  }

  /**
   * Moves waiting events from inactive subscribers to their heirs.
   * @returns how many went to whom
   */
  sweep(): Promise<Handover["takenOver"]> {
    return this.#sweeping.run(() => this.#sweep());
  }

  async #sweep(): Promise<Handover["takenOver"]> {
    const counts = new Map<string, Handover["takenOver"][number]>();
    const everybody = await this.#subscribers.refresh();
    for (const source of everybody.slots.values()) {
      if (!hasHeirs(everybody, source)) continue;
      let last: number | undefined = 0;
      while (last !== undefined) {
        const from: number = last;
        const moved: Moved = await this.#database.transaction((statements) => moveSome(statements, source.slot, from));
        for (const heir of moved.to) {
          const key = `${source.slot} ${heir.slot}`;
          const count = (counts.get(key)?.count ?? 0) + 1;
          counts.set(key, { from: source.facts.id, to: heir.facts.id, count });
        }
        this.#wakes.wake(new Set(moved.to));
        last = moved.last;
      }
    }
    return [...counts.values()];
  }

  /** Discards what waits for inactive subscribers without heirs. @returns how many */
  async discard(endpoint: string, subscriber: string | undefined): Promise<number> {
    return this.#database.transaction(async (statements) => {
      await lockSubscribers(statements);
      const everybody = await readEverybody(statements);
      const slots = [...everybody.slots.values()].filter(
        (slot) =>
          slot.facts.endpoint === endpoint &&
          (subscriber === undefined || slot.facts.id === subscriber) &&
          !slot.facts.isActive &&
          !hasHeirs(everybody, slot),
      );
      const given = await statements.query(
        "delete from hapana.deliveries where slot = any($1) and state = any($2) returning sequence",
        [slots.map(({ slot }) => slot), waitingStates],
      );
      return given.length;
    });
  }

  async #leftBefore(everybody: Everybody): Promise<ReadonlyMap<number, boolean>> {
    return new Map([...everybody.slots.values()].map((slot) => [slot.slot, hasHeirs(everybody, slot)]));
  }

  async #withoutTaker(
    before: Everybody,
    after: Everybody,
    areTakenOver: ReadonlyMap<number, boolean>,
  ): Promise<Handover["withoutTaker"]> {
    const rows = await this.#database.query<{ slot: number; waiting: number; open: number }>(
      `select slot, count(*) filter (where state = any($1)) as waiting, count(*) as open
        from hapana.deliveries d join hapana.slots s using (slot)
        where not s.is_active and not s.is_listener and state = any($2) group by slot`,
      [waitingStates, openStates],
    );
    const counts = new Map<string, Handover["withoutTaker"][number]>();
    for (const row of rows) {
      const slot = after.slots.get(row.slot);
      if (!slot) continue;
      const { endpoint } = slot.facts;
      // Events in its flow are cut off, and will be taken over as well.
      const left = areTakenOver.get(row.slot) ? row.waiting : row.open;
      const { count, added } = counts.get(endpoint) ?? { count: 0, added: 0 };
      const isNew = before.slots.get(row.slot)?.facts.isActive === true;
      if (left > 0) counts.set(endpoint, { endpoint, count: count + left, added: added + (isNew ? left : 0) });
    }
    return [...counts.values()];
  }
}

/** A subscriber; if a listener, with its instance: each process has its own. */
type Placed = Subscriber & Pick<SlotFacts, "instance">;

function placedAt(instance: string, subscribers: readonly Subscriber[]): Placed[] {
  return subscribers.map((subscriber) => (subscriber.isListener ? { ...subscriber, instance } : subscriber));
}

const keyOf = ({ id, endpoint, instance }: Pick<Placed, "id" | "endpoint" | "instance">) =>
  JSON.stringify([id, endpoint, instance]);

function unique(subscribers: readonly Placed[]): Placed[] {
  return [...new Map(subscribers.toReversed().map((each) => [keyOf(each), each])).values()].reverse();
}

function slotAt({ slots }: Everybody, subscriber: Placed): Slot | undefined {
  return [...slots.values()].find(({ facts }) => keyOf(facts) === keyOf(subscriber));
}

/** Endpoints that have changed. A removed one keeps its path and retention. */
function endpointsAfter(before: Everybody, there: Known, earlier: Known | undefined, now: number): EndpointFacts[] {
  const present = new Map(there.endpoints.toReversed().map((endpoint) => [endpoint.id, endpoint]));
  const gone = new Map(earlier?.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const ids = new Set([...before.endpoints.keys(), ...present.keys(), ...gone.keys()]);
  return [...ids].sort().flatMap((id) => {
    const known = before.endpoints.get(id);
    const endpoint = present.get(id) ?? gone.get(id) ?? known;
    if (!endpoint) return [];
    const isPresent = present.has(id);
    return [{ ...endpoint, isPresent, since: known && known.isPresent === isPresent ? known.since : now }];
  });
}

async function putEndpoint(
  statements: Statements,
  { id, path, retentionDays, isPresent, since }: EndpointFacts,
): Promise<void> {
  await statements.query(
    `insert into hapana.endpoints (id, path, retention_days, is_present, since) values ($1, $2, $3, $4, $5)
      on conflict (id) do update set path = excluded.path, retention_days = excluded.retention_days,
        is_present = excluded.is_present, since = excluded.since`,
    [id, path ?? null, retentionDays, isPresent, since],
  );
}

async function putSlot(statements: Statements, facts: SlotFacts): Promise<void> {
  const { id, endpoint, events, sites, isListener = false, isActive, since, instance = "" } = facts;
  await statements.query(
    `insert into hapana.slots (subscriber, endpoint, events, sites, is_listener, is_active, since, instance)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (subscriber, endpoint, instance) do update set events = excluded.events, sites = excluded.sites,
        is_listener = excluded.is_listener, is_active = excluded.is_active, since = excluded.since`,
    [id, endpoint, events, sites, isListener, isActive, since, instance],
  );
}

/**
 * Heirs of an inactive subscriber: newcomers at its endpoint (for unclaimed events, all subscribers there) or, if that is gone,
 * subscribers at an endpoint with the same path.
 */
function heirsOf({ slots, endpoints }: Everybody, source: Slot, newcomers: ReadonlySet<string>): Slot[] {
  const { endpoint, isNobody } = source.facts;
  const own = endpoints.get(endpoint);
  const takers = [...slots.values()].filter(({ facts }) => facts.isActive && !facts.isListener);
  const here = takers.filter(({ facts }) => facts.endpoint === endpoint && (isNobody || newcomers.has(keyOf(facts))));
  if (!own || own.isPresent || own.path === undefined) return here;
  return takers.filter(({ facts }) => {
    const theirs = endpoints.get(facts.endpoint);
    return theirs?.isPresent === true && theirs.path === own.path;
  });
}

function hasHeirs({ slots }: Everybody, { facts, heirs }: Slot): boolean {
  return !facts.isActive && heirs.some((heir) => slots.get(heir)?.facts.isActive);
}

/** Deletes slots inactive for longer than events are kept, without open deliveries. */
async function forgetLongGone(statements: Statements, now: number): Promise<void> {
  await statements.query(
    `delete from hapana.slots s where not is_active
      and since < $1 - 2 * ${day} * coalesce((select retention_days from hapana.endpoints e where e.id = s.endpoint), 7)
      and not exists (select from hapana.deliveries d where d.slot = s.slot and d.state = any($2))`,
    [now, openStates],
  );
  await statements.query(
    `delete from hapana.heirs h where not exists (select from hapana.slots s where s.slot = h.slot)
      or not exists (select from hapana.slots s where s.slot = h.heir)`,
  );
}

/** What was moved in one step. */
interface Moved {
  /** The recipient of each event. */
  to: Slot[];
  /** The last event examined; `undefined` if there are no more. */
  last: number | undefined;
}

async function moveSome(statements: Statements, slot: number, after: number): Promise<Moved> {
  await lockSubscribers(statements);
  const everybody = await readEverybody(statements);
  const source = everybody.slots.get(slot);
  // A deploy may have restored it since.
  if (!source || !hasHeirs(everybody, source)) return { to: [], last: undefined };
  const rows = await statements.query<{ sequence: number; event: Routed["event"]; site: string | null }>(
    `select d.sequence, e.event, e.site from hapana.deliveries d join hapana.events e using (sequence)
      where d.slot = $1 and d.state = any($2) and d.sequence > $3 order by d.sequence limit $4 for update of d`,
    [slot, waitingStates, after, eventsAtOnce],
  );
  const heirs = source.heirs.map((heir) => everybody.slots.get(heir)).filter((heir) => heir?.facts.isActive);
  const moves: { sequence: number; heir: Slot }[] = [];
  const ignored: number[] = [];
  for (const { sequence, event, site } of rows) {
    const routed = { event, siteID: site ?? undefined };
    const heir = heirs.find((each) => each && selects(each.facts, routed));
    if (heir) moves.push({ sequence, heir });
    else if (isIgnored(everybody, source, routed)) ignored.push(sequence);
  }
  // An heir that already has the event does not get it again.
  const moved = await statements.query<{ sequence: number; heir: number }>(
    `insert into hapana.deliveries as d (sequence, slot, state, attempt, failures)
      select v.sequence, v.heir, 'waiting', old.attempt, old.failures
      from unnest($2::bigint[], $3::integer[]) as v (sequence, heir)
      join hapana.deliveries old on old.sequence = v.sequence and old.slot = $1
      on conflict (sequence, slot) do nothing returning d.sequence, d.slot as heir`,
    [slot, moves.map(({ sequence }) => sequence), moves.map(({ heir }) => heir.slot)],
  );
  await statements.query("delete from hapana.deliveries where slot = $1 and sequence = any($2)", [
    slot,
    [...moves.map(({ sequence }) => sequence), ...ignored],
  ]);
  const to = moved.flatMap(({ heir }) => everybody.slots.get(heir) ?? []);
  return { to, last: rows.length < eventsAtOnce ? undefined : rows.at(-1)?.sequence };
}

/** Whether an event that arrived during a deploy matches no subscriber, active or inactive. */
function isIgnored({ slots }: Everybody, { facts: { isNobody, endpoint } }: Slot, event: Routed): boolean {
  const wants = ({ facts }: Slot) =>
    facts.endpoint === endpoint && !facts.isNobody && !facts.isListener && selects(facts, event);
  return isNobody === true && ![...slots.values()].some(wants);
}

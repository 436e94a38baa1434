import type { Counts, EndpointCounts, HereCounts, LastEvent, SubscriberCounts } from "../inbox";
import type { Database } from "./database";
import type { WrittenState } from "./deliveries";
import type { Instances } from "./instances";
import type { Owner } from "./owner";
import type { Slot, Subscribers } from "./subscribers";

interface StateRow {
  slot: number;
  state: WrittenState;
  count: number;
  seen: number;
  /** How many of them this process has claimed. */
  here: number;
}

interface TallyRow {
  endpoint: string;
  slot: number;
  received: number;
  duplicates: number;
  sent: number;
  sent_tests: number;
  sent_here: number | null;
  sent_tests_here: number | null;
  last_event: string | null;
  last_test: boolean | null;
  last_at: number | null;
}

/** Pause between counts, as a multiple of the time a count takes. */
const rest = 20;
const minMilliseconds = 200;

/** Number of events per state in the whole store, as of a moment ago. */
export class Counting {
  readonly #database: Database;
  readonly #subscribers: Subscribers;
  readonly #owner: Owner;
  readonly #instances: Instances;
  readonly #changed: () => void;
  #counts: Counts = { subscribers: [], endpoints: [] };
  #counting: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #dueAt = 0;

  /** @param changed called when the counts have changed */
  constructor(
    database: Database,
    subscribers: Subscribers,
    owner: Owner,
    instances: Instances,
    changed: () => void = () => {},
  ) {
    this.#database = database;
    this.#subscribers = subscribers;
    this.#owner = owner;
    this.#instances = instances;
    this.#changed = changed;
  }

  get counts(): Counts {
    return this.#counts;
  }

  /** Counts again, unless the last count is recent. */
  async refreshSoon(): Promise<void> {
    if (performance.now() >= this.#dueAt) await this.refresh();
  }

  /** Counts again, including everything up to now. */
  refresh(): Promise<void> {
    if (!this.#counting) {
      this.#counting = this.#count().finally(() => {
        this.#counting = undefined;
      });
      return this.#counting;
    }
    // The count under way may miss the latest changes.
    this.#next ??= this.#counting
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.refresh();
      });
    return this.#next;
  }

  async #count(): Promise<void> {
    const began = performance.now();
    const everybody = await this.#subscribers.refresh();
    await this.#instances.refresh();
    const { id, instance } = this.#owner;
    const states = await this.#database.query<StateRow>(countStates, [id]);
    const tallies = await this.#database.query<TallyRow>(sumTallies, [id, instance]);
    // Other processes report on their own listeners.
    const slots = [...everybody.slots.values()].filter((slot) => this.#subscribers.isHere(slot));
    const before = told(this.#counts);
    this.#counts = {
      subscribers: slots
        .filter(({ facts }) => !facts.isNobody)
        .map((slot) => ({
          ...subscriberCounts(slot, states, tallies),
          ...(this.#instances.areSeveral && !slot.facts.isListener && { here: hereCounts(slot, states, tallies) }),
        })),
      endpoints: [...new Set([...everybody.endpoints.keys(), ...tallies.map(({ endpoint }) => endpoint)])].map((id) =>
        endpointCounts(id, slots, states, tallies),
      ),
      instances: this.#instances.all,
    };
    if (told(this.#counts) !== before) this.#changed();
    const took = performance.now() - began;
    this.#dueAt = performance.now() + Math.max(minMilliseconds, rest * took);
  }
}

/** What makes counts differ: not the time of the last heartbeat, which always changes. */
function told({ instances = [], ...counts }: Counts): string {
  return JSON.stringify([counts, instances.map(({ name, isAlive }) => [name, isAlive])]);
}

function subscriberCounts(
  { slot, facts, era }: Slot,
  states: readonly StateRow[],
  tallies: readonly TallyRow[],
): SubscriberCounts {
  const row = (state: WrittenState) => states.find((each) => each.slot === slot && each.state === state);
  const count = (state: WrittenState) => row(state)?.count ?? 0;
  const tally = tallies.find((each) => each.slot === slot);
  const seen = { failed: row("failed")?.seen ?? 0, setAside: row("setAside")?.seen ?? 0 };
  return {
    ...{ subscriber: facts.id, endpoint: facts.endpoint, isActive: facts.isActive, since: facts.since },
    waiting: count("waiting") + count("due") + count("suspect"),
    ...{ due: count("due"), inFlow: count("inFlow"), slow: count("slow") },
    ...{ sent: tally?.sent ?? 0, sentTests: tally?.sent_tests ?? 0, last: lastOf(tally) },
    ...{ failed: count("failed"), setAside: count("setAside") },
    ...(era > 0 && { seen }),
    ...(facts.isListener && { isListener: true as const }),
  };
}

function hereCounts({ slot }: Slot, states: readonly StateRow[], tallies: readonly TallyRow[]): HereCounts {
  const tally = tallies.find((each) => each.slot === slot);
  const slow = states.find((each) => each.slot === slot && each.state === "slow")?.here ?? 0;
  return { sent: tally?.sent_here ?? 0, sentTests: tally?.sent_tests_here ?? 0, slow };
}

function endpointCounts(
  endpoint: string,
  slots: readonly Slot[],
  states: readonly StateRow[],
  tallies: readonly TallyRow[],
): EndpointCounts {
  const tally = tallies.find((each) => each.endpoint === endpoint && each.slot === 0);
  const nobody = slots.find(({ facts }) => facts.isNobody && facts.endpoint === endpoint);
  const unclaimed = states.filter(({ slot }) => slot === nobody?.slot).reduce((sum, { count }) => sum + count, 0);
  return {
    ...{ endpoint, received: tally?.received ?? 0, duplicates: tally?.duplicates ?? 0 },
    ...{ unclaimed, last: lastOf(tally) },
  };
}

function lastOf(tally: TallyRow | undefined): LastEvent | undefined {
  if (!tally || tally.last_event === null || tally.last_at === null) return undefined;
  return { event: tally.last_event, test: tally.last_test === true, at: tally.last_at };
}

/** Each part uses its own index. */
const countStates = `
  select slot, 'waiting' as state, count(*) as count, 0::bigint as seen, 0::bigint as here
    from hapana.deliveries where state = 'waiting' group by slot
  union all
  select slot, state, count(*), 0, 0 from hapana.deliveries where state = 'due' group by slot, state
  union all
  select slot, state, count(*), 0, 0 from hapana.deliveries where state = 'suspect' group by slot, state
  union all
  select slot, state, count(*), 0, count(*) filter (where owner = $1)
    from hapana.deliveries where owner is not null group by slot, state
  union all
  select slot, d.state, count(*), count(*) filter (where d.era < s.era), 0
    from hapana.deliveries d join hapana.slots s using (slot)
    where d.state in ('failed', 'setAside') group by slot, d.state`;

const sumTallies = `
  select distinct on (endpoint, slot) endpoint, slot, last_event, last_test, last_at,
    (sum(received) over w)::bigint as received, (sum(duplicates) over w)::bigint as duplicates,
    (sum(sent) over w)::bigint as sent, (sum(sent_tests) over w)::bigint as sent_tests,
    (sum(sent) filter (where owner in ($1, $2)) over w)::bigint as sent_here,
    (sum(sent_tests) filter (where owner in ($1, $2)) over w)::bigint as sent_tests_here
  from hapana.tallies window w as (partition by endpoint, slot)
  order by endpoint, slot, last_at desc nulls last`;

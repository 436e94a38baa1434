import { setTimeout as delay } from "node:timers/promises";
import { leaseSeconds } from "../../../src/inbox/postgres/instances";
import { waitFor } from "../../support/wait-for";
import { type CameOut, type Cluster, poison } from "./cluster";
import type { Posted, Poster } from "./poster";

/** What has become of the events of one scenario. */
interface Audit {
  posted: number;
  accepted: number;
  finished: number;
  twice: number;
  /** How long something was in the hands of one that was not heard of any more, at the longest, in seconds. */
  ownerless: number;
  /** The longest time in which nothing was accepted, in seconds. */
  gap: number;
  /** What must not be. */
  violations: string[];
}

/** What a scenario has done. */
export interface Harm {
  /** Those that were killed or cut. */
  readonly hurt: ReadonlySet<number>;
  /** Whether an event that is posted may find nobody who takes it: all may be down at once. */
  readonly mayRefuse?: boolean;
  /** Accepted events that may be missing, as of a database that has lost its last moments. */
  readonly mayBeLost?: (posted: Posted) => boolean;
  /** Whether what was written last may be lost: then one that is sent again cannot always say so. */
  readonly mayForget?: boolean;
  /** Tidies up, once all was looked at. */
  readonly after?: () => Promise<void>;
}

/** How long nothing may come out while something is left: two leases, and room for a busy machine. */
const patienceMilliseconds = 90_000;

/** Beside the lease, what a look each second and a busy machine take. */
const slackSeconds = 10;

/** Watches how long events are in the hands of one that is not heard of any more, though somebody is there who could take them. */
export class OwnerWatch {
  readonly #cluster: Cluster;
  #isOver = false;
  #longest = 0;
  readonly #watching: Promise<void>;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#watching = this.#watch();
  }

  async #watch(): Promise<void> {
    while (!this.#isOver) {
      const [found] = await this.#cluster.ask<{ age: number | null }>(longestUnheard).catch(() => []);
      this.#longest = Math.max(this.#longest, Number(found?.age ?? 0));
      await delay(500);
    }
  }

  /** @returns the longest, in seconds */
  async stop(): Promise<number> {
    this.#isOver = true;
    await this.#watching;
    return this.#longest;
  }
}

/** Since who could take them is there himself, if that is later. */
const longestUnheard = `
  select extract(epoch from max(now() - greatest(o.beat, witness.steady)))::float8 as age
  from hapana.owners o, (select min(steady) as steady from hapana.owners where beat > now() - interval '3 seconds') witness
  where witness.steady is not null and exists (select from hapana.deliveries d where d.owner = o.owner)`;

/** Waits until everything that was accepted for the node that all have is finished, as far as it will be; then checks what must always hold. */
export async function audit(
  cluster: Cluster,
  poster: Poster,
  watch: OwnerWatch,
  name: string,
  harm: Harm,
): Promise<Audit> {
  await untilNothingIsOpen(cluster, poster, name, harm);
  const ownerless = await watch.stop();
  const came = byClient(cluster.cameOut(name));
  const { accepted, posted } = poster;
  const stored = await storedStates(cluster, accepted);
  const violations = [
    ...accepted.flatMap((each) => lossOf(each, came.get(each.clientID), stored, harm)),
    ...[...came].flatMap(([clientID, times]) => doubtsOf(clientID, times, harm)),
    ...(harm.mayRefuse ? [] : posted.filter(({ answeredAt }) => answeredAt === undefined).map(refusalOf)),
    ...(ownerless > leaseSeconds + slackSeconds ? [`${ownerless} s in the hands of one that was gone`] : []),
  ];
  return {
    ...{ posted: posted.length, accepted: accepted.length },
    finished: accepted.filter(({ clientID }) => came.has(clientID)).length,
    twice: [...came.values()].filter((times) => times.length > 1).length,
    ...{ ownerless, gap: poster.longestGap / 1_000, violations },
  };
}

function byClient(all: readonly CameOut[]): Map<string, CameOut[]> {
  const clients = new Map<string, CameOut[]>();
  for (const each of all) {
    const clientID = String(each.msg.payload.clientID);
    clients.set(clientID, [...(clients.get(clientID) ?? []), each]);
  }
  return clients;
}

async function untilNothingIsOpen(
  cluster: Cluster,
  { accepted }: Poster,
  name: string,
  { mayBeLost = () => false }: Harm,
): Promise<void> {
  const ids = accepted.filter((each) => !mayBeLost(each)).map(({ deliveryId }) => deliveryId);
  let last = "";
  let deadline = performance.now() + patienceMilliseconds;
  await waitFor(
    async () => {
      const [left] = await cluster.ask<{ missing: number; open: number }>(countLeft, [ids]).catch(() => []);
      if (left && left.missing + left.open === 0) return true;
      const now = `${JSON.stringify(left)}, ${cluster.cameOut(name).length} came out`;
      if (now !== last) deadline = performance.now() + patienceMilliseconds;
      last = now;
      if (performance.now() > deadline) throw new Error(`Nothing goes on any more: ${now}.`);
      await delay(300);
      return undefined;
    },
    () => last,
    10 * patienceMilliseconds,
  );
}

/** What waits on a Node-RED's own disk is missing. */
const countLeft = `
  select (select count(*)::integer from unnest($1::text[]) as v (id)
      where not exists (select from hapana.events where delivery_id = id)) as missing,
    (select count(*)::integer from hapana.deliveries join hapana.slots using (slot)
      where subscriber = 'webhook' and (state in ('waiting', 'due', 'suspect') or owner is not null)) as open`;

/** The states in which the accepted events are with that node, by delivery. */
async function storedStates(cluster: Cluster, accepted: readonly Posted[]): Promise<Map<string, string>> {
  const rows = await cluster.ask<{ id: string; states: string }>(
    `select e.delivery_id as id, coalesce(string_agg(distinct d.state, ' '), 'nobody') as states
      from hapana.events e left join hapana.deliveries d using (sequence) left join hapana.slots s using (slot)
      where e.delivery_id = any($1) and coalesce(s.subscriber, 'webhook') = 'webhook' group by 1`,
    [accepted.map(({ deliveryId }) => deliveryId)],
  );
  return new Map(rows.map(({ id, states }) => [id, states]));
}

function lossOf(
  posted: Posted,
  times: readonly CameOut[] | undefined,
  stored: ReadonlyMap<string, string>,
  { mayBeLost = () => false }: Harm,
): string[] {
  if (mayBeLost(posted)) return [];
  const { clientID, deliveryId } = posted;
  const states = stored.get(deliveryId);
  if (clientID.startsWith(poison)) return states === "setAside" ? [] : [`${clientID} is ${states}`];
  if (states !== "delivered") return [`${clientID} is ${states ?? "not in the store"}`];
  return times ? [] : [`${clientID} was never finished`];
}

/** What came more than once was in the hands of one that was hurt, and says so. */
function doubtsOf(clientID: string, times: readonly CameOut[], { hurt, mayForget }: Harm): string[] {
  if (times.length < 2) return [];
  const marked = times.filter(({ msg }) => msg.hapana.redelivered === true).length;
  const where = times.map(({ index, msg }) => `${index} (attempt ${msg.hapana.attempt})`).join(", ");
  return [
    ...(times.some(({ index }) => hurt.has(index)) ? [] : [`${clientID} came twice, and nobody was hurt: ${where}`]),
    ...(mayForget || marked >= times.length - 1 ? [] : [`${clientID} came again, and does not say so: ${where}`]),
  ];
}

const refusalOf = ({ clientID, answers }: Posted) => `${clientID} was taken by none: ${answers.join(" ")}`;

import { randomUUID } from "node:crypto";
import { maxBlame, removedError, setAsideError } from "../own-errors";
import { blamed, innocent, type Progress, suspiciousCrashes } from "../progress";
import type { Database, Statements } from "./database";
import { type DeliveryRow, openStates, type WrittenState, waitingStates } from "./deliveries";
import { type Held, Holding } from "./holding";
import { leaseSeconds, noteSeen } from "./instances";
import type { Everybody } from "./subscribers";
import { addTallies, besideStoring, Tallies } from "./tallies";

/** A suspect's turn, under way when the process ended; without an event, another owner's turn. */
export interface UnfinishedTurn {
  sequence?: number;
  slot?: number;
}

interface OwnerRow {
  owner: string;
  is_stopped: boolean;
  turn: string | null;
}

type HeldRow = DeliveryRow & { removed: boolean | null };

/** How many were set aside, by slot. */
type SetAside = ReadonlyMap<number, number>;

/**
 * This process, as the others see it: a random id that owns claimed events while it sends heartbeats. After too long without one,
 * its events are given to others, and it continues under a new id: what it still reports about those events is ignored.
 */
export class Owner {
  readonly #database: Database;
  readonly #instance: string;
  #id = "";
  #isStopped = false;
  readonly holding = new Holding();

  /**
   * @param database its database
   * @param instance where it runs: its successor there has the same
   */
  constructor(database: Database, instance: string) {
    this.#database = database;
    this.#instance = instance;
  }

  get id(): string {
    return this.#id;
  }

  get instance(): string {
    return this.#instance;
  }

  /**
   * Starts, and takes back at once what its predecessors there had claimed.
   * @returns how many were set aside because they crashed the process repeatedly
   */
  async begin({ survivals, slots }: Everybody): Promise<SetAside> {
    return this.#beginAs(async (statements, id) => {
      const counts = new Map<number, number>();
      const before = await statements.query<OwnerRow>(
        "select owner, is_stopped, turn from hapana.owners where instance = $1 and owner <> $2 order by owner for update",
        [this.#instance, id],
      );
      for (const { owner, is_stopped, turn } of before) {
        const unfinished = turn === null ? undefined : (JSON.parse(turn) as UnfinishedTurn);
        for (const row of await inHandOf(statements, owner)) {
          const isInnocent = is_stopped || row.state === "slow" || slots.get(row.slot)?.facts.isListener === true;
          const wasItsTurn = unfinished?.sequence === row.sequence && unfinished.slot === row.slot;
          const progress = isInnocent ? innocent(row) : blamed(row, wasItsTurn, survivals);
          const state = await recover(statements, row, progress, owner);
          if (state === "setAside") counts.set(row.slot, (counts.get(row.slot) ?? 0) + 1);
        }
        await leave(statements, owner, this.#instance);
      }
      return counts;
    });
  }

  async #beginAs<Result>(act: (statements: Statements, id: string) => Promise<Result>): Promise<Result> {
    const id = randomUUID();
    const result = await this.#database.transaction(async (statements) => {
      await noteSeen(statements, this.#instance);
      await statements.query("insert into hapana.owners (owner, instance, is_stopped) values ($1, $2, $3)", [
        ...[id, this.#instance, this.#isStopped],
      ]);
      return act(statements, id);
    });
    this.#id = id;
    return result;
  }

  /**
   * Sends a heartbeat.
   * @returns whether it still owns its claims; if not, it has started anew
   */
  async beat(): Promise<boolean> {
    const [known] = await this.#database.change(
      `update hapana.owners set beat = now(), steady = case when beat < now() - interval '${leaseSeconds / 2} seconds'
        then now() else steady end where owner = $1 and not is_lost returning owner`,
      [this.#id],
    );
    if (known) await this.#giveBackUnknown();
    else await this.#resume();
    return known !== undefined;
  }

  /** It was cut off; it did not crash. */
  async #resume(): Promise<void> {
    const lost = this.#id;
    this.holding.letGoAll();
    await this.#beginAs(async (statements) => {
      for (const row of await inHandOf(statements, lost)) await recover(statements, row, row, lost);
      await leave(statements, lost, this.#instance);
    });
  }

  async #giveBackUnknown(): Promise<void> {
    const isUnknown = this.holding.asOfNow();
    const rows = await this.#database.query<Held & { step: number | null }>(
      "select sequence, slot, attempt, step from hapana.deliveries where owner = $1 order by sequence, slot",
      [this.#id],
    );
    const unknown = rows.filter((row) => isUnknown(row, row.step));
    if (unknown.length === 0) return;
    await this.#database.transaction(async (statements) => {
      for (const row of unknown) await this.#giveBack(statements, row, this.holding.wasCutOff(row.step));
    });
  }

  async #giveBack(statements: Statements, { sequence, slot, attempt }: Held, wasCutOff: boolean): Promise<void> {
    const [given] = await statements.query<{ endpoint: string; test: boolean }>(
      `update hapana.deliveries d set state = 'waiting', owner = null, step = null, attempt = d.attempt - $5
        from hapana.events e
        where d.sequence = $1 and d.slot = $2 and d.owner = $3 and d.attempt = $4 and e.sequence = d.sequence
        returning e.endpoint, e.test`,
      [sequence, slot, this.#id, attempt, wasCutOff ? 1 : 0],
    );
    if (!given || !wasCutOff || attempt > 1) return;
    const tallies = new Tallies();
    tallies.countSent(given.endpoint, slot, given.test, -1);
    await statements.query(addTallies(1), tallies.values(this.#id, besideStoring));
  }

  /**
   * Frees what owners without a recent heartbeat had claimed. Only a process with steady heartbeats can do so: otherwise, the
   * database itself may have been away.
   * @returns whether anything was freed
   */
  async reap(): Promise<boolean> {
    await this.#database.change(`update hapana.owners set is_lost = true where ${isLost}`, [this.#id]);
    // Whether it crashed is decided when its instance is back: it may have been cut off.
    const freed = await this.#database.change(
      `update hapana.deliveries d set state = 'waiting', cut_from = owner, owner = null, step = null
        where owner is not null and not ${isAlive("d.owner")} returning sequence`,
    );
    return freed.length > 0;
  }

  /** Whether ending now is a clean stop or a crash. */
  async noteStopped(isStopped: boolean): Promise<void> {
    this.#isStopped = isStopped;
    await this.#database.change("update hapana.owners set is_stopped = $2, turn = null where owner = $1", [
      this.#id,
      isStopped,
    ]);
  }

  /** What it now sends on its own. */
  async noteTurn(turn: UnfinishedTurn): Promise<void> {
    await this.#database.change("update hapana.owners set turn = $2 where owner = $1", [
      this.#id,
      JSON.stringify(turn),
    ]);
  }

  /**
   * Releases all its claims, and leaves.
   * @returns the slots with something to claim
   */
  end(): Promise<number[]> {
    return this.#database.transaction(
      async (statements) => {
        const given = await statements.query<{ slot: number }>(
          `update hapana.deliveries set state = 'waiting', owner = null, step = null, crashes = 0, blame = 0, survivals = 0
            where owner = $1 returning slot`,
          [this.#id],
        );
        await leave(statements, this.#id, this.#instance);
        await noteSeen(statements, this.#instance);
        return [...new Set(given.map(({ slot }) => slot))];
      },
      { patience: farewellMilliseconds },
    );
  }
}

/** How long a shutdown waits for this: when its heartbeats stop, its claims are released anyway. */
const farewellMilliseconds = 2_000;

/** Owners without a recent heartbeat, provided that the caller's own were steady. */
const isLost = `not is_lost and beat < now() - interval '${leaseSeconds} seconds' and exists (
  select from hapana.owners me where me.owner = $1 and me.steady < now() - interval '${leaseSeconds} seconds')`;

/** Whether an owner is alive: if it is lost but does not know that yet, it must not claim anything. */
export function isAlive(owner: string): string {
  return `exists (select from hapana.owners o where o.owner = ${owner} and not o.is_lost)`;
}

/** What an owner has claimed, or had taken from it. */
function inHandOf(statements: Statements, owner: string): Promise<HeldRow[]> {
  return statements.query<HeldRow>(
    `select d.*, e.removed from hapana.deliveries d left join hapana.events e using (sequence)
      where d.owner = $1 or d.cut_from = $1 order by sequence, slot for update of d`,
    [owner],
  );
}

/** @returns its new state */
async function recover(
  statements: Statements,
  row: HeldRow,
  { crashes, blame, survivals }: Progress,
  owner: string,
): Promise<WrittenState> {
  const isFree = row.owner === owner || waitingStates.includes(row.state);
  const closed = isFree ? reasonToClose(row, blame) : undefined;
  const open = crashes >= suspiciousCrashes ? "suspect" : "waiting";
  // Another process may have claimed or settled it by now.
  const state = closed?.state ?? (isFree && row.state !== "due" ? open : row.state);
  const counts = openStates.includes(row.state) ? { crashes, blame, survivals } : row;
  await statements.query(
    `update hapana.deliveries set state = $3, crashes = $4, blame = $5, survivals = $6, cut_from = null,
      owner = case when $7 then null else owner end, step = case when $7 then null else step end,
      error = coalesce($8, error), at = coalesce($9, at),
      era = case when $8 is null then era else (select era from hapana.slots s where s.slot = $2) end
      where sequence = $1 and slot = $2`,
    [
      ...[row.sequence, row.slot, state, counts.crashes, counts.blame, counts.survivals],
      ...[isFree, closed?.error ?? null, closed ? Date.now() : null],
    ],
  );
  return state;
}

function reasonToClose({ removed }: HeldRow, blame: number): { state: WrittenState; error: string } | undefined {
  if (removed) return { state: "failed", error: removedError };
  return blame >= maxBlame ? { state: "setAside", error: setAsideError } : undefined;
}

/** Its counts go to its successor in the same instance; the owner itself is forgotten. */
async function leave(statements: Statements, owner: string, instance: string): Promise<void> {
  await fold(statements, owner, instance);
  await statements.query("delete from hapana.owners where owner = $1", [owner]);
}

/** Adds one owner's counts to another's. */
export async function fold(statements: Statements, from: string, to: string): Promise<void> {
  await statements.query(
    `with gone as (delete from hapana.tallies where owner = $1 returning *)
      insert into hapana.tallies as t
        select $2, lane, endpoint, slot, received, duplicates, sent, sent_tests, last_event, last_test, last_at
          from gone order by lane, endpoint, slot
      on conflict (owner, lane, endpoint, slot) do update set
        received = t.received + excluded.received, duplicates = t.duplicates + excluded.duplicates,
        sent = t.sent + excluded.sent, sent_tests = t.sent_tests + excluded.sent_tests,
        last_event = case when excluded.last_at >= coalesce(t.last_at, 0) then excluded.last_event else t.last_event end,
        last_test = case when excluded.last_at >= coalesce(t.last_at, 0) then excluded.last_test else t.last_test end,
        last_at = greatest(t.last_at, excluded.last_at)`,
    [from, to],
  );
}

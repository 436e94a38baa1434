import { Batching } from "../batching";
import { fromRow } from "../event-row";
import type { Claim, Settlement, Turn } from "../inbox";
import { OneByOne } from "../one-by-one";
import { removedError, unreadableError } from "../own-errors";
import { isSomebodyElsesTurn, type Progress } from "../progress";
import type { Database, Statements } from "./database";
import { numberOf } from "./instances";
import { isAlive, type Owner } from "./owner";
import { type Settled, writeSettled } from "./settlements";
import type { Slot, Subscribers } from "./subscribers";
import { addTallies, besideStoring, Tallies } from "./tallies";

const settlementsAtOnce = 500;

/** Nothing waits for them: a short delay makes larger batches. */
const settlingPace = { rest: 5 };

/** A claimed delivery and its event. */
interface TakenRow extends Progress {
  sequence: number;
  slot: number;
  wasDue: boolean;
  document: string | null;
  removed: boolean | null;
}

/** Called when there may be something for subscribers. */
export interface Wakes {
  wake(slots: Iterable<Slot>): void;
  /** The same, in `after` milliseconds. */
  wakeLater(slot: Slot, after: number): void;
  /** Waiting events may need to be taken over. */
  leftOver(): void;
}

/** Delivers events to subscribers and records the outcomes. */
export class Delivering {
  readonly #database: Database;
  readonly #owner: Owner;
  readonly #subscribers: Subscribers;
  readonly #inbox: string;
  readonly #wakes: Wakes;
  readonly #settling: Batching<Settlement, undefined>;
  /** By slot: otherwise, later events could come first. */
  readonly #claiming = new Map<number, OneByOne>();
  /** Settlements that the database did not accept, to be retried. */
  #unsettled: Settlement[] = [];
  #isTurnUnderWay = false;

  /** @param inbox the id of the inbox */
  constructor(database: Database, owner: Owner, subscribers: Subscribers, inbox: string, wakes: Wakes) {
    this.#database = database;
    this.#owner = owner;
    this.#subscribers = subscribers;
    this.#inbox = inbox;
    this.#wakes = wakes;
    this.#settling = new Batching(settlementsAtOnce, (batch) => this.#settle(batch), settlingPace);
  }

  async claim(subscriber: string, max: number): Promise<Claim[]> {
    const slot = this.#subscribers.activeSlot(subscriber);
    if (!slot || max < 1) return [];
    // It has no flow to crash the process.
    const isListener = slot.facts.isListener === true;
    if (!isListener && this.#isTurnUnderWay) return [];
    const turns = this.#claiming.get(slot.slot) ?? new OneByOne();
    this.#claiming.set(slot.slot, turns);
    return turns.run(() => this.#take(slot, [slot.slot, max, isListener], takeNext));
  }

  async #take(slot: Slot, values: readonly unknown[], text: string): Promise<Claim[]> {
    const { claims, closed } = await this.#owner.holding.take(
      (step) =>
        this.#database.transaction(async (statements) => {
          const rows = await statements.query<TakenRow>(text, [...values, this.#owner.id, step]);
          return this.#claimsOf(statements, slot, rows);
        }),
      ({ claims: taken }) => taken.map(({ event: { sequence }, attempt }) => ({ sequence, slot: slot.slot, attempt })),
    );
    // Fewer than requested, although there may be more.
    if (closed > 0) this.#wakes.wake([slot]);
    return claims;
  }

  async #claimsOf(statements: Statements, slot: Slot, rows: TakenRow[]): Promise<{ claims: Claim[]; closed: number }> {
    const { facts } = slot;
    const tallies = new Tallies();
    const claims: Claim[] = [];
    const lost: { sequence: number; error: string }[] = [];
    rows.sort((one, other) => Number(other.wasDue) - Number(one.wasDue) || one.sequence - other.sequence);
    for (const { sequence, attempt, failures, document, removed } of rows) {
      const event = document === null ? undefined : fromRow(document, sequence)?.event;
      if (!event || removed) {
        lost.push({ sequence, error: removed ? removedError : unreadableError });
        continue;
      }
      claims.push({ subscriber: facts.id, inbox: this.#inbox, event, attempt, failures });
      if (attempt === 1) tallies.countSent(facts.endpoint, slot.slot, event.test, 1);
      tallies.of(facts.endpoint, slot.slot).last = {
        ...{ event: event.event, test: event.test, at: Date.parse(event.receivedAt) },
      };
    }
    if (claims.length > 0) await statements.query(addTallies(1), tallies.values(this.#owner.id, besideStoring));
    for (const { sequence, error } of lost)
      await statements.query(
        `update hapana.deliveries set state = 'failed', attempt = attempt - 1, owner = null, step = null, error = $3,
          at = $4, era = (select era from hapana.slots s where s.slot = $2) where sequence = $1 and slot = $2`,
        [sequence, slot.slot, error, Date.now()],
      );
    return { claims, closed: lost.length };
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    await Promise.all(settlements.map((each) => this.#settleOne(each)));
  }

  async #settleOne(settlement: Settlement): Promise<void> {
    try {
      await this.#settling.add(settlement, [`${settlement.subscriber} ${settlement.sequence}`]);
    } catch (error) {
      this.#unsettled.push(settlement);
      throw error;
    }
  }

  /** Retries failed settlements; skips what other processes have taken over since. */
  async settleAgain(): Promise<void> {
    await this.settle(this.#unsettled.splice(0));
  }

  async #settle(settlements: readonly Settlement[]): Promise<undefined[]> {
    const settled = await this.#write(settlements);
    for (const { sequence, slot, attempt, outcome } of settled)
      if (outcome.kind !== "slow") this.#owner.holding.letGo({ sequence, slot: slot.slot, attempt });
    this.#wake(settled);
    return settlements.map(() => undefined);
  }

  #write(settlements: readonly Settlement[]): Promise<readonly Settled[]> {
    const asked = settlements
      .flatMap((settlement) =>
        this.#subscribers.slotsOf(settlement.subscriber).map((slot): Settled => ({ ...settlement, slot })),
      )
      .sort((one, other) => one.sequence - other.sequence || one.slot.slot - other.slot.slot);
    const isSimple = asked.every(({ outcome }) => outcome.kind !== "unsent");
    return isSimple
      ? writeSettled(this.#database, this.#owner.id, asked)
      : this.#database.transaction(async (statements) => {
          const settled = await writeSettled(statements, this.#owner.id, asked);
          await this.#takeBackSent(statements, settled);
          return settled;
        });
  }

  async #takeBackSent(statements: Statements, settled: readonly Settled[]): Promise<void> {
    const tallies = new Tallies();
    for (const { outcome, attempt, slot } of settled)
      if (outcome.kind === "unsent" && attempt === 1)
        tallies.countSent(slot.facts.endpoint, slot.slot, outcome.test, -1);
    await statements.query(addTallies(1), tallies.values(this.#owner.id, besideStoring));
  }

  #wake(settled: readonly Settled[]): void {
    const waiting = new Set<Slot>();
    for (const { outcome, slot } of settled) {
      if (outcome.kind === "waiting" || outcome.kind === "unsent") waiting.add(slot);
      if (outcome.kind === "retry") this.#wakes.wakeLater(slot, outcome.after);
    }
    this.#wakes.wake(waiting);
    if ([...waiting].some(({ slot }) => !this.#subscribers.everybody.slots.get(slot)?.facts.isActive))
      this.#wakes.leftOver();
  }

  /** The slots here that have something to claim. */
  async claimable(): Promise<number[]> {
    const here = [...this.#subscribers.everybody.slots.values()].filter(
      (slot) =>
        slot.facts.isActive && this.#subscribers.isHere(slot) && (this.#subscribers.own?.has(slot.facts.id) ?? true),
    );
    const rows = await this.#database.query<{ slot: number }>(haveSomething, [here.map(({ slot }) => slot)]);
    return rows.map(({ slot }) => slot);
  }

  async nextTurn(): Promise<Turn | undefined> {
    const { survivals } = await this.#subscribers.refresh();
    const [suspect] = await this.#database.query<Progress & { sequence: number; slot: number }>(firstSuspect, [
      this.#subscribers.own ? [...this.#subscribers.own] : null,
    ]);
    const slot = suspect && this.#subscribers.everybody.slots.get(suspect.slot);
    if (!slot) return undefined;
    this.#isTurnUnderWay = true;
    try {
      // Then nothing is sent, to see if the process crashes anyway.
      const isToWait = isSomebodyElsesTurn(suspect, survivals);
      const { sequence } = suspect;
      await this.#owner.noteTurn(isToWait ? {} : { sequence, slot: slot.slot });
      if (isToWait) return {};
      const [claim] = await this.#take(slot, [slot.slot, sequence], takeSuspect);
      if (claim) return { claim };
    } catch (error) {
      this.#isTurnUnderWay = false;
      throw error;
    }
    // Another process was quicker.
    this.#isTurnUnderWay = false;
    return this.nextTurn();
  }

  async survived(): Promise<void> {
    this.#isTurnUnderWay = false;
    await this.#database.transaction(async (statements) => {
      await statements.query("update hapana.store set survivals = survivals + 1");
      await statements.query("update hapana.owners set turn = null where owner = $1", [this.#owner.id]);
      await statements.query(
        `update hapana.deliveries set crashes = 0, blame = 0, survivals = 0
          where owner = $1 and state = 'inFlow' and crashes > 0`,
        [this.#owner.id],
      );
    });
    this.#wakes.wake(this.#subscribers.everybody.slots.values());
  }
}

const isSuspected = `exists (select from hapana.deliveries s join hapana.slots using (slot)
  where s.state = 'suspect' and is_active)`;

/** Due events first, then in order of arrival. Other processes may claim others at the same time. */
const takeNext = `
  with due as (
    select sequence from hapana.deliveries
      where slot = $1 and state = 'due' and due <= now() and ($3 or not ${isSuspected}) and ${isAlive("$4")}
      order by due limit $2 for update skip locked
  ), waiting as (
    select sequence from hapana.deliveries
      where slot = $1 and state = 'waiting' and ($3 or not ${isSuspected}) and ${isAlive("$4")}
      order by sequence limit $2 - (select count(*) from due) for update skip locked
  ), next as (
    select sequence, true as was_due from due union all select sequence, false from waiting
  ), taken as (
    update hapana.deliveries d set state = 'inFlow', owner = $4, step = $5, handler = ${numberOf("$4")}, attempt = attempt + 1, due = null
      from next where d.sequence = next.sequence and d.slot = $1
      returning d.*, next.was_due as "wasDue"
  )
  select taken.*, e.document, e.removed from taken left join hapana.events e using (sequence)`;

const haveSomething = `
  select slot from unnest($1::integer[]) as v (slot)
    where exists (select from hapana.deliveries d where d.slot = v.slot and d.state = 'waiting')
      or exists (select from hapana.deliveries d where d.slot = v.slot and d.state = 'due' and d.due <= now())`;

const firstSuspect = `
  select d.* from hapana.deliveries d join hapana.slots s using (slot)
    where d.state = 'suspect' and s.is_active and ($1::text[] is null or s.subscriber = any($1))
    order by d.blame, d.survivals, d.sequence limit 1`;

const takeSuspect = `
  with taken as (
    update hapana.deliveries d set state = 'inFlow', owner = $3, step = $4, handler = ${numberOf("$3")}, attempt = attempt + 1
      where slot = $1 and sequence = $2 and state = 'suspect' and ${isAlive("$3")} returning *
  )
  select taken.*, false as "wasDue", e.document, e.removed from taken left join hapana.events e using (sequence)`;

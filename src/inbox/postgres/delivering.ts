import { Batching } from "../batching";
import type { Claim, Settlement, Turn } from "../inbox";
import { OneByOne } from "../one-by-one";
import { removedError, unreadableError } from "../own-errors";
import { isSomebodyElsesTurn, type Progress } from "../progress";
import { type TakenRow, takeNext, takeSuspect } from "./claiming";
import type { Database, Statements } from "./database";
import { fromDocument } from "./documents";
import type { Owner } from "./owner";
import { type Settled, writeSettled } from "./settlements";
import type { Slot, Subscribers } from "./subscribers";
import { addTallies, besideStoring, Tallies } from "./tallies";

const settlementsAtOnce = 500;

/** Nothing waits for them: a short delay makes larger batches. */
const settlingPace = { rest: 5 };

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
    const { claims, lost } = await this.#owner.holding.take(
      async (step) => {
        const rows = await this.#database.query<TakenRow>(text, [...values, this.#owner.id, step]);
        const taken = this.#claimsOf(slot, rows);
        if (taken.lost.length > 0) await this.#closeLost(slot, taken.lost);
        return taken;
      },
      ({ claims: taken }) => taken.map(({ event: { sequence }, attempt }) => ({ sequence, slot: slot.slot, attempt })),
    );
    // Fewer than requested, although there may be more.
    if (lost.length > 0) this.#wakes.wake([slot]);
    return claims;
  }

  #claimsOf({ facts }: Slot, rows: readonly TakenRow[]): { claims: Claim[]; lost: TakenRow[] } {
    const claims: Claim[] = [];
    const lost: TakenRow[] = [];
    for (const row of rows) {
      const { sequence, attempt, failures, document, removed } = row;
      const event = document === null ? undefined : fromDocument(document, sequence)?.event;
      if (!event || removed) lost.push(row);
      else claims.push({ subscriber: facts.id, inbox: this.#inbox, event, attempt, failures });
    }
    return { claims, lost };
  }

  /** What cannot be sent has failed, and does not count as sent. */
  async #closeLost({ slot, facts }: Slot, lost: readonly TakenRow[]): Promise<void> {
    await this.#database.transaction(async (statements) => {
      const tallies = new Tallies();
      for (const { sequence, attempt, removed, test } of lost) {
        if (attempt === 1 && removed === false) tallies.countSent(facts.endpoint, slot, test === true, -1);
        await statements.query(
          `update hapana.deliveries set state = 'failed', attempt = attempt - 1, owner = null, step = null, error = $3,
            at = $4, era = (select era from hapana.slots s where s.slot = $2) where sequence = $1 and slot = $2`,
          [sequence, slot, removed ? removedError : unreadableError, Date.now()],
        );
      }
      await statements.query(addTallies(1), tallies.values(this.#owner.id, besideStoring));
    });
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

const haveSomething = `
  select slot from unnest($1::integer[]) as v (slot)
    where exists (select from hapana.deliveries d where d.slot = v.slot and d.state = 'waiting')
      or exists (select from hapana.deliveries d where d.slot = v.slot and d.state = 'due' and d.due <= now())`;

const firstSuspect = `
  select d.* from hapana.deliveries d join hapana.slots s using (slot)
    where d.state = 'suspect' and s.is_active and ($1::text[] is null or s.subscriber = any($1))
    order by d.blame, d.survivals, d.sequence limit 1`;

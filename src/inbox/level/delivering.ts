import type { Claim, Outcome, Settlement, Turn } from "../inbox";
import { removedError } from "../own-errors";
import { fresh, isSomebodyElsesTurn, type Progress } from "../progress";
import { del, put, type Write } from "./database";
import { keys } from "./keys";
import { giveUpRemoved, giveUpUnreadable, readEvents, stillOpen } from "./reading";
import { putOpen } from "./rows";
import type { Slot } from "./slot";
import type { State } from "./state";

type ClosedOutcome = Extract<Outcome, { kind: "delivered" | "failed" }>;

/** Hands events to subscribers, and records their outcomes. */
export class Delivering {
  readonly #state: State;
  /** Takes events that have to wait. */
  readonly #wait: (slot: Slot, sequence: number, progress?: Progress) => void;
  #isTurnUnderWay = false;

  constructor(state: State, wait: (slot: Slot, sequence: number, progress?: Progress) => void) {
    this.#state = state;
    this.#wait = wait;
  }

  async claim(subscriber: string, max: number): Promise<Claim[]> {
    const slot = this.#state.activeSlot(subscriber);
    if (!slot) return [];
    // It has no flow that could crash the process.
    if (!slot.facts.isListener && (this.#isTurnUnderWay || this.#firstSuspect())) return [];
    const due = slot.due.take(max);
    const waiting: number[] = [];
    while (due.length + waiting.length < max) {
      const sequence = slot.waiting.take();
      if (sequence === undefined) break;
      waiting.push(sequence);
    }
    const taken = due.concat(waiting).map((sequence) => ({ sequence, progress: slot.progress.get(sequence) ?? fresh }));
    return taken.length === 0 ? [] : this.#send(slot, taken);
  }

  async #send(slot: Slot, taken: readonly { sequence: number; progress: Progress }[]): Promise<Claim[]> {
    const claims: Claim[] = [];
    for (const { sequence } of taken) slot.claiming.add(sequence);
    try {
      const read = await readEvents(
        this.#state,
        taken.map(({ sequence }) => sequence),
      );
      // What it read belongs to a store that no longer exists.
      if (!this.#state.isKnown(slot)) return [];
      await this.#giveUp(
        slot,
        taken.map(({ sequence }) => sequence).filter((_, index) => read[index] === undefined),
      );
      const removed = read.flatMap((each) => (each?.event.removed ? [each.event.sequence] : []));
      if (removed.length > 0) giveUpRemoved(this.#state, slot, removed);
      const writes: Write[] = [];
      for (const [index, { sequence, progress }] of taken.entries()) {
        slot.claiming.delete(sequence);
        slot.progress.delete(sequence);
        const event = read[index]?.event;
        if (!event || event.removed) continue;
        const sent = { ...progress, attempt: progress.attempt + 1 };
        slot.inFlow.set(sequence, sent);
        slot.countSent(event, sent.attempt);
        writes.push(putOpen(slot, sequence, { ...sent, state: "inFlow" }));
        const { attempt, failures } = sent;
        claims.push({ subscriber: slot.facts.id, inbox: this.#state.id, event, attempt, failures });
      }
      this.#state.countsChanged(slot);
      // They must be marked as sent before they are: otherwise they might be redelivered without saying so.
      await this.#state.writer.writeLazily(...writes);
    } catch (error) {
      for (const { sequence, progress } of taken) {
        slot.inFlow.delete(sequence);
        this.#wait(slot, sequence, progress);
      }
      throw error;
    } finally {
      for (const { sequence } of taken) slot.claiming.delete(sequence);
    }
    // Fewer than requested, although there may be more.
    if (claims.length < taken.length) slot.wake();
    return claims;
  }

  async #giveUp(slot: Slot, unreadable: readonly number[]): Promise<void> {
    if (unreadable.length === 0) return;
    const lost = await stillOpen(this.#state, slot, unreadable);
    if (lost.length === 0) return;
    this.#state.foundDamage("events");
    await giveUpUnreadable(this.#state, slot, lost);
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    const writes: Write[] = [];
    const ended: [Slot, number][] = [];
    for (const settlement of settlements) {
      const slot = this.#slotOf(settlement);
      if (!slot) continue;
      this.#settle(slot, settlement, writes);
      ended.push([slot, settlement.sequence]);
    }
    if (writes.length === 0) return;
    await this.#state.writer.writeLazily(...writes);
    for (const [slot, sequence] of ended) this.#state.firstAttempts.forget(slot, sequence);
  }

  /** Where the attempt is in progress; `undefined` if it is over, or the event has been sent again since. */
  #slotOf({ subscriber, sequence, attempt }: Settlement): Slot | undefined {
    return this.#state
      .slotsOf(subscriber)
      .find(({ inFlow, slow }) => (inFlow.get(sequence) ?? slow.get(sequence))?.attempt === attempt);
  }

  #settle(slot: Slot, { sequence, outcome }: Settlement, writes: Write[]): void {
    const { attempt, failures } = slot.inFlow.get(sequence) ?? slot.slow.get(sequence) ?? fresh;
    slot.inFlow.delete(sequence);
    slot.slow.delete(sequence);
    const first = this.#state.firstAttempts.end(slot, sequence);
    if (first) writes.push(...first);
    if (outcome.kind === "delivered" || outcome.kind === "failed") {
      if (!first) writes.push(del(keys.open(sequence, slot.name)));
      writes.push(...this.#close(slot, sequence, attempt, outcome));
    } else writes.push(this.#keepOpen(slot, sequence, { ...fresh, attempt, failures }, outcome));
  }

  #close(slot: Slot, sequence: number, attempts: number, outcome: ClosedOutcome): Write[] {
    const { kind: state, ...rest } = outcome;
    const removed = state === "failed" && this.#state.forgotten.has(sequence) ? { error: removedError } : {};
    return this.#state.closeDelivery(slot, sequence, { state, at: Date.now(), attempts, ...rest, ...removed });
  }

  #keepOpen(slot: Slot, sequence: number, progress: Progress, outcome: Exclude<Outcome, ClosedOutcome>): Write {
    switch (outcome.kind) {
      case "waiting":
        this.#wait(slot, sequence, progress);
        return putOpen(slot, sequence, { ...progress, state: "waiting" });
      case "unsent": {
        slot.takeBackSent(outcome.test, progress.attempt);
        this.#state.countsChanged(slot);
        const unsent = { ...progress, attempt: progress.attempt - 1 };
        this.#wait(slot, sequence, unsent);
        return putOpen(slot, sequence, { ...unsent, state: "waiting" });
      }
      case "slow":
        slot.slow.set(sequence, progress);
        return putOpen(slot, sequence, { ...progress, state: "slow" });
      case "retry": {
        const failed = { ...progress, failures: progress.failures + 1 };
        slot.progress.set(sequence, failed);
        slot.due.add(sequence, outcome.after);
        return putOpen(slot, sequence, { ...failed, state: "due", due: Date.now() + outcome.after });
      }
    }
  }

  /** Least blame first: so suspects take turns across crashes as well. */
  #firstSuspect(): { slot: Slot; sequence: number; progress: Progress } | undefined {
    const suspects = [...this.#state.slots.values()]
      .filter(({ suspects, facts }) => suspects.size > 0 && facts.isActive)
      .flatMap((slot) => Array.from(slot.suspects, ([sequence, progress]) => ({ slot, sequence, progress })));
    const rank = (one: Progress, other: Progress) => one.blame - other.blame || one.survivals - other.survivals;
    return suspects.sort((one, other) => rank(one.progress, other.progress) || one.sequence - other.sequence)[0];
  }

  async nextTurn(): Promise<Turn | undefined> {
    const suspect = this.#firstSuspect();
    if (!suspect) return undefined;
    this.#isTurnUnderWay = true;
    const { slot, sequence, progress } = suspect;
    // Then nothing is sent, to see whether the process dies all the same.
    const isToWait = isSomebodyElsesTurn(progress, this.#state.survivals);
    const turn = isToWait ? {} : { sequence, slot: slot.name };
    await this.#state.writer.writeLazily(put(keys.fact("turn"), JSON.stringify(turn)));
    if (isToWait) return {};
    slot.suspects.delete(sequence);
    const [claim] = await this.#send(slot, [{ sequence, progress }]).catch((error) => {
      this.#isTurnUnderWay = false;
      throw error;
    });
    if (claim) return { claim };
    await this.survived();
    return this.nextTurn();
  }

  async survived(): Promise<void> {
    const { slots, writer } = this.#state;
    this.#state.survivals += 1;
    this.#isTurnUnderWay = false;
    const writes = [del(keys.fact("turn")), put(keys.fact("survivals"), String(this.#state.survivals))];
    for (const slot of slots.values()) {
      for (const [sequence, sent] of slot.inFlow) {
        if (sent.crashes === 0) continue;
        const cleared = { ...sent, crashes: 0, blame: 0, survivals: 0 };
        slot.inFlow.set(sequence, cleared);
        writes.push(putOpen(slot, sequence, { ...cleared, state: "inFlow" }));
      }
      slot.wake();
    }
    await writer.writeLazily(...writes);
  }
}

import type { Handover, Present, Subscriber } from "../inbox";
import { OneByOne } from "../one-by-one";
import { fresh, type Progress } from "../progress";
import type { SlotFacts } from "../routing";
import { type Routed, selects } from "../routing";
import { del, put, type Write } from "./database";
import { keys } from "./keys";
import { readEvents } from "./reading";
import { putOpen } from "./rows";
import type { Slot } from "./slot";
import type { Endpoint, State } from "./state";

/** How many events are moved in one step. */
const eventsAtOnce = 200;

/** How long to wait before retrying what could not be read. */
const retryMilliseconds = 1_000;

/** Knows the subscribers, and lets new ones take over what waits for those that are gone. */
export class HandingOver {
  readonly #state: State;
  readonly #moving = new OneByOne();
  readonly #loaded: () => Promise<void>;
  #isClosed = false;
  #present: Present | undefined;

  /**
   * @param state what the inbox knows
   * @param loaded resolves once everything open is known
   */
  constructor(state: State, loaded: () => Promise<void>) {
    this.#state = state;
    this.#loaded = loaded;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Into a store without subscribers: its files were replaced. */
  async announceAgain(): Promise<void> {
    if (this.#present) await this.subscribers(this.#present).catch(() => undefined);
  }

  async subscribers(everybody: Present): Promise<Handover> {
    this.#present = everybody;
    this.#state.areFlowsStopped = false;
    const state = this.#state;
    const now = Date.now();
    this.#noteEndpoints(everybody, now);
    const newcomers = this.#noteSubscribers(everybody, now);
    const there = new Set(everybody.subscribers.map(({ id, endpoint }) => this.#slotAt(id, endpoint)));
    const gone = [...state.slots.values()].filter((slot) => slot.facts.isActive && !there.has(slot));
    for (const slot of gone) this.#change(slot, { ...slot.facts, isActive: false, since: now });
    this.#noteEarlier(everybody, now);
    this.#bequeath(newcomers);
    this.#forget(now);
    await state.writer.write([del(keys.fact("closedWell"))], () => []);
    await this.#loaded();
    // If part of the store was lost, there may now be more for them to take over.
    this.#bequeath(newcomers);

    const takenOver: Handover["takenOver"] = [];
    await Promise.all(
      [...state.slots.values()].map(async (slot) => {
        if (!this.#hasHeirs(slot)) return;
        const counts = new Map<Slot, number>();
        await this.move(slot, counts);
        for (const [heir, count] of counts) takenOver.push({ from: slot.facts.id, to: heir.facts.id, count });
      }),
    );
    const absent = [...state.slots.values()].filter(({ facts }) => !facts.isActive);
    return { takenOver, withoutTaker: withoutTaker(absent, new Set(gone)) };
  }

  #noteEndpoints({ endpoints, earlier }: Present, now: number): void {
    const state = this.#state;
    const present = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
    const gone = new Map(earlier?.endpoints.map((endpoint) => [endpoint.id, endpoint]));
    for (const id of [...present.keys(), ...gone.keys()]) state.endpoint(id);
    for (const endpoint of state.endpoints.values()) {
      const { id } = endpoint.facts;
      const isPresent = present.has(id);
      const since = isPresent === endpoint.facts.isPresent ? endpoint.facts.since : now;
      // A deleted endpoint keeps its path and its retention.
      const facts = { ...endpoint.facts, ...(present.get(id) ?? gone.get(id)), isPresent, since };
      if (JSON.stringify(facts) === JSON.stringify(endpoint.facts)) continue;
      endpoint.facts = facts;
      state.writer.note(put(keys.endpoint(id), JSON.stringify(facts)));
    }
  }

  /** @returns those that are new */
  #noteSubscribers({ subscribers }: Present, now: number): Slot[] {
    const newcomers: Slot[] = [];
    for (const subscriber of subscribers) {
      const known = this.#slotAt(subscriber.id, subscriber.endpoint);
      const since = known?.facts.isActive ? known.facts.since : now;
      const facts = { ...factsOf(subscriber), isActive: true, since };
      if (!known) newcomers.push(this.#state.addSlot(facts));
      else {
        if (!known.facts.isActive) this.#disinherit(known);
        this.#change(known, facts);
      }
    }
    return newcomers;
  }

  #noteEarlier({ earlier }: Present, now: number): void {
    for (const subscriber of earlier?.subscribers ?? []) {
      const known = this.#slotAt(subscriber.id, subscriber.endpoint);
      const since = known?.facts.since ?? now;
      const facts = { ...factsOf(subscriber), isActive: false, since };
      if (!known) this.#state.addSlot(facts);
      else if (!known.facts.isActive) this.#change(known, facts);
    }
  }

  #slotAt(id: string, endpoint: string): Slot | undefined {
    return this.#state.slotsOf(id).find(({ facts }) => facts.endpoint === endpoint);
  }

  #change(slot: Slot, facts: SlotFacts): void {
    if (JSON.stringify(facts) !== JSON.stringify(slot.facts))
      this.#state.writer.note(put(keys.slot(slot.name), JSON.stringify(facts)));
    slot.facts = facts;
  }

  /** A subscriber that is back needs no heir. */
  #disinherit(slot: Slot): void {
    this.#state.writer.note(...slot.heirs.map((heir) => del(keys.heir(slot.name, heir.name))));
    slot.heirs = [];
  }

  /**
   * The possible heirs of an absent subscriber: new ones, at its endpoint, or at one with the path of its deleted endpoint; for what
   * nobody took, every active subscriber.
   */
  #heirsOf(source: Slot, newcomers: readonly Slot[]): Slot[] {
    const { endpoint, isNobody } = source.facts;
    const own = this.#state.endpoint(endpoint);
    const here = own.slots.filter((slot) => canTake(slot) && (isNobody || newcomers.includes(slot)));
    if (own.facts.isPresent || own.facts.path === undefined) return here;
    const successors = [...this.#state.endpoints.values()].filter(
      ({ facts }) => facts.isPresent && facts.path !== undefined && facts.path === own.facts.path,
    );
    return successors.flatMap(({ slots }: Endpoint) => slots.filter(canTake));
  }

  /** Assigns heirs to absent subscribers. */
  #bequeath(newcomers: readonly Slot[]): void {
    for (const slot of this.#state.slots.values()) {
      if (slot.facts.isActive || slot.facts.isListener) continue;
      for (const heir of this.#heirsOf(slot, newcomers)) {
        if (slot.heirs.includes(heir)) continue;
        slot.heirs.push(heir);
        this.#state.writer.note(put(keys.heir(slot.name, heir.name), ""));
      }
    }
  }

  #hasHeirs({ facts, heirs }: Slot): boolean {
    return !facts.isActive && heirs.some((heir) => heir.facts.isActive);
  }

  /** Lets an event wait; if its subscriber is absent and has an heir, for the heir. */
  readonly wait = (slot: Slot, sequence: number, progress: Progress = fresh): void => {
    slot.wait(sequence, progress);
    if (this.#hasHeirs(slot)) void this.move(slot);
    else slot.wake();
  };

  /**
   * Moves what waits to the heirs, in steps; one absent subscriber after the other, because several may have waited for the
   * same events.
   * @param counts how many went to whom
   */
  async move(source: Slot, counts = new Map<Slot, number>()): Promise<void> {
    await this.#moving.run(() => this.#move(source, counts));
  }

  /** Discards what waits for an absent subscriber without an heir. @returns how many */
  discard(source: Slot): Promise<number> {
    return this.#moving.run(() => this.#discard(source));
  }

  async #discard(source: Slot): Promise<number> {
    if (source.facts.isActive || this.#hasHeirs(source)) return 0;
    const all = takeAll(source);
    for (let at = 0; at < all.length; at += eventsAtOnce) {
      const some = all.slice(at, at + eventsAtOnce);
      const writes = some.flatMap((sequence) => this.#takeFrom(source, sequence));
      const stillWaits = (sequence: number) =>
        putOpen(source, sequence, { ...(source.progress.get(sequence) ?? fresh), state: "waiting" });
      try {
        await this.#state.writer.write(writes, () => some.map(stillWaits));
      } catch (error) {
        for (const sequence of all.slice(at)) source.waiting.add(sequence);
        throw error;
      }
      for (const sequence of some) source.progress.delete(sequence);
    }
    return all.length;
  }

  async #move(source: Slot, counts: Map<Slot, number>): Promise<number> {
    const all = takeAll(source);
    let moved = 0;
    for (let at = 0; at < all.length; at += eventsAtOnce) {
      const some = all.slice(at, at + eventsAtOnce);
      // A deploy may have brought it back meanwhile; and a closed inbox moves nothing.
      const count = this.#isClosed || !this.#hasHeirs(source) ? undefined : await this.#moveSome(source, some, counts);
      if (count === undefined) {
        for (const sequence of all.slice(at)) source.waiting.add(sequence);
        if (source.facts.isActive) source.wake();
        else if (!this.#isClosed && this.#state.isKnown(source) && this.#hasHeirs(source))
          setTimeout(() => void this.move(source), retryMilliseconds).unref();
        break;
      }
      moved += count;
    }
    return moved;
  }

  /** @returns how many were moved; `undefined` if the disk refuses */
  async #moveSome(source: Slot, some: readonly number[], counts: Map<Slot, number>): Promise<number | undefined> {
    const read = await readEvents(this.#state, some).catch(() => undefined);
    if (!read) return undefined;
    const heirs = [...source.heirs];
    const had = await this.#hadBy(heirs, some).catch(() => undefined);
    if (!had || !this.#state.isKnown(source)) return undefined;
    const writes: Write[] = [];
    const moves: { heir: Slot; sequence: number; progress: Progress }[] = [];
    for (const [index, sequence] of some.entries()) {
      const event = read[index]?.event;
      const heir = event && heirs.find(({ facts }) => facts.isActive && selects(facts, event));
      if (!heir && event && this.#isIgnored(source, event)) {
        writes.push(...this.#takeFrom(source, sequence));
        continue;
      }
      // A subscriber that is back gets its own; unreadable events stay: pruning removes them.
      if (!heir || source.facts.isActive) {
        source.waiting.add(sequence);
        continue;
      }
      const progress = { ...(source.progress.get(sequence) ?? fresh), crashes: 0, blame: 0 };
      source.progress.delete(sequence);
      if (had.has(keys.open(sequence, heir.name))) {
        writes.push(...this.#takeFrom(source, sequence));
        continue;
      }
      writes.push(...this.#takeFrom(source, sequence), putOpen(heir, sequence, { ...progress, state: "waiting" }));
      moves.push({ heir, sequence, progress });
    }
    if (source.facts.isActive) source.wake();
    // Before the heirs know: what they write about it may be newer.
    const written = writes.length > 0 ? this.#state.writer.writeLazily(...writes) : undefined;
    for (const { heir, sequence, progress } of moves) {
      heir.wait(sequence, progress);
      counts.set(heir, (counts.get(heir) ?? 0) + 1);
    }
    for (const heir of new Set(moves.map(({ heir }) => heir))) heir.wake();
    await written;
    return moves.length;
  }

  /**
   * What heirs already have: of their own, or from another absent subscriber.
   * @returns the keys of their open deliveries
   */
  async #hadBy(heirs: readonly Slot[], sequences: readonly number[]): Promise<ReadonlySet<string>> {
    const pairs = heirs.flatMap((heir) => sequences.map((sequence) => ({ heir, sequence })));
    const { reader } = this.#state;
    // Before the rows are read: what ends meanwhile then has one.
    const first = pairs.map(({ heir, sequence }) => heir.firstAttempts.has(sequence));
    const open = await reader.getMany(pairs.map(({ heir, sequence }) => keys.open(sequence, heir.name)));
    const closed = await reader.getMany(pairs.map(({ heir, sequence }) => keys.closed(sequence, heir.name)));
    const had = pairs.filter((_, index) => first[index] || open[index] !== undefined || closed[index] !== undefined);
    return new Set(had.map(({ heir, sequence }) => keys.open(sequence, heir.name)));
  }

  #takeFrom(source: Slot, sequence: number): Write[] {
    this.#state.mayBeFinished(sequence);
    return [del(keys.open(sequence, source.name)), ...this.#state.firstAttempts.strike(source, sequence)];
  }

  /** For events that arrived during a deploy: no active subscriber wants it, and no absent one would have had it. */
  #isIgnored({ facts: { isNobody, endpoint } }: Slot, event: Routed): boolean {
    const wants = ({ facts }: Slot) => !facts.isNobody && !facts.isListener && selects(facts, event);
    return isNobody === true && !this.#state.endpoint(endpoint).slots.some(wants);
  }

  /** Forgets subscribers that have been absent for longer than events are kept, if nothing waits for them. */
  #forget(now: number): void {
    for (const slot of [...this.#state.slots.values()]) {
      const { isActive, since, endpoint } = slot.facts;
      const retention = this.#state.endpoint(endpoint).facts.retentionDays * 24 * 60 * 60_000;
      if (!isActive && slot.open === 0 && now - since > 2 * retention) this.#state.removeSlot(slot);
    }
  }
}

function factsOf({ id, endpoint, events, sites, isListener }: Subscriber): Omit<SlotFacts, "isActive" | "since"> {
  return { id, endpoint, events: [...events], sites: [...sites], ...(isListener && { isListener }) };
}

/** Events meant for others are nothing for a listener. */
function canTake({ facts }: Slot): boolean {
  return facts.isActive && !facts.isListener;
}

/** Takes out everything that waits. */
function takeAll({ waiting, due, suspects, progress: all }: Slot): number[] {
  const taken = [...waiting.takeAll(), ...due.takeAll(), ...suspects.keys()];
  for (const [sequence, progress] of suspects) all.set(sequence, progress);
  suspects.clear();
  return taken;
}

function withoutTaker(absent: readonly Slot[], gone: ReadonlySet<Slot>): Handover["withoutTaker"] {
  const counts = new Map<string, Handover["withoutTaker"][number]>();
  for (const slot of absent) {
    if (slot.facts.isListener) continue;
    const { open, inFlow, slow, heirs, facts } = slot;
    const { endpoint } = facts;
    // What was in its flow is cut off, and will be taken over as well.
    const left = heirs.some((heir) => heir.facts.isActive) ? open - inFlow.size - slow.size : open;
    const { count, added } = counts.get(endpoint) ?? { count: 0, added: 0 };
    if (left > 0) counts.set(endpoint, { endpoint, count: count + left, added: added + (gone.has(slot) ? left : 0) });
  }
  return [...counts.values()];
}

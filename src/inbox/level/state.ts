import { randomUUID } from "node:crypto";
import { factsOf } from "../event-row";
import type { InboxObserver, KnownEndpoint, LastEvent } from "../inbox";
import { type Routed, recipientsAmong, type SlotFacts } from "../routing";
import { StoreError } from "../store-error";
import { unseenOf } from "../unseen";
import { type DatabaseSource, del, type LevelDatabase, put, type Write } from "./database";
import { Failures } from "./failures";
import { FirstAttempts } from "./first-attempts";
import { keys, rangeOf, sequenceOf } from "./keys";
import { Reader } from "./reader";
import { type ClosedRow, failureIn } from "./rows";
import { Sketches } from "./sketches";
import { Slot } from "./slot";
import { Writer } from "./writer";

/** What is stored about an endpoint. */
export interface EndpointFacts extends KnownEndpoint {
  isPresent: boolean;
  /** Since when it has existed, or been gone, in milliseconds since 1970. */
  since: number;
}

/** An endpoint's counts since its first event. */
export interface EndpointCounts {
  received: number;
  duplicates: number;
  last?: LastEvent;
}

/** One endpoint, with all its present and past subscribers. */
export interface Endpoint {
  facts: EndpointFacts;
  counts: EndpointCounts;
  readonly slots: Slot[];
}

const day = 24 * 60 * 60_000;
/** For an unknown endpoint. */
export const defaultRetentionDays = 7;
const sequencesAtOnce = 1_000;
const sequencesSkipped = 1_000_000;

/** What an inbox on LevelDB keeps in memory, and the access to its database. The rest of the inbox works on it. */
export class State {
  readonly observer: InboxObserver;
  readonly writer: Writer;
  readonly reader: Reader;
  readonly firstAttempts = new FirstAttempts();
  readonly sketches = new Sketches(this);
  readonly failures = new Failures(this);
  readonly endpoints = new Map<string, Endpoint>();
  /** By short name. */
  readonly slots = new Map<string, Slot>();
  /** By subscriber id: one that was moved to another endpoint has several. */
  readonly #slotsOf = new Map<string, Slot[]>();
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #dirtySlots = new Set<Slot>();
  readonly #dirtyEndpoints = new Set<Endpoint>();
  #nextSequence = 1;
  #sequencesReserved = 0;
  #nextSlot = 1;
  /** Whether a deploy is in progress, so that the subscribers after it are unknown. */
  areFlowsStopped = true;
  /** How many turns of suspects have been survived. */
  survivals = 0;
  /** Something was lost, and what is open has not been compared with what is stored since. */
  isDamaged = false;
  #isLoading = false;
  /** Events whose content this process has removed, and which may still be in a flow. */
  readonly forgotten = new Set<number>();
  /** When the last event arrived, in milliseconds since 1970. */
  lastArrival = 0;
  /** Distinguishes this store from one that replaces it. */
  id = "";
  /** The same, of an earlier process. */
  #earlierArrival = 0;
  /** From this event on, times are not in order of sequence: the clock was put back by more than a day. */
  clockSetBack = 0;
  /** Called with an event that somebody has finished, in the turn in which that is written. */
  mayBeFinished: (sequence: number) => void = () => {};

  /**
   * @param source where the database is
   * @param observer called for what happens
   * @param replaced reads everything anew; returns what to do once writing is possible
   */
  constructor(source: DatabaseSource, observer: InboxObserver, replaced: () => Promise<() => void>) {
    this.observer = observer;
    this.writer = new Writer(
      source,
      observer,
      replaced,
      () => this.#wakeAll(),
      () => [...this.firstAttempts.takeRow(), ...this.#changedCounts()],
    );
    this.reader = new Reader(
      () => this.writer.level,
      (error) => this.#repairs(error),
    );
  }

  get level(): LevelDatabase {
    return this.writer.level;
  }

  /**
   * Reads the present and past subscribers.
   * @returns whether the previous process shut down properly
   * @throws StoreError `DAMAGED` if it has to be repaired first
   */
  async load(): Promise<boolean> {
    this.#isLoading = true;
    try {
      return await this.#load();
    } finally {
      this.#isLoading = false;
    }
  }

  async #load(): Promise<boolean> {
    const { reader } = this;
    this.close();
    this.endpoints.clear();
    this.slots.clear();
    this.firstAttempts.clear();
    this.#slotsOf.clear();
    this.#dirtySlots.clear();
    this.#dirtyEndpoints.clear();
    this.lastArrival = 0;
    this.isDamaged = this.writer.isDamaged || (await reader.get(keys.fact("damaged"))) !== undefined;
    for (const [, row] of await reader.all(rangeOf("p"))) {
      const facts = this.#parse<EndpointFacts>(row, ["id"]);
      if (facts) this.endpoints.set(facts.id, { facts, counts: { received: 0, duplicates: 0 }, slots: [] });
    }
    for (const [key, row] of await reader.all(rangeOf("s"))) {
      const facts = this.#parse<SlotFacts>(row, ["id", "endpoint", "events", "sites"]);
      if (facts) this.#keep(this.#newSlot(key.slice(1), facts));
    }
    for (const [key, row] of await reader.all(rangeOf("n"))) {
      const slot = this.slots.get(key.slice(1));
      if (slot) slot.counts = { ...slot.counts, ...this.#parse<object>(row) };
    }
    for (const endpoint of this.endpoints.values()) {
      const counts = await reader.get(keys.endpointCounts(endpoint.facts.id));
      endpoint.counts = { ...endpoint.counts, ...this.#parse<object>(counts) };
    }
    for (const [key] of await reader.all(rangeOf("h"))) {
      const [from = "", to = ""] = key.slice(1).split("/");
      const [source, heir] = [this.slots.get(from), this.slots.get(to)];
      if (source && heir) source.heirs.push(heir);
    }
    const fact = async (name: Parameters<typeof keys.fact>[0]) => Number(await reader.get(keys.fact(name))) || 0;
    const lastKeys = await Promise.all(["e", "w", "d"].map((kind) => reader.lastKey(rangeOf(kind))));
    const lastSequences = lastKeys.map((key) => (key === undefined ? 0 : sequenceOf(key) || 0));
    this.#nextSequence = Math.max(
      this.#nextSequence,
      await fact("nextSequence"),
      // If the last ones cannot be read, their names must not be reused.
      ...lastSequences.map((last) => last + 1 + (this.isDamaged ? sequencesSkipped : 0)),
    );
    this.#sequencesReserved = 0;
    this.#nextSlot = Math.max(
      await fact("nextSlot"),
      this.#nextSlot,
      ...Array.from(this.slots.keys(), (name) => Number.parseInt(name, 36) + 1 || 0),
    );
    this.survivals = await fact("survivals");
    this.id = (await reader.get(keys.fact("id"))) ?? this.#newId();
    this.clockSetBack = await fact("clockSetBack");
    const lastEvent = lastKeys[0] === undefined ? undefined : await reader.get(lastKeys[0]);
    this.#earlierArrival = factsOf(lastEvent ?? "")?.at ?? 0;
    await this.sketches.load();
    await this.failures.load();
    return (await fact("closedWell")) === 1;
  }

  #newId(): string {
    const id = randomUUID().slice(0, 8);
    this.writer.note(put(keys.fact("id"), id));
    return id;
  }

  /** New events are at this place, or after it. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** While it is loading, the loader repairs it; otherwise it is repaired at once. */
  #repairs(error: unknown): boolean {
    if (this.writer.canRepair) {
      if (!this.#isLoading) this.repair(error);
      return true;
    }
    this.#noteDamage(detailOf(error));
    return false;
  }

  /**
   * Something is not as it was written.
   * @throws StoreError `DAMAGED` if a repair may bring it back
   */
  foundDamage(detail: string): void {
    const error = new StoreError("DAMAGED", new Error(detail));
    if (this.#repairs(error)) throw error;
  }

  /** Repairs the store, which refuses meanwhile, and makes the next start compare what is open with what is stored. */
  repair(error: unknown): void {
    this.isDamaged = true;
    this.writer.note(put(keys.fact("damaged"), "1"));
    this.writer.repair(new StoreError("DAMAGED", error));
  }

  /** Part of the store is lost: this is recorded, so that the next start compares what is open with what is stored. */
  #noteDamage(detail: string): void {
    if (this.isDamaged) return;
    this.isDamaged = true;
    this.observer.notice({ code: "damaged", detail });
    this.writer.note(put(keys.fact("damaged"), "1"));
  }

  /** What is open has been compared with what is stored. */
  damageMended(): void {
    this.isDamaged = false;
    this.writer.note(del(keys.fact("damaged")));
  }

  #parse<Value>(row: string | undefined, members: readonly string[] = []): Value | undefined {
    if (row === undefined) return undefined;
    try {
      const value = JSON.parse(row) as Record<string, unknown>;
      if (members.every((member) => value[member] !== undefined)) return value as Value;
    } catch {
      // Reported below.
    }
    this.foundDamage("a subscriber or an endpoint");
    return undefined;
  }

  /** The next place in the inbox; places are reserved on disk a thousand at a time, and those left over by a crash are skipped. */
  takeSequence(): number {
    const sequence = this.#nextSequence++;
    if (sequence >= this.#sequencesReserved) {
      this.#sequencesReserved = sequence + sequencesAtOnce;
      this.writer.note(put(keys.fact("nextSequence"), String(this.#sequencesReserved)));
    }
    return sequence;
  }

  /** When an event arrived, on a clock that does not go back behind the previous event, unless that one was wrong. */
  arrival(now: number): number {
    const isBelievable = this.lastArrival <= now + day;
    if (!isBelievable || this.#earlierArrival > now + day) this.#noteClockSetBack();
    this.#earlierArrival = 0;
    this.lastArrival = isBelievable ? Math.max(now, this.lastArrival) : now;
    return this.lastArrival;
  }

  #noteClockSetBack(): void {
    this.clockSetBack = this.#nextSequence;
    this.writer.note(put(keys.fact("clockSetBack"), String(this.clockSetBack)));
  }

  /** Returns an endpoint; creates it if needed. */
  endpoint(id: string): Endpoint {
    const known = this.endpoints.get(id);
    if (known) return known;
    const facts = { id, path: undefined, retentionDays: defaultRetentionDays, isPresent: false, since: Date.now() };
    const endpoint: Endpoint = { facts, counts: { received: 0, duplicates: 0 }, slots: [] };
    this.endpoints.set(id, endpoint);
    return endpoint;
  }

  /** Whether a slot is still known: it is not if the store was replaced meanwhile. */
  isKnown(slot: Slot): boolean {
    return this.slots.get(slot.name) === slot;
  }

  /** All slots of a subscriber: one for each of its present and past endpoints. */
  slotsOf(subscriber: string): readonly Slot[] {
    return this.#slotsOf.get(subscriber) ?? [];
  }

  /** Calls back when there may be something for a subscriber. @returns stops the callbacks */
  watch(subscriber: string, wake: () => void): () => void {
    const watchers = this.#watchers.get(subscriber) ?? new Set();
    this.#watchers.set(subscriber, watchers.add(wake));
    return () => watchers.delete(wake);
  }

  /** @returns the subscriber's slot if it is active */
  activeSlot(subscriber: string): Slot | undefined {
    return this.slotsOf(subscriber).find(({ facts }) => facts.isActive);
  }

  /** Creates a slot for a new subscriber. */
  addSlot(facts: SlotFacts): Slot {
    const slot = this.#newSlot((this.#nextSlot++).toString(36), facts);
    this.#keep(slot);
    const next = put(keys.fact("nextSlot"), String(this.#nextSlot));
    this.writer.note(put(keys.slot(slot.name), JSON.stringify(facts)), next);
    return slot;
  }

  /** Forgets a subscriber for whom nothing is stored. */
  removeSlot(slot: Slot): void {
    const { id, endpoint } = slot.facts;
    const writes: Write[] = [del(keys.slot(slot.name)), del(keys.slotCounts(slot.name))];
    this.slots.delete(slot.name);
    this.#dirtySlots.delete(slot);
    this.#slotsOf.set(
      id,
      this.slotsOf(id).filter((each) => each !== slot),
    );
    const slots = this.endpoint(endpoint).slots;
    slots.splice(slots.indexOf(slot), 1);
    for (const heir of slot.heirs) writes.push(del(keys.heir(slot.name, heir.name)));
    for (const other of this.slots.values()) {
      if (!other.heirs.includes(slot)) continue;
      other.heirs = other.heirs.filter((heir) => heir !== slot);
      writes.push(del(keys.heir(other.name, slot.name)));
    }
    slot.due.close();
    this.writer.note(...writes);
  }

  /** The recipients of an event; nobody's slot if it waits for a taker. */
  recipients(endpoint: Endpoint, event: Routed): Slot[] {
    const { recipients, isUnclaimed } = recipientsAmong(endpoint.slots, event, this.areFlowsStopped);
    return isUnclaimed ? [this.nobodyOf(endpoint), ...recipients] : recipients;
  }

  /** The slot of what nobody takes at an endpoint; created if missing. */
  nobodyOf(endpoint: Endpoint): Slot {
    return this.nobody(endpoint) ?? this.#addNobody(endpoint);
  }

  /** The same, if it exists. */
  nobody(endpoint: Endpoint): Slot | undefined {
    return endpoint.slots.find(({ facts }) => facts.isNobody);
  }

  #addNobody({ facts: { id } }: Endpoint): Slot {
    const facts = {
      id: `:${id}`,
      endpoint: id,
      events: [],
      sites: [],
      isActive: false,
      since: Date.now(),
      isNobody: true,
    };
    return this.addSlot(facts);
  }

  /** The outcome of a delivery, to be counted. @returns what to write for it */
  closeDelivery(slot: Slot, sequence: number, closed: ClosedRow): Write[] {
    const { counts, name } = slot;
    this.mayBeFinished(sequence);
    const text = JSON.stringify(counts.era === undefined ? closed : { ...closed, era: counts.era });
    const row = put(keys.closed(sequence, name), text);
    // It may have failed before.
    if (closed.state === "delivered") return closed.attempts > 1 ? [row, del(keys.failure(sequence, name))] : [row];
    counts[closed.state] += 1;
    this.countsChanged(slot);
    return [row, put(keys.failure(sequence, name), closed.state)];
  }

  /** A closed delivery loses its outcome. */
  forgetClosed(slot: Slot, row: string): void {
    const failure = failureIn(row);
    if (!failure) return;
    const { counts } = slot;
    const { state, era } = failure;
    counts[state] -= 1;
    if (counts.seen && era < (counts.era ?? 0))
      counts.seen = { ...counts.seen, [state]: Math.max(0, counts.seen[state] - 1) };
    this.countsChanged(slot);
  }

  /** Acknowledges all failures so far. @returns how many were not acknowledged before */
  acknowledge(slot: Slot): number {
    const { counts } = slot;
    const { failed, setAside } = unseenOf(counts);
    const count = failed + setAside;
    if (count === 0) return 0;
    counts.era = (counts.era ?? 0) + 1;
    counts.seen = { failed: counts.failed, setAside: counts.setAside };
    this.countsChanged(slot);
    return count;
  }

  /** The slot's counts have changed, and are written with the next write. */
  countsChanged(slot: Slot): void {
    this.#dirtySlots.add(slot);
  }

  /** The endpoint's counts have changed, likewise. */
  endpointChanged(endpoint: Endpoint): void {
    this.#dirtyEndpoints.add(endpoint);
  }

  #wakeAll(): void {
    for (const slot of this.slots.values()) slot.wake();
  }

  close(): void {
    for (const slot of this.slots.values()) slot.due.close();
  }

  #newSlot(name: string, facts: SlotFacts): Slot {
    return new Slot(name, facts, () => {
      for (const wake of [...(this.#watchers.get(facts.id) ?? [])]) wake();
    });
  }

  #keep(slot: Slot): void {
    this.slots.set(slot.name, slot);
    const { id, endpoint } = slot.facts;
    this.#slotsOf.set(id, [...this.slotsOf(id), slot]);
    this.endpoint(endpoint).slots.push(slot);
  }

  #changedCounts(): Write[] {
    const writes = [
      ...Array.from(this.#dirtySlots, ({ name, counts }) => put(keys.slotCounts(name), JSON.stringify(counts))),
      ...Array.from(this.#dirtyEndpoints, ({ facts, counts }) =>
        put(keys.endpointCounts(facts.id), JSON.stringify(counts)),
      ),
    ];
    this.#dirtySlots.clear();
    this.#dirtyEndpoints.clear();
    return writes;
  }
}

function detailOf(error: unknown): string {
  const { cause = error } = error as Error;
  return cause instanceof Error ? cause.message : String(cause);
}

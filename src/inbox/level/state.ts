import type { InboxObserver, KnownEndpoint, LastEvent } from "../inbox";
import { type DatabaseSource, del, type LevelDatabase, put, type Write } from "./database";
import { keys } from "./keys";
import { type Routed, selects } from "./routing";
import { readClosedRow } from "./rows";
import { Slot, type SlotFacts } from "./slot";
import { Writer } from "./writer";

/** What is written of an endpoint. */
export interface EndpointFacts extends KnownEndpoint {
  isPresent: boolean;
  /** Since when it is there, or not, in milliseconds since 1970. */
  since: number;
}

/** What is counted of an endpoint from the first event on. */
export interface EndpointCounts {
  received: number;
  duplicates: number;
  last?: LastEvent;
}

/** One endpoint, and all who are or were there for its events. */
export interface Endpoint {
  facts: EndpointFacts;
  counts: EndpointCounts;
  readonly slots: Slot[];
}

const day = 24 * 60 * 60_000;
const defaultRetentionDays = 7;
const sequencesAtOnce = 1_000;

/** What an inbox on LevelDB knows in memory, and the way to its database. The rest of the inbox works on it. */
export class State {
  readonly observer: InboxObserver;
  readonly writer: Writer;
  readonly endpoints = new Map<string, Endpoint>();
  /** By their short names. */
  readonly slots = new Map<string, Slot>();
  /** By the subscribers' ids: one that was moved to another endpoint has more than one. */
  readonly #slotsOf = new Map<string, Slot[]>();
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #dirtySlots = new Set<Slot>();
  readonly #dirtyEndpoints = new Set<Endpoint>();
  #nextSequence = 1;
  #sequencesReserved = 0;
  #nextSlot = 1;
  /** Whether a deploy is under way, so that nobody knows who will be there after it. */
  areFlowsStopped = true;
  /** How many turns of suspects have been survived. */
  survivals = 0;
  /** When the last event came, in milliseconds since 1970. */
  lastArrival = 0;

  /**
   * @param source where the database is
   * @param observer told of what happens
   * @param replaced reads everything anew; returns what is to be done as soon as it can be written
   */
  constructor(source: DatabaseSource, observer: InboxObserver, replaced: () => Promise<() => void>) {
    this.observer = observer;
    this.writer = new Writer(source, observer, replaced, () => this.#changedCounts());
  }

  get level(): LevelDatabase {
    return this.writer.level;
  }

  /** Reads who is, and was, there. @returns whether the process before this one was asked to end */
  async load(): Promise<boolean> {
    const { level } = this;
    this.endpoints.clear();
    this.slots.clear();
    this.#slotsOf.clear();
    for await (const [, row] of level.iterator({ gte: "p", lt: "q" })) {
      const facts = parse<EndpointFacts>(row);
      if (facts) this.endpoints.set(facts.id, { facts, counts: { received: 0, duplicates: 0 }, slots: [] });
    }
    for await (const [key, row] of level.iterator({ gte: "s", lt: "t" })) {
      const facts = parse<SlotFacts>(row);
      if (facts) this.#keep(this.#newSlot(key.slice(1), facts));
    }
    for await (const [key, row] of level.iterator({ gte: "n", lt: "o" })) {
      const slot = this.slots.get(key.slice(1));
      if (slot) slot.counts = { ...slot.counts, ...parse<object>(row) };
    }
    for (const endpoint of this.endpoints.values()) {
      const counts = await level.get(keys.endpointCounts(endpoint.facts.id));
      endpoint.counts = { ...endpoint.counts, ...parse<object>(counts) };
    }
    for await (const [key] of level.iterator({ gte: "h", lt: "i" })) {
      const [from = "", to = ""] = key.slice(1).split("/");
      const [source, heir] = [this.slots.get(from), this.slots.get(to)];
      if (source && heir) source.heirs.push(heir);
    }
    const fact = async (name: Parameters<typeof keys.fact>[0]) => Number((await level.get(keys.fact(name))) ?? 0);
    const [last] = await level.keys({ gte: "e", lt: "f", reverse: true, limit: 1 }).all();
    const lastSequence = last === undefined ? 0 : Number.parseInt(last.slice(1), 16) || 0;
    this.#nextSequence = Math.max(await fact("nextSequence"), lastSequence + 1, this.#nextSequence);
    this.#sequencesReserved = 0;
    this.#nextSlot = Math.max(
      await fact("nextSlot"),
      1,
      ...[...this.slots.keys()].map((name) => Number.parseInt(name, 36) + 1),
    );
    this.survivals = await fact("survivals");
    return (await fact("closedWell")) === 1;
  }

  /** The next place in the inbox; places are set aside on disk a thousand at a time, and those that a crash leaves are skipped. */
  takeSequence(writes: Write[]): number {
    const sequence = this.#nextSequence++;
    if (sequence >= this.#sequencesReserved) {
      this.#sequencesReserved = sequence + sequencesAtOnce;
      writes.push(put(keys.fact("nextSequence"), String(this.#sequencesReserved)));
    }
    return sequence;
  }

  /** When an event has come, on a clock that does not go back behind the event before it, unless that one was wrong. */
  arrival(now: number): number {
    const isBelievable = this.lastArrival <= now + day;
    this.lastArrival = isBelievable ? Math.max(now, this.lastArrival) : now;
    return this.lastArrival;
  }

  /** An endpoint, known from now on. */
  endpoint(id: string): Endpoint {
    const known = this.endpoints.get(id);
    if (known) return known;
    const facts = { id, path: undefined, retentionDays: defaultRetentionDays, isPresent: false, since: Date.now() };
    const endpoint: Endpoint = { facts, counts: { received: 0, duplicates: 0 }, slots: [] };
    this.endpoints.set(id, endpoint);
    return endpoint;
  }

  /** Everybody of this id: one for each endpoint that the subscriber has, or had. */
  slotsOf(subscriber: string): readonly Slot[] {
    return this.#slotsOf.get(subscriber) ?? [];
  }

  /** Calls back when there may be something for a subscriber. @returns ends it */
  watch(subscriber: string, wake: () => void): () => void {
    const watchers = this.#watchers.get(subscriber) ?? new Set();
    this.#watchers.set(subscriber, watchers.add(wake));
    return () => watchers.delete(wake);
  }

  /** @returns the subscriber's place where it is there */
  activeSlot(subscriber: string): Slot | undefined {
    return this.slotsOf(subscriber).find(({ facts }) => facts.isActive);
  }

  /** Makes a place for a subscriber that was not known. */
  addSlot(facts: SlotFacts, writes: Write[]): Slot {
    const slot = this.#newSlot((this.#nextSlot++).toString(36), facts);
    this.#keep(slot);
    writes.push(put(keys.slot(slot.name), JSON.stringify(facts)), put(keys.fact("nextSlot"), String(this.#nextSlot)));
    return slot;
  }

  /** Forgets a subscriber for whom nothing is kept. */
  removeSlot(slot: Slot, writes: Write[]): void {
    const { id, endpoint } = slot.facts;
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
    writes.push(del(keys.slot(slot.name)), del(keys.slotCounts(slot.name)));
  }

  /**
   * Who gets an event: everybody who is there and selects it; else, if somebody who is gone would have had it, or somebody may be
   * about to come, nobody's place.
   */
  recipients(endpoint: Endpoint, event: Routed, writes: Write[]): Slot[] {
    const wanting = endpoint.slots.filter(({ facts }) => !facts.isNobody && selects(facts, event));
    const active = wanting.filter(({ facts }) => facts.isActive);
    if (active.length > 0 || (wanting.length === 0 && !this.areFlowsStopped)) return active;
    return [this.nobody(endpoint) ?? this.#addNobody(endpoint, writes)];
  }

  /** The place of what nobody takes at an endpoint. */
  nobody(endpoint: Endpoint): Slot | undefined {
    return endpoint.slots.find(({ facts }) => facts.isNobody);
  }

  #addNobody({ facts: { id } }: Endpoint, writes: Write[]): Slot {
    const facts = {
      id: `:${id}`,
      endpoint: id,
      events: [],
      sites: [],
      isActive: false,
      since: Date.now(),
      isNobody: true,
    };
    return this.addSlot(facts, writes);
  }

  /** A closed delivery is not kept any longer as what it was. */
  forgetClosed(slot: Slot, row: string): void {
    const state = readClosedRow(row, slot.facts.id)?.state;
    if (state !== "failed" && state !== "setAside") return;
    slot.counts[state] -= 1;
    this.countsChanged(slot);
  }

  /** The slot's counts have changed, and are written with whatever is written next. */
  countsChanged(slot: Slot): void {
    this.#dirtySlots.add(slot);
  }

  /** The endpoint's counts have changed, likewise. */
  endpointChanged(endpoint: Endpoint): void {
    this.#dirtyEndpoints.add(endpoint);
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

function parse<Value>(row: string | undefined): Value | undefined {
  try {
    return row === undefined ? undefined : (JSON.parse(row) as Value);
  } catch {
    return undefined;
  }
}

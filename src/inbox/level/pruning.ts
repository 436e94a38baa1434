import { factsOf } from "../event-row";
import type { Pruned } from "../inbox";
import { compact } from "./compact";
import { del, put, type Write } from "./database";
import { keys, rangeOf, sequenceOf, slotOf } from "./keys";
import type { Row } from "./reader";
import type { Slot } from "./slot";
import { defaultRetentionDays, type State } from "./state";

const day = 24 * 60 * 60_000;

/** Few enough not to hold up the event loop. */
const eventsAtOnce = 100;

/** How often removed events are removed from the files as well, after a start. */
const compactInterval = day;

interface OldEvent {
  sequence: number;
  row: string;
}

/** Removes what is older than its endpoint's retention: based on what is stored, whatever has become of endpoint and subscriber. */
export class Pruning {
  readonly #state: State;
  #compactedAt = Number.NEGATIVE_INFINITY;
  #isDirty = false;
  #isUnderWay = false;
  #isClosed = false;

  constructor(state: State) {
    this.#state = state;
  }

  close(): void {
    this.#isClosed = true;
  }

  async prune(now: number): Promise<Pruned> {
    const pruned: Pruned = { removed: 0, untaken: 0 };
    const { writer } = this.#state;
    if (this.#isUnderWay) return pruned;
    this.#isUnderWay = true;
    try {
      const isDue = performance.now() - this.#compactedAt >= compactInterval;
      // Damage must not spread into the merged tables: that could crash the process.
      if (isDue && !(await writer.isSound())) this.#state.repair(new Error("A table is damaged."));
      await this.#removeOld(now, pruned);
      if (isDue) await this.#compact();
    } finally {
      this.#isUnderWay = false;
    }
    return pruned;
  }

  /** Removed events are removed from the files now. */
  async compact(): Promise<void> {
    this.#isDirty = true;
    await this.#compact();
  }

  async #removeOld(now: number, pruned: Pruned): Promise<void> {
    const retentions = Array.from(this.#state.endpoints.values(), ({ facts }) => facts.retentionDays);
    const shortest = Math.min(defaultRetentionDays, ...retentions);
    for await (const rows of this.#state.reader.range(rangeOf("e"))) {
      const old: OldEvent[] = [];
      let hasYounger = false;
      for (const [key, row] of rows) {
        const sequence = sequenceOf(key);
        // An unreadable one is old.
        const { at: written = 0, endpoint = "" } = factsOf(row) ?? {};
        const at = written > now + day ? await this.#foundAt(sequence, now) : written;
        hasYounger = at > now - shortest * day;
        if (hasYounger) break;
        const retention = this.#state.endpoints.get(endpoint)?.facts.retentionDays ?? defaultRetentionDays;
        if (at <= now - retention * day) old.push({ sequence, row });
      }
      for (let at = 0; at < old.length && !this.#isClosed; at += eventsAtOnce) {
        await this.#remove(old.slice(at, at + eventsAtOnce), pruned);
      }
      if (hasYounger || this.#isClosed) return;
    }
  }

  /**
   * Removes those events that everybody has finished.
   * @param sequences the events, in any order
   * @returns how many were removed
   */
  async removeFinished(sequences: readonly number[]): Promise<number> {
    const { reader, writer } = this.#state;
    const pruned: Pruned = { removed: 0, untaken: 0 };
    const sorted = sequences.toSorted((one, other) => one - other);
    // Their outcomes may still be on their way.
    await writer.writeLazily();
    for (let at = 0; at < sorted.length; at += eventsAtOnce) {
      const some = sorted.slice(at, at + eventsAtOnce);
      const rows = await reader.getMany(some.map(keys.event));
      const kept = some.flatMap((sequence, index) => {
        const row = rows[index];
        return row === undefined ? [] : [{ sequence, row }];
      });
      const first = this.#inFirstAttempt(kept);
      const open = groupBySequence(await reader.all(spanOf("w", kept)));
      const finished = kept.filter(({ sequence }) => !open.has(sequence) && !first.has(sequence));
      if (finished.length > 0) await this.#remove(finished, pruned);
    }
    return pruned.removed;
  }

  /** An event from a time when the clock was wrong ages from when that is noticed. */
  async #foundAt(sequence: number, now: number): Promise<number> {
    const key = keys.foundAt(sequence);
    const found = Number((await this.#state.reader.get(key)) ?? Number.NaN);
    if (found <= now + day) return found;
    await this.#state.writer.writeLazily(put(key, String(now)));
    return now;
  }

  async #remove(old: readonly OldEvent[], pruned: Pruned): Promise<void> {
    const { reader, sketches, slots, writer } = this.#state;
    const first = this.#inFirstAttempt(old);
    const open = groupBySequence(await reader.all(spanOf("w", old)));
    const closed = await reader.all(spanOf("d", old));
    const failures = await reader.all(spanOf("y", old));
    const aliases = await reader.all(spanOf("a", old));
    const named = [
      ...namesOf(old),
      ...aliases.map(([key]) => ({ key: keys.delivery(slotOf(key)), sequence: sequenceOf(key) })),
    ];
    const values = await reader.getMany(named.map(({ key }) => key));
    // It may name a later event: once one is forgotten, its name is free.
    const stillNamed = named.filter(({ sequence }, index) => Number.parseInt(values[index] ?? "", 16) === sequence);
    const writes: Write[] = [];
    const removed = new Set<number>();
    for (const { sequence } of old) {
      const openKeys = open.get(sequence) ?? [];
      const known = openKeys.map((key) => slots.get(slotOf(key))).filter((slot) => slot !== undefined);
      const waitingFor = new Set([...known, ...(first.get(sequence) ?? [])]);
      if ([...waitingFor].some(({ facts }) => facts.isActive)) continue;
      for (const slot of waitingFor) writes.push(...this.#forget(slot, sequence));
      const itself = [keys.event(sequence), keys.duplicates(sequence), keys.foundAt(sequence)];
      writes.push(...[...itself, ...openKeys].map(del));
      removed.add(sequence);
      if (waitingFor.size > 0) pruned.untaken += 1;
    }
    for (const [key, row] of closed) {
      if (!removed.has(sequenceOf(key))) continue;
      const slot = slots.get(slotOf(key));
      if (slot) this.#state.forgetClosed(slot, row);
      writes.push(del(key));
    }
    for (const [key] of failures) if (removed.has(sequenceOf(key))) writes.push(del(key));
    for (const [key] of aliases) if (removed.has(sequenceOf(key))) writes.push(del(key));
    for (const { key, sequence } of stillNamed) if (removed.has(sequence)) writes.push(del(key));
    if (removed.size === 0) return;
    await writer.writeLazily(...writes, ...sketches.drop(removed));
    pruned.removed += removed.size;
    this.#isDirty = true;
  }

  /** Read before the rows: what ends meanwhile then has one. */
  #inFirstAttempt(events: readonly OldEvent[]): Map<number, Slot[]> {
    const found = new Map<number, Slot[]>();
    const slots = [...this.#state.slots.values()].filter(({ firstAttempts }) => firstAttempts.size > 0);
    for (const { sequence } of slots.length > 0 ? events : []) {
      const inFlow = slots.filter(({ firstAttempts }) => firstAttempts.has(sequence));
      if (inFlow.length > 0) found.set(sequence, inFlow);
    }
    return found;
  }

  #forget(slot: Slot, sequence: number): Write[] {
    slot.forget(sequence);
    return this.#state.firstAttempts.drop(slot, sequence);
  }

  /** Removed events must not remain in any file. */
  async #compact(): Promise<void> {
    const { level, writer } = this.#state;
    if (!this.#isDirty || !level.compactRange) return;
    this.#compactedAt = performance.now();
    this.#isDirty = false;
    await compact(level, (...writes) => writer.writeLazily(...writes));
  }
}

/** The rows that name events. */
function namesOf(old: readonly OldEvent[]): { key: string; sequence: number }[] {
  return old.flatMap(({ sequence, row }) =>
    (factsOf(row)?.names ?? []).map((name) => ({ key: keys.delivery(name), sequence })),
  );
}

function groupBySequence(deliveries: readonly Row[]): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const [key] of deliveries) {
    const sequence = sequenceOf(key);
    groups.set(sequence, [...(groups.get(sequence) ?? []), key]);
  }
  return groups;
}

/** The keys of a kind for some events, from the first to the last. */
function spanOf(kind: string, events: readonly OldEvent[]): { gte: string; lt: string } {
  return rangeOf(kind, events[0]?.sequence ?? 0, events.at(-1)?.sequence ?? 0);
}

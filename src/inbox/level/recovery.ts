import { setTimeout as sleep } from "node:timers/promises";
import { maxBlame, setAsideError } from "../own-errors";
import { blamed, fresh, innocent, type Progress, suspiciousCrashes } from "../progress";
import { StoreError } from "../store-error";
import { compareWithEvents, maybeSent } from "./comparing";
import { del, put, toStoreError, type Write } from "./database";
import { keys, rangeOf, sequenceOf, slotOf } from "./keys";
import type { Row } from "./reader";
import { readEvents } from "./reading";
import { type Delivery, type OpenRow, putOpen, readFirstAttempts, readOpenRow } from "./rows";
import type { Slot } from "./slot";
import type { State } from "./state";

/** How long to wait before retrying what could not be read. */
const retryMilliseconds = 200;

/** A suspect's turn that was in progress when the process ended; if missing, the turn was somebody else's. */
interface UnfinishedTurn {
  sequence?: number;
  slot?: string;
}

/** Finds out, after a start, what is open: meanwhile, events are stored, but none is sent. */
export class Recovery {
  readonly #state: State;
  /** Resolves once everything open is known. */
  readonly done: Promise<void>;
  #finish!: () => void;
  #isDone = false;
  #isStopped = false;
  #added: (() => void)[] = [];
  /** How many were set aside; reported once everything is known. */
  readonly #setAside = new Map<Slot, number>();
  #wasClosedWell = false;
  #turn: UnfinishedTurn | undefined;

  constructor(state: State) {
    this.#state = state;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Delays something until everything older is known. */
  add(after: () => void): void {
    this.#added.push(after);
  }

  stop(): void {
    this.#isStopped = true;
    this.#complete();
  }

  /**
   * Reads the subscribers, and starts to read what is open.
   * @param format of the rows
   * @throws StoreError `NEWER` if a newer version has written them
   */
  async begin(format: number): Promise<void> {
    const { reader, writer } = this.#state;
    this.#wasClosedWell = await this.#state.load();
    const written = Number((await reader.get(keys.fact("format"))) ?? format);
    if (written > format) throw new StoreError("NEWER");
    this.#turn = parseTurn(await reader.get(keys.fact("turn")));
    // Before anything is sent: if the process ends without clearing it, it has crashed.
    writer.note(
      put(keys.fact("format"), String(format)),
      del(keys.fact("closedWell")),
      del(keys.fact("turn")),
      ...(this.#state.isDamaged ? [put(keys.fact("damaged"), "1")] : []),
    );
    void this.#read(this.#state.nextSequence);
  }

  /** @param end the first place of what arrived after the store was opened */
  async #read(end: number): Promise<void> {
    const { observer, slots, writer, reader } = this.#state;
    while (!this.#isStopped) {
      try {
        // The findings of the last attempt must be written before they are read again.
        await writer.writeLazily();
        for await (const rows of reader.range(rangeOf("w", undefined, end - 1))) {
          if (this.#isStopped) return;
          await this.#recoverRows(rows);
        }
        for await (const rows of reader.range(rangeOf("b", undefined, end - 1))) {
          if (this.#isStopped) return;
          await this.#recoverFirstAttempts(rows);
        }
        if (this.#state.isDamaged) await this.#compare(end);
        // The log reads what is written.
        await writer.writeLazily();
        break;
      } catch (error) {
        if (!toStoreError(error)) {
          observer.storageChanged(error as Error);
          break;
        }
        // Nothing may be sent before everything older is known: it starts anew.
        for (const slot of slots.values()) slot.forgetBefore(end);
        await sleep(retryMilliseconds, undefined, { ref: false });
      }
    }
    if (this.#isStopped) return;
    for (const [slot, count] of this.#setAside) observer.notice({ code: "setAside", subscriber: slot.facts.id, count });
    this.#complete();
  }

  async #compare(end: number): Promise<void> {
    // Including the findings so far.
    await this.#state.writer.writeLazily();
    for await (const found of compareWithEvents(this.#state, end)) {
      if (this.#isStopped) return;
      for (const { slot, sequence, progress } of found) slot.wait(sequence, progress);
    }
    await this.#state.sketches.clear();
    await this.#state.failures.clear();
    this.#state.damageMended();
  }

  async #recoverRows(rows: readonly Row[]): Promise<void> {
    const writes: Write[] = [];
    const orphans: number[] = [];
    for (const [key, row] of rows) {
      const read = readOpenRow(key, row);
      const slot = this.#state.slots.get(slotOf(key));
      if (slot && read) this.#recover(slot, sequenceOf(key), read, writes);
      else {
        this.#state.foundDamage("an open delivery");
        writes.push(del(key));
        // Damaged events are found when what is open is compared with what is stored.
        if (read) orphans.push(sequenceOf(key));
      }
    }
    if (orphans.length > 0) await this.#recoverOrphans(orphans, writes);
    if (writes.length > 0) this.#state.writer.note(...writes);
  }

  async #recoverFirstAttempts(rows: readonly Row[]): Promise<void> {
    for (const [key, row] of rows) {
      const writes: Write[] = [del(key)];
      const deliveries = readFirstAttempts(key, row);
      // Which ones they were is found when what is open is compared with what is stored.
      if (deliveries) await this.#recoverBatch(deliveries, writes);
      else this.#state.foundDamage("open deliveries");
      this.#state.writer.note(...writes);
    }
  }

  async #recoverBatch(deliveries: readonly Delivery[], writes: Write[]): Promise<void> {
    const { reader, slots } = this.#state;
    const open = await reader.getMany(deliveries.map(({ sequence, slot }) => keys.open(sequence, slot)));
    const closed = await reader.getMany(deliveries.map(({ sequence, slot }) => keys.closed(sequence, slot)));
    const unfinished = deliveries.filter((_, index) => open[index] === undefined && closed[index] === undefined);
    const events = await reader.getMany(unfinished.map(({ sequence }) => keys.event(sequence)));
    const kept = unfinished.filter((_, index) => events[index] !== undefined);
    const orphans: number[] = [];
    for (const { sequence, slot: name } of kept) {
      const slot = slots.get(name);
      if (slot) this.#recover(slot, sequence, { ...fresh, attempt: 1, state: "inFlow" }, writes);
      else orphans.push(sequence);
    }
    if (orphans.length > 0) await this.#recoverOrphans(orphans, writes);
  }

  /** Their recipients are no longer known: they wait for new ones. */
  async #recoverOrphans(orphans: readonly number[], writes: Write[]): Promise<void> {
    const events = await readEvents(this.#state, orphans);
    for (const read of new Set(events)) {
      if (!read) continue;
      const nobody = this.#state.nobodyOf(this.#state.endpoint(read.facts.endpoint));
      const { sequence } = read.event;
      writes.push(putOpen(nobody, sequence, { ...maybeSent, state: "waiting" }));
      nobody.wait(sequence, maybeSent);
    }
  }

  #recover(slot: Slot, sequence: number, { state, due, ...progress }: OpenRow, writes: Write[]): void {
    if (state === "waiting") {
      if (progress.crashes >= suspiciousCrashes) slot.suspects.set(sequence, progress);
      else slot.wait(sequence, progress);
      return;
    }
    if (state === "due") {
      slot.progress.set(sequence, progress);
      slot.due.add(sequence, (due ?? 0) - Date.now());
      return;
    }
    // An event that has been in the flow for that long, or in none, is not why the process ended now.
    const again =
      state === "slow" || slot.facts.isListener ? innocent(progress) : this.#judge(slot, sequence, progress);
    if (again.blame >= maxBlame) {
      this.#giveUp(slot, sequence, again, writes);
      return;
    }
    writes.push(putOpen(slot, sequence, { ...again, state: "waiting" }));
    if (again.crashes >= suspiciousCrashes) slot.suspects.set(sequence, again);
    else slot.wait(sequence, again);
  }

  /** An event that was in the flow when the process ended may be the reason. */
  #judge(slot: Slot, sequence: number, progress: Progress): Progress {
    if (this.#wasClosedWell) return innocent(progress);
    const wasItsTurn = this.#turn?.sequence === sequence && this.#turn.slot === slot.name;
    return blamed(progress, wasItsTurn, this.#state.survivals);
  }

  #giveUp(slot: Slot, sequence: number, { attempt }: Progress, writes: Write[]): void {
    const closed = { state: "setAside", at: Date.now(), attempts: attempt, error: setAsideError } as const;
    writes.push(del(keys.open(sequence, slot.name)), ...this.#state.closeDelivery(slot, sequence, closed));
    this.#setAside.set(slot, (this.#setAside.get(slot) ?? 0) + 1);
  }

  #complete(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    for (const after of this.#added.splice(0)) after();
    for (const slot of this.#state.slots.values()) slot.wake();
    this.#finish();
  }
}

function parseTurn(row: string | undefined): UnfinishedTurn | undefined {
  try {
    return row === undefined ? undefined : (JSON.parse(row) as UnfinishedTurn);
  } catch {
    return undefined;
  }
}

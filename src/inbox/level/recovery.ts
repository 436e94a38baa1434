import { StoreError } from "../store-error";
import { del, put, type Write } from "./database";
import { keys, rangeOf, sequenceOf, slotOf } from "./keys";
import { readRange } from "./read-range";
import { openRow, readOpenRow } from "./rows";
import type { Progress, Slot } from "./slot";
import type { State } from "./state";

/** An event that was in the flow at so many crashes in a row is suspected: it may be what ends the process. */
const suspiciousCrashes = 2;

/** One that ended the process so many times in its own turn, while others survived theirs, is set aside. */
const mostBlame = 3;

/** A turn of a suspect that was under way when the process ended; without one, of somebody else. */
interface UnfinishedTurn {
  sequence?: number;
  slot?: string;
}

/** Finds out, after a start, what is open: while it reads on, events are stored already, but none is sent. */
export class Recovery {
  readonly #state: State;
  /** Resolves when all that is open is known. */
  readonly done: Promise<void>;
  #finish!: () => void;
  #isDone = false;
  #isStopped = false;
  #added: (() => void)[] = [];

  constructor(state: State) {
    this.#state = state;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Waits with something until all that is older is known. */
  add(after: () => void): void {
    this.#added.push(after);
  }

  stop(): void {
    this.#isStopped = true;
    this.#complete();
  }

  /**
   * Reads who is there, and begins to read what is open.
   * @param format of the rows
   * @throws StoreError `NEWER` where a newer version has written them
   */
  async begin(format: number): Promise<void> {
    const { level } = this.#state;
    const written = Number((await level.get(keys.fact("format"))) ?? format);
    if (written > format) throw new StoreError("NEWER");
    const wasClosedWell = await this.#state.load();
    const turn = parseTurn(await level.get(keys.fact("turn")));
    // Before anything is sent: who ends without writing it anew, has crashed.
    void this.#state.writer.writeLazily(
      put(keys.fact("format"), String(format)),
      del(keys.fact("closedWell")),
      del(keys.fact("turn")),
    );
    void this.#read(wasClosedWell, turn);
  }

  async #read(wasClosedWell: boolean, turn: UnfinishedTurn | undefined): Promise<void> {
    const { level, observer, slots, writer } = this.#state;
    const damaged = () => observer.notice({ code: "damaged", detail: "open deliveries" });
    const setAside = new Map<Slot, number>();
    try {
      for await (const rows of readRange(level, rangeOf("w"), damaged)) {
        if (this.#isStopped) return;
        const writes: Write[] = [];
        for (const [key, row] of rows) {
          const [sequence, slot] = [sequenceOf(key), slots.get(slotOf(key))];
          if (slot) this.#recover(slot, sequence, row, wasClosedWell, turn, writes, setAside);
        }
        if (writes.length > 0) void writer.writeLazily(...writes);
      }
    } catch (error) {
      observer.storageChanged(error as Error);
    }
    for (const [slot, count] of setAside) observer.notice({ code: "setAside", subscriber: slot.facts.id, count });
    this.#complete();
  }

  #recover(
    slot: Slot,
    sequence: number,
    row: string,
    wasClosedWell: boolean,
    turn: UnfinishedTurn | undefined,
    writes: Write[],
    setAside: Map<Slot, number>,
  ): void {
    const { state, due, ...progress } = readOpenRow(row);
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
    const again = this.#judge(slot, sequence, progress, wasClosedWell, turn);
    if (again.blame >= mostBlame) {
      this.#setAside(slot, sequence, again, writes);
      setAside.set(slot, (setAside.get(slot) ?? 0) + 1);
      return;
    }
    writes.push(put(keys.open(sequence, slot.name), openRow({ ...again, state: "waiting" })));
    if (again.crashes >= suspiciousCrashes) slot.suspects.set(sequence, again);
    else slot.wait(sequence, again);
  }

  /** What was in the flow when the process ended may be why it ended. */
  #judge(
    slot: Slot,
    sequence: number,
    progress: Progress,
    wasClosedWell: boolean,
    turn: UnfinishedTurn | undefined,
  ): Progress {
    if (wasClosedWell) return { ...progress, crashes: 0, blame: 0, survivals: 0 };
    const crashes = progress.crashes + 1;
    const wasItsTurn = turn?.sequence === sequence && turn.slot === slot.name;
    if (!wasItsTurn) return { ...progress, crashes };
    // Where nobody else has survived a turn since, this one proves nothing new.
    const isNew = progress.blame === 0 || this.#state.survivals > progress.survivals;
    return { ...progress, crashes, blame: progress.blame + (isNew ? 1 : 0), survivals: this.#state.survivals };
  }

  #setAside(slot: Slot, sequence: number, { attempt }: Progress, writes: Write[]): void {
    const error = `Node-RED ended ${mostBlame} times while this event alone was in the flow.`;
    const row = JSON.stringify({ state: "setAside", at: Date.now(), attempts: attempt, error });
    writes.push(del(keys.open(sequence, slot.name)), put(keys.closed(sequence, slot.name), row));
    slot.counts.setAside += 1;
    this.#state.countsChanged(slot);
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

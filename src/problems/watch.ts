import { added, type ProblemKind, problemKinds, readTally, type Tally, type Trouble } from "./tally";

/** Of one kind, what is to be told: by the endpoints' ids. */
export type Pending = ReadonlyMap<string, Tally>;

/** What is to be told, how often, and to whom. */
export interface Listener {
  /** Only of this endpoint; empty for all. */
  readonly endpoint: string;
  readonly kinds: readonly ProblemKind[];
  /** Between two reports of a kind, in milliseconds. */
  readonly interval: number;
  tell(kind: ProblemKind, pending: Pending): void;
}

/** Troubles seldom come alone: so long, the first waits for others to be told together. */
export const gatherMilliseconds = 2_000;

/**
 * What one kind is at.
 * - `idle`: nothing is to be told
 * - `gathering`: there is something, and a moment is left to what comes with it
 * - `quiet`: it was told of lately; what comes is counted, and told at the end
 */
type Mode = "idle" | "gathering" | "quiet";

interface Desk {
  mode: Mode;
  timer: NodeJS.Timeout | undefined;
  /** When it was last told, in milliseconds since 1970: only the next start of Node-RED goes by it. */
  toldAt: number | undefined;
  readonly pending: Map<string, Tally>;
}

/**
 * Counts what goes wrong, and tells it: at most once per kind and interval. It outlives the node that it belongs to, whom every deploy
 * replaces: what happens while nobody listens is told to whoever listens next.
 */
export class Watch {
  readonly #desks: ReadonlyMap<ProblemKind, Desk>;
  readonly #changed: (isUrgent: boolean) => void;
  #listener: Listener | undefined;

  /**
   * @param saved what {@link toJSON} gave in an earlier process
   * @param changed told that there is something new to save; it is urgent where otherwise nothing would be known of it
   */
  constructor(saved: unknown, changed: (isUrgent: boolean) => void) {
    this.#changed = changed;
    const kept = (saved ?? {}) as Readonly<Record<string, { toldAt?: unknown; pending?: unknown } | undefined>>;
    this.#desks = new Map(problemKinds.map((kind) => [kind, deskOf(kept[kind])]));
  }

  /** Somebody listens: what was told lately is left in peace for the rest of its interval. */
  listen(listener: Listener): void {
    this.leave();
    this.#listener = listener;
    for (const [kind, desk] of this.#desks) {
      for (const id of [...desk.pending.keys()]) if (!concerns(listener, kind, id)) desk.pending.delete(id);
      const left = leftOf(desk.toldAt, listener.interval);
      if (left > 0) this.#wait(kind, "quiet", left);
      else if (desk.pending.size > 0) this.#wait(kind, "gathering", gatherMilliseconds);
    }
    this.#changed(false);
  }

  /** Nobody listens any more; it goes on counting. */
  leave(): void {
    this.#listener = undefined;
    for (const desk of this.#desks.values()) {
      clearTimeout(desk.timer);
      desk.mode = "idle";
    }
  }

  /** Something has gone wrong. */
  note(trouble: Trouble): void {
    const { kind, endpoint } = trouble;
    const desk = this.#desk(kind);
    const listener = this.#listener;
    if (listener && !concerns(listener, kind, endpoint)) return;
    const isFirst = desk.pending.size === 0;
    desk.pending.set(endpoint, added(desk.pending.get(endpoint), trouble));
    if (listener && desk.mode === "idle") this.#wait(kind, "gathering", gatherMilliseconds);
    this.#changed(isFirst);
  }

  /** It was nothing, or is over before it was told. */
  withdraw(kind: ProblemKind, endpoint: string): void {
    if (this.#desk(kind).pending.delete(endpoint)) this.#changed(false);
  }

  /** What has to be known after the end of this process. */
  toJSON(): object {
    const used = [...this.#desks].filter(([, { toldAt, pending }]) => toldAt !== undefined || pending.size > 0);
    return Object.fromEntries(
      used.map(([kind, { toldAt, pending }]) => [kind, { toldAt, pending: Object.fromEntries(pending) }]),
    );
  }

  #desk(kind: ProblemKind): Desk {
    return this.#desks.get(kind) as Desk;
  }

  #wait(kind: ProblemKind, mode: Mode, milliseconds: number): void {
    const desk = this.#desk(kind);
    desk.mode = mode;
    desk.timer = setTimeout(() => this.#tell(kind), milliseconds).unref();
  }

  #tell(kind: ProblemKind): void {
    const desk = this.#desk(kind);
    const listener = this.#listener;
    desk.mode = "idle";
    if (!listener || desk.pending.size === 0) return;
    const pending = new Map(desk.pending);
    desk.pending.clear();
    desk.toldAt = Date.now();
    if (listener.interval > 0) this.#wait(kind, "quiet", listener.interval);
    this.#changed(false);
    listener.tell(kind, pending);
  }
}

function deskOf(saved: { toldAt?: unknown; pending?: unknown } | undefined): Desk {
  const { toldAt, pending } = saved ?? {};
  const tallies = Object.entries(pending ?? {}).map(([endpoint, tally]) => [endpoint, readTally(tally)] as const);
  return {
    mode: "idle",
    timer: undefined,
    toldAt: typeof toldAt === "number" ? toldAt : undefined,
    pending: new Map(tallies.filter((entry): entry is [string, Tally] => entry[1] !== undefined)),
  };
}

/** Of which endpoint it was, is not known of everything: that concerns everybody. */
function concerns(listener: Listener, kind: ProblemKind, endpoint: string): boolean {
  return (
    listener.kinds.includes(kind) && (listener.endpoint === "" || endpoint === "" || listener.endpoint === endpoint)
  );
}

/** How much is left of the interval. Where the clock was put back meanwhile, no more than all of it. */
function leftOf(toldAt: number | undefined, interval: number): number {
  return toldAt === undefined ? 0 : Math.min(interval, toldAt + interval - Date.now());
}

import { added, type ProblemKind, problemKinds, readTally, type Tally, type Trouble } from "./tally";

/** The pending incidents of one kind, by endpoint id. */
export type Pending = ReadonlyMap<string, Tally>;

/** What to report, how often, and about which endpoint. */
export interface Listener {
  /** Only about this endpoint; empty for all. */
  readonly endpoint: string;
  readonly kinds: readonly ProblemKind[];
  /** The time between two reports of a kind, in milliseconds. */
  readonly interval: number;
  tell(kind: ProblemKind, pending: Pending): void;
}

/** Problems seldom come alone: the first waits this long, to be reported together with others. */
export const gatherMilliseconds = 2_000;

/**
 * The state of one kind.
 * - `idle`: there is nothing to report
 * - `gathering`: there is something, and it waits a moment for more
 * - `quiet`: it was reported lately; incidents are counted, and reported at the end
 */
type Mode = "idle" | "gathering" | "quiet";

interface Desk {
  mode: Mode;
  timer: NodeJS.Timeout | undefined;
  /** When it was last reported, in milliseconds since 1970: used only when Node-RED starts again. */
  toldAt: number | undefined;
  readonly pending: Map<string, Tally>;
}

/**
 * Counts what goes wrong, and reports it: at most once per kind and interval. It outlives its node, which every deploy
 * replaces: what happens while nobody listens is reported to the next listener.
 */
export class Watch {
  readonly #desks: ReadonlyMap<ProblemKind, Desk>;
  readonly #changed: (isUrgent: boolean) => void;
  #listener: Listener | undefined;

  /**
   * @param saved the result of {@link toJSON} in an earlier process
   * @param changed called when there is something to save; urgent if it would otherwise be lost
   */
  constructor(saved: unknown, changed: (isUrgent: boolean) => void) {
    this.#changed = changed;
    const kept = (saved ?? {}) as Readonly<Record<string, { toldAt?: unknown; pending?: unknown } | undefined>>;
    this.#desks = new Map(problemKinds.map((kind) => [kind, deskOf(kept[kind])]));
  }

  /** Somebody listens: what was reported lately stays quiet for the rest of its interval. */
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

  /** Nobody listens any more; counting continues. */
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

  /** It was nothing, or is over before it was reported. */
  withdraw(kind: ProblemKind, endpoint: string): void {
    if (this.#desk(kind).pending.delete(endpoint)) this.#changed(false);
  }

  /** What has to survive the end of this process. */
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

/** If the endpoint is unknown, it concerns everybody. */
function concerns(listener: Listener, kind: ProblemKind, endpoint: string): boolean {
  return (
    listener.kinds.includes(kind) && (listener.endpoint === "" || endpoint === "" || listener.endpoint === endpoint)
  );
}

/** How much of the interval is left. If the clock was put back meanwhile, at most all of it. */
function leftOf(toldAt: number | undefined, interval: number): number {
  return toldAt === undefined ? 0 : Math.min(interval, toldAt + interval - Date.now());
}

import type { Hours } from "./hours";

/** The allowed silence. */
export interface Patience {
  /** In milliseconds; if missing, there is no limit. */
  readonly silence: number;
  readonly hours: Hours;
}

/**
 * Whether it has been silent for too long: only the opening hours count, and silence is reported only within them.
 * @param last when something last arrived, in milliseconds since 1970
 * @param now the current time
 */
export function isTooSilent({ silence, hours }: Patience, last: number, now: number): boolean {
  return silence > 0 && now - last >= silence && hours.isOpen(now) && hours.openBetween(last, now) >= silence;
}

/**
 * When something last arrived at each endpoint, and who has been told of the silence since: once for each silence. It uses the system
 * clock, because a silence continues while no process runs.
 */
export class Silences {
  readonly #last: Map<string, number>;
  /** The endpoints, by who was told. */
  readonly #told: Map<string, Set<string>>;

  /** @param saved the result of {@link toJSON} in an earlier process */
  constructor(saved: unknown) {
    const { last, told } = (saved ?? {}) as { last?: unknown; told?: unknown };
    const times = Object.entries(last ?? {}).filter(([, at]) => Number.isFinite(at)) as [string, number][];
    const lists = Object.entries(told ?? {}).filter(([, ids]) => Array.isArray(ids)) as [string, string[]][];
    this.#last = new Map(times);
    this.#told = new Map(lists.map(([who, ids]) => [who, new Set(ids)]));
  }

  /** Something has arrived at an endpoint. */
  arrived(endpoint: string, at: number): void {
    this.#last.set(endpoint, at);
    for (const told of this.#told.values()) told.delete(endpoint);
  }

  /** When something last arrived; if nothing has, since when it is awaited. */
  last(endpoint: string): number | undefined {
    return this.#last.get(endpoint);
  }

  /**
   * @param who is to be told
   * @param endpoint whose silence
   * @returns whether it has been silent for too long, and that has not been reported yet; from now on it has
   */
  isNews(who: string, endpoint: string, patience: Patience, now: number): boolean {
    const last = this.#last.get(endpoint);
    // If the clock was put back, it starts anew: otherwise nothing would be reported until the clock catches up.
    if (last === undefined || last > now) this.#last.set(endpoint, now);
    const told = this.#told.get(who) ?? new Set<string>();
    if (told.has(endpoint) || !isTooSilent(patience, this.#last.get(endpoint) ?? now, now)) return false;
    this.#told.set(who, told.add(endpoint));
    return true;
  }

  /** Forgets endpoints and nodes that no longer exist. */
  keepOnly(endpoints: ReadonlySet<string>, listeners: ReadonlySet<string>): void {
    for (const id of [...this.#last.keys()]) if (!endpoints.has(id)) this.#last.delete(id);
    for (const who of [...this.#told.keys()]) if (!listeners.has(who)) this.#told.delete(who);
  }

  /** What has to survive the end of this process. */
  toJSON(): object {
    const told = Array.from(this.#told, ([who, ids]) => [who, [...ids]] as const).filter(([, ids]) => ids.length > 0);
    return { last: Object.fromEntries(this.#last), told: Object.fromEntries(told) };
  }
}

import type { Hours } from "./hours";

/** For how long nothing may come. */
export interface Patience {
  /** In milliseconds; none stands for as long as it likes. */
  readonly silence: number;
  readonly hours: Hours;
}

/**
 * Whether it has been silent for too long: only the hours count, and only within them is it said.
 * @param last when something last came, in milliseconds since 1970
 * @param now the present
 */
export function isTooSilent({ silence, hours }: Patience, last: number, now: number): boolean {
  return silence > 0 && now - last >= silence && hours.isOpen(now) && hours.openBetween(last, now) >= silence;
}

/**
 * When something last came to each endpoint, and who was told that nothing has since: once for each silence. It goes by the machine's
 * clock, because a silence lasts also while no process runs.
 */
export class Silences {
  readonly #last: Map<string, number>;
  /** By who was told: the endpoints. */
  readonly #told: Map<string, Set<string>>;

  /** @param saved what {@link toJSON} gave in an earlier process */
  constructor(saved: unknown) {
    const { last, told } = (saved ?? {}) as { last?: unknown; told?: unknown };
    const times = Object.entries(last ?? {}).filter(([, at]) => Number.isFinite(at)) as [string, number][];
    const lists = Object.entries(told ?? {}).filter(([, ids]) => Array.isArray(ids)) as [string, string[]][];
    this.#last = new Map(times);
    this.#told = new Map(lists.map(([who, ids]) => [who, new Set(ids)]));
  }

  /** Something has come to an endpoint. */
  arrived(endpoint: string, at: number): void {
    this.#last.set(endpoint, at);
    for (const told of this.#told.values()) told.delete(endpoint);
  }

  /** When something last came; where nothing has yet, since when it is waited for. */
  last(endpoint: string): number | undefined {
    return this.#last.get(endpoint);
  }

  /**
   * @param who is to be told
   * @param endpoint the endpoint
   * @returns whether it has been silent for too long, and that has not been told yet; from now on it has
   */
  isNews(who: string, endpoint: string, patience: Patience, now: number): boolean {
    const last = this.#last.get(endpoint);
    // Where the clock was put back, it begins anew: else it would be waited for until the clock is there again.
    if (last === undefined || last > now) this.#last.set(endpoint, now);
    const told = this.#told.get(who) ?? new Set<string>();
    if (told.has(endpoint) || !isTooSilent(patience, this.#last.get(endpoint) ?? now, now)) return false;
    this.#told.set(who, told.add(endpoint));
    return true;
  }

  /** Forgets whom nobody knows any more. */
  keepOnly(endpoints: ReadonlySet<string>, listeners: ReadonlySet<string>): void {
    for (const id of [...this.#last.keys()]) if (!endpoints.has(id)) this.#last.delete(id);
    for (const who of [...this.#told.keys()]) if (!listeners.has(who)) this.#told.delete(who);
  }

  /** What has to be known after the end of this process. */
  toJSON(): object {
    const told = Array.from(this.#told, ([who, ids]) => [who, [...ids]] as const).filter(([, ids]) => ids.length > 0);
    return { last: Object.fromEntries(this.#last), told: Object.fromEntries(told) };
  }
}

import type { Wakes } from "./delivering";
import type { Slot } from "./subscribers";

/** The maximum of `setTimeout`. */
const longestTimeout = 2 ** 31 - 1;

/** Wakes those who wait for something to claim. */
export class Waking implements Wakes {
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Called if others may take over what is waiting. */
  leftOver: () => void = () => {};

  /** Calls back when there may be something to claim, and once initially. @returns stops it */
  watch(subscriber: string, wake: () => void): () => void {
    const watchers = this.#watchers.get(subscriber) ?? new Set();
    this.#watchers.set(subscriber, watchers.add(wake));
    setImmediate(() => {
      if (watchers.has(wake)) wake();
    });
    return () => watchers.delete(wake);
  }

  /** Whether this process is watching for a subscriber. */
  isWatched({ facts }: Slot): boolean {
    return (this.#watchers.get(facts.id)?.size ?? 0) > 0;
  }

  wake(slots: Iterable<Slot>): void {
    const subscribers = new Set(Array.from(slots, ({ facts }) => facts.id));
    for (const subscriber of subscribers) for (const wake of [...(this.#watchers.get(subscriber) ?? [])]) wake();
  }

  wakeLater(slot: Slot, after: number): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.wake([slot]);
      },
      Math.min(after, longestTimeout),
    ).unref();
    this.#timers.add(timer);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#watchers.clear();
  }
}

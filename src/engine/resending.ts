import type { Inbox, Resend } from "../inbox/inbox";

/** So many are sent again at once, and then no more for so long: 400 a second at the most. */
const eventsAtOnce = 100;
const restMilliseconds = 250;

/** Where more than this wait, what comes from Hapana goes first. */
const mostWaiting = 100;

/** How long to wait before an inbox that refuses is asked again. */
const backOff = 1_000;

/**
 * - `stopped`: there are no flows
 * - `idle`: nothing is to be sent again
 * - `stepping`: the next ones are being sent again
 * - `stopping`: the same, but there are no flows any more
 * - `resting`: a moment later, the next ones will be
 */
type Mode = "stopped" | "idle" | "stepping" | "stopping" | "resting";

/** Goes on with what is to be sent again: the oldest resend first whose flows are not busy, and no faster than they take it. */
export class Resending {
  readonly #inbox: Inbox;
  readonly #storeRefused: (error: unknown) => void;
  readonly #changed: () => void;
  #mode: Mode = "stopped";
  /** Something has been begun, or the flows have been started, since the inbox was asked. */
  #isAsked = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param inbox where the events are
   * @param storeRefused told of what the inbox refused
   * @param changed told that events were sent again
   */
  constructor(inbox: Inbox, storeRefused: (error: unknown) => void, changed: () => void) {
    this.#inbox = inbox;
    this.#storeRefused = storeRefused;
    this.#changed = changed;
  }

  /** The flows run: what was under way when they stopped goes on. */
  start(): void {
    if (this.#mode === "stopped") this.#mode = "idle";
    // The step that is under way goes on as if nothing had been: a second one beside it would go twice as fast.
    if (this.#mode === "stopping") this.#mode = "stepping";
    this.wake();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#mode = this.#mode === "stepping" || this.#mode === "stopping" ? "stopping" : "stopped";
  }

  /** A resend was begun. */
  wake(): void {
    this.#isAsked = true;
    if (this.#mode === "idle") void this.#step();
  }

  async #step(): Promise<void> {
    this.#mode = "stepping";
    this.#isAsked = false;
    let rest = restMilliseconds;
    try {
      const running = (await this.#inbox.resends()).filter(({ state }) => state === "running");
      if (running.length === 0) return this.#rest(undefined);
      const next = running.findLast((resend) => !this.#isBusyWith(resend));
      if (next) await this.#inbox.resendNext(next.id, eventsAtOnce);
      this.#changed();
    } catch (error) {
      this.#storeRefused(error);
      rest = backOff;
    }
    this.#rest(rest);
  }

  /** @param milliseconds until the next step; `undefined` where there is nothing more to do */
  #rest(milliseconds: number | undefined): void {
    if (this.#mode === "stopping") {
      this.#mode = "stopped";
      return;
    }
    if (milliseconds === undefined) {
      this.#mode = "idle";
      if (this.#isAsked) void this.#step();
      return;
    }
    this.#mode = "resting";
    this.#timer = setTimeout(() => void this.#step(), milliseconds).unref();
  }

  #isBusyWith({ query, subscriber }: Resend): boolean {
    return this.#inbox
      .counts()
      .subscribers.filter((each) => each.endpoint === query.endpoint && each.isActive)
      .filter((each) => subscriber === undefined || each.subscriber === subscriber)
      .some(({ waiting }) => waiting > mostWaiting);
  }
}

import type { Inbox, Resend, SubscriberCounts } from "../inbox/inbox";

/** How fast events are sent again. */
interface Pace {
  /** So many at once. */
  readonly events: number;
  /** For so long, in milliseconds, no more. */
  readonly rest: number;
  /** Where more than this wait, what comes from Hapana goes first. */
  readonly maxWaiting: number;
}

/** 400 a second at the most: what a flow does with them may reach other systems. */
const pace: Pace = { events: 100, rest: 250, maxWaiting: 100 };

/** A listener only learns from them, and what asks it may have to wait until it has. */
const paceOfListener: Pace = { events: 500, rest: 5, maxWaiting: 1_000 };

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
    let { rest } = pace;
    try {
      const running = (await this.#inbox.resends()).filter(({ state }) => state === "running");
      if (running.length === 0) return this.#rest(undefined);
      const next = running.findLast((resend) => !this.#isBusyWith(resend));
      if (next) {
        const { events, rest: itsRest } = this.#paceOf(next);
        rest = itsRest;
        await this.#inbox.resendNext(next.id, events);
      }
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

  #isBusyWith(resend: Resend): boolean {
    const { maxWaiting } = this.#paceOf(resend);
    return this.#recipientsOf(resend).some(({ waiting }) => waiting > maxWaiting);
  }

  #paceOf(resend: Resend): Pace {
    const recipients = this.#recipientsOf(resend);
    return recipients.length > 0 && recipients.every(({ isListener }) => isListener) ? paceOfListener : pace;
  }

  #recipientsOf({ query, subscriber }: Resend): readonly SubscriberCounts[] {
    return this.#inbox
      .counts()
      .subscribers.filter((each) => each.endpoint === query.endpoint && each.isActive)
      .filter((each) => (subscriber === undefined ? !each.isListener : each.subscriber === subscriber));
  }
}

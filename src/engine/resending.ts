import type { Inbox, Resend, SubscriberCounts } from "../inbox/inbox";

/** The speed at which events are sent again. */
interface Pace {
  /** How many at once. */
  readonly events: number;
  /** How long, in milliseconds, to pause after that. */
  readonly rest: number;
  /** If more than this are waiting, events from Hapana go first. */
  readonly maxWaiting: number;
}

/** At most 400 a second: the flow may pass them on to other systems. */
const pace: Pace = { events: 100, rest: 250, maxWaiting: 100 };

/** A listener only reads them, and queries to it may have to wait until it has. */
const paceOfListener: Pace = { events: 500, rest: 5, maxWaiting: 1_000 };

/** How long to wait before retrying an inbox that refuses. */
const backOff = 1_000;

/**
 * - `stopped`: there are no flows
 * - `idle`: nothing has to be sent again
 * - `stepping`: the next events are being sent again
 * - `stopping`: the same, but there are no flows any more
 * - `resting`: a pause before the next step
 */
type Mode = "stopped" | "idle" | "stepping" | "stopping" | "resting";

/** Sends events again: the oldest resend first whose flows are not busy, and no faster than they take it. */
export class Resending {
  readonly #inbox: Inbox;
  readonly #storeRefused: (error: unknown) => void;
  readonly #changed: () => void;
  #mode: Mode = "stopped";
  /** Since the inbox was asked, a resend was started, or the flows were. */
  #isAsked = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param inbox where the events are
   * @param storeRefused called with what the inbox refuses
   * @param changed called when events were sent again
   */
  constructor(inbox: Inbox, storeRefused: (error: unknown) => void, changed: () => void) {
    this.#inbox = inbox;
    this.#storeRefused = storeRefused;
    this.#changed = changed;
  }

  /** The flows run: unfinished resends continue. */
  start(): void {
    if (this.#mode === "stopped") this.#mode = "idle";
    // A step in progress continues normally: a second one beside it would double the speed.
    if (this.#mode === "stopping") this.#mode = "stepping";
    this.wake();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#mode = this.#mode === "stepping" || this.#mode === "stopping" ? "stopping" : "stopped";
  }

  /** A resend was started. */
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

  /** @param milliseconds until the next step; `undefined` if there is nothing more to do */
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

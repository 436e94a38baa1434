import type { RosterKeeper } from "../../src/access/keeper";
import type { Inboxes } from "../../src/engine/inboxes";
import { StoreError } from "../../src/inbox/store-error";

/**
 * - `behind`: events that were answered with 200 may be on their way to the roster
 * - `upToDate`: it has read everything up to the start of the flows; new events reach it at once, as long as it is active
 * without a break: others that share the inbox may have taken it for gone
 */
type Stage = "behind" | "upToDate";

/**
 * Lets a roster catch up with its endpoint's inbox: with what has been waiting for it since before a crash or a deploy, and with everything
 * stored there if it was not active all the time, because it is new, was disabled, belonged to another endpoint, or has lost data.
 * Meanwhile it is behind, and its doors let nobody in; but an inbox that refuses does not keep them closed.
 */
export class CatchingUp {
  readonly #inboxes: Inboxes;
  readonly #keeper: RosterKeeper;
  readonly #id: string;
  readonly #endpoint: string;
  #stage: Stage = "behind";
  #isLooking = false;
  /** Something has changed since it started to check. */
  #isAskedAgain = false;
  #isEnded = false;

  /**
   * @param inboxes the inboxes
   * @param keeper the roster
   * @param id the roster's node
   * @param endpoint its endpoint's node; empty if it has none
   */
  constructor(inboxes: Inboxes, keeper: RosterKeeper, id: string, endpoint: string) {
    this.#inboxes = inboxes;
    this.#keeper = keeper;
    this.#id = id;
    this.#endpoint = endpoint;
    inboxes.on("change", this.#look);
    inboxes.on("log", this.#look);
  }

  /** The flows have been started: something may have arrived meanwhile. */
  readonly begin = (): void => {
    const isCurrent = !this.#keeper.isBehind && this.#isPlaced && this.#isToldAll && !this.#isAwaiting;
    this.#stage = isCurrent ? "upToDate" : "behind";
    if (!isCurrent) this.#keeper.behindIs(true);
    this.#look();
  };

  end(): void {
    this.#isEnded = true;
    this.#inboxes.off("change", this.#look);
    this.#inboxes.off("log", this.#look);
  }

  readonly #look = (): void => {
    if (this.#isEnded || (this.#stage === "upToDate" && this.#isToldAll)) return;
    this.#stage = "behind";
    this.#isAskedAgain = this.#isLooking;
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#catchUp()
      .catch((error) => {
        // Nobody can wait for what an inbox does not report.
        if (error instanceof StoreError && !this.#isEnded) this.#keeper.behindIs(false);
      })
      .finally(() => {
        this.#isLooking = false;
        if (this.#isAskedAgain) this.#look();
      });
  };

  async #catchUp(): Promise<void> {
    const { history } = this.#inboxes;
    await this.#keeper.ready;
    if (this.#inboxes.isRefusing) return this.#keeper.behindIs(false);
    if (!this.#isPlaced || this.#isEnded) return;
    if (!this.#isToldAll) {
      const tenure = this.#tenure;
      const { refused } = await history.resend({ query: { endpoint: this.#endpoint }, subscriber: this.#id });
      for (const fault of refused.values()) throw fault;
      await this.#keeper.heard(tenure);
    }
    const isBeingTold = (await history.resends()).some(
      ({ state, subscriber, query }) =>
        state === "running" && subscriber === this.#id && query.endpoint === this.#endpoint,
    );
    await history.counted();
    if (this.#isEnded || !this.#isToldAll) return;
    const isBehind = isBeingTold || this.#isAwaiting;
    this.#keeper.behindIs(isBehind);
    if (!isBehind) this.#stage = "upToDate";
  }

  get #places() {
    return this.#inboxes.history.nodes.filter(
      ({ id, endpoint, isActive }) => id === this.#id && endpoint === this.#endpoint && isActive,
    );
  }

  /** Whether it is known what waits for it: a database learns only a moment after a deploy that a roster has moved. */
  get #isPlaced(): boolean {
    return this.#inboxes.isSettled && (this.#places.length > 0 || !this.#inboxes.isAnnouncing);
  }

  /** Since when it has been active without a break, in each inbox. */
  get #tenure(): string {
    return [this.#endpoint, ...this.#places.map(({ since }) => since)].join(" ");
  }

  get #isToldAll(): boolean {
    return this.#places.length === 0 || this.#keeper.heardOf === this.#tenure;
  }

  /** Whether events are on their way to it; it already knows those that it merely could not write. */
  get #isAwaiting(): boolean {
    const awaited = this.#places.reduce((sum, { waiting, inFlow }) => sum + waiting + inFlow, 0);
    return awaited > this.#keeper.unwritten;
  }
}

import type { Claim, Inbox, Outcome, Settlement } from "../inbox/inbox";
import type { Flow, FlowEnd, FlowResult } from "./flow";

/** Enough to keep a quick flow busy, few enough that a slow one costs no memory; the rest waits in the inbox. */
export const mostInFlow = 64;

const firstBackOff = 1_000;
const longestBackOff = 60_000;

/** How long to wait before a store that refuses is asked again. */
const storeBackOff = 1_000;

/**
 * - `stopped`: there is no flow; nothing is sent
 * - `clear`: nothing waits, so that an event may go into the flow as it is stored
 * - `behind`: events wait in the inbox, or may; newer ones must not overtake them
 * - `claiming`: the inbox has been asked for the next ones
 * - `claimingAgain`: likewise, and more has come since
 */
type Mode = "stopped" | "clear" | "behind" | "claiming" | "claimingAgain";

/**
 * The way from the inbox into one subscriber's flow: in the order of arrival, a bounded number at a time. It outlives the
 * subscriber's node, which is replaced by every deploy.
 */
export class Queue {
  readonly #inbox: Inbox;
  readonly subscriber: string;
  readonly #settle: (settlement: Settlement) => void;
  readonly #storeRefused: (error: unknown) => void;
  readonly #unwatch: () => void;
  #mode: Mode = "stopped";
  #flow: Flow | undefined;
  /** Places that are taken: by events in the flow, by those that are being stored for it, and by those that are claimed. */
  #places = 0;
  /** Events on their way into the inbox that have found no place: until they are there, none that is newer may have one. */
  #beingStored = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param inbox where the events wait
   * @param subscriber the subscriber's id
   * @param settle notes what has become of a claim
   * @param storeRefused told of what the inbox refused
   */
  constructor(
    inbox: Inbox,
    subscriber: string,
    settle: (settlement: Settlement) => void,
    storeRefused: (error: unknown) => void,
  ) {
    this.#inbox = inbox;
    this.subscriber = subscriber;
    this.#settle = settle;
    this.#storeRefused = storeRefused;
    this.#unwatch = inbox.watch(subscriber, () => this.wake());
  }

  /** How many events the flow is busy with, or about to be. */
  get places(): number {
    return this.#places;
  }

  /** Starts, or goes on, sending into this flow. */
  start(flow: Flow): void {
    this.#flow = flow;
    const isClaiming = this.#mode === "claiming" || this.#mode === "claimingAgain";
    this.#mode = isClaiming ? "claimingAgain" : "behind";
    this.#pump();
  }

  /** Stops sending; what is in the flow stays there. */
  stop(): void {
    this.#flow = undefined;
    clearTimeout(this.#timer);
    if (this.#mode === "clear" || this.#mode === "behind") this.#mode = "stopped";
  }

  /** Stops for good. */
  close(): void {
    this.stop();
    this.#unwatch();
  }

  /** Something waits in the inbox, or may. */
  wake(): void {
    if (this.#mode === "clear") this.#mode = "behind";
    if (this.#mode === "claiming") this.#mode = "claimingAgain";
    this.#pump();
  }

  /**
   * Asks for a place in the flow for an event that is being stored.
   * @param isClosed whether nothing may go into the flow at the moment
   * @returns whether there is one; then {@link send} or {@link giveBack} must follow, else {@link stored}
   */
  reserve(isClosed: boolean): boolean {
    if (this.#mode === "clear" && !isClosed && this.#places < mostInFlow) {
      this.#places += 1;
      return true;
    }
    if (this.#mode === "clear") this.#mode = "behind";
    this.#beingStored += 1;
    return false;
  }

  /** An event that had found no place is stored, or could not be. */
  stored(): void {
    this.#beingStored -= 1;
    this.#pump();
  }

  /** Gives a reserved place back. */
  giveBack(): void {
    this.#places -= 1;
    this.#pump();
  }

  /**
   * Sends what was claimed with a reserved place.
   * @returns resolves when the flow has finished with it
   */
  async send(claim: Claim): Promise<void> {
    const flow = this.#flow;
    const began = performance.now();
    const result: FlowResult = flow ? await this.#sendInto(flow, claim) : { kind: "interrupted" };
    const settle = (outcome: Outcome) => {
      this.#settle({ subscriber: claim.subscriber, sequence: claim.event.sequence, attempt: claim.attempt, outcome });
      flow?.changed?.();
    };
    const settleEnd = (end: FlowEnd) => settle(outcomeOf(end, claim, flow?.retries ?? 0, performance.now() - began));
    this.#places -= 1;
    if (result.kind === "slow") {
      settle({ kind: "slow" });
      void result.end.then(settleEnd);
    } else settleEnd(result);
    this.#pump();
  }

  /** Sends what is to be alone in the flow. */
  sendAlone(claim: Claim): Promise<void> {
    this.#places += 1;
    return this.send(claim);
  }

  /** A flow that breaks its word must not end Node-RED, nor keep its place. */
  async #sendInto(flow: Flow, { event, attempt }: Claim): Promise<FlowResult> {
    try {
      return await flow.send(event, attempt);
    } catch (error) {
      return { kind: "failed", error: error instanceof Error ? error.message : String(error) };
    }
  }

  #pump(): void {
    if (this.#mode === "behind" && this.#places < mostInFlow) void this.#claim();
  }

  async #claim(): Promise<void> {
    const room = mostInFlow - this.#places;
    this.#mode = "claiming";
    this.#places += room;
    let claims: Claim[];
    try {
      claims = await this.#inbox.claim(this.subscriber, room);
    } catch (error) {
      this.#places -= room;
      this.#mode = this.#flow ? "behind" : "stopped";
      this.#storeRefused(error);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#pump(), storeBackOff).unref();
      return;
    }
    this.#places -= room - claims.length;
    const mayHaveMore = claims.length === room || this.#mode !== "claiming";
    if (!this.#flow) this.#mode = "stopped";
    else this.#mode = mayHaveMore || this.#beingStored > 0 ? "behind" : "clear";
    for (const claim of claims) void this.send(claim);
    if (mayHaveMore) this.#pump();
  }
}

function outcomeOf(result: FlowEnd, { failures }: Claim, retries: number, milliseconds: number): Outcome {
  if (result.kind === "interrupted") return { kind: "waiting" };
  if (result.kind !== "failed") return { kind: "delivered", milliseconds: Math.round(milliseconds) };
  const { error } = result;
  if (failures >= retries) return { kind: "failed", error, milliseconds: Math.round(milliseconds) };
  return { kind: "retry", error, after: Math.min(firstBackOff * 2 ** failures, longestBackOff) };
}

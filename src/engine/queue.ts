import type { Claim, Inbox, Outcome, Settlement } from "../inbox/inbox";
import { Backlog } from "./backlog";
import type { Flow, FlowEnd, FlowResult } from "./flow";
import { Line } from "./line";
import { settlementOf, unsent } from "./settlement";

/** Enough to keep a fast flow busy, few enough that a slow one costs no memory; the rest waits in the inbox. */
export const maxInFlow = 64;

/** How many more may have a place: being stored, or next in line. */
export const maxInLine = maxInFlow;

/** How many a quick flow takes into its line together, to catch up: about what comes during one claim. More wait in the inbox. */
const maxToCatchUp = 500;

const firstBackOff = 1_000;
const longestBackOff = 60_000;

/** How long to wait before retrying a store that refuses. */
const storeBackOff = 1_000;

/**
 * - `stopped`: there is no flow; nothing is sent
 * - `clear`: nothing is waiting, so an event may go into the flow as it is stored
 * - `behind`: events are waiting in the inbox, or may be; newer ones must not overtake them
 * - `claiming`: the next ones are being claimed from the inbox
 * - `claimingAgain`: likewise, and more has arrived since
 * - `closing`: the few that wait are still being stored; newer ones get places again, and let them pass
 * - `claimingLast`: they are stored, and are being claimed from the inbox
 */
type Mode = "stopped" | "clear" | "behind" | "claiming" | "claimingAgain" | "closing" | "claimingLast";

const claimingModes: ReadonlySet<Mode> = new Set(["claiming", "claimingAgain", "claimingLast"]);
const openModes: ReadonlySet<Mode> = new Set(["clear", "closing", "claimingLast"]);

/**
 * Moves events from the inbox into one subscriber's flow: in order of arrival, a bounded number at a time. It outlives the
 * subscriber's node, which every deploy replaces.
 */
export class Queue {
  readonly #inbox: Inbox;
  readonly subscriber: string;
  readonly #settle: (settlement: Settlement) => void;
  readonly #storeRefused: (error: unknown) => void;
  readonly #unwatch: () => void;
  readonly #line = new Line();
  readonly #backlog = new Backlog();
  #mode: Mode = "stopped";
  #flow: Flow | undefined;
  #inFlow = 0;
  /** Places reserved for what is claimed from the inbox. */
  #kept = 0;
  /** When the last claim was answered, and how long that had taken, in milliseconds. */
  #lastClaim = { answered: Number.NEGATIVE_INFINITY, took: 0 };
  #isPumpDue = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param inbox where the events are waiting
   * @param subscriber the subscriber's id
   * @param settle records the outcome of a claim
   * @param storeRefused called with what the inbox refuses
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

  /** How many events are in the flow, or about to be. */
  get places(): number {
    return this.#inFlow + this.#line.length + this.#kept;
  }

  /** Whether anything is in progress. */
  get isBusy(): boolean {
    return this.places > 0 || !this.#backlog.isEmpty;
  }

  /** How many are next, but not in the flow yet. */
  get inLine(): number {
    return this.#line.ready;
  }

  /** Starts or resumes sending into this flow. */
  start(flow: Flow): void {
    this.#flow = flow;
    this.#backlog.forget();
    // What was next when the flows stopped is back in the inbox; new arrivals may be newer, like those that had found no place.
    this.#line.holdAll();
    this.#backlog.close();
    if (claimingModes.has(this.#mode)) this.#mode = "claimingAgain";
    else if (this.#mode !== "closing") this.#mode = "behind";
    this.#pump();
  }

  /** Stops sending; what is in the flow stays there. */
  stop(): void {
    this.#flow = undefined;
    clearTimeout(this.#timer);
    if (this.#mode === "closing") this.#kept = 0;
    if (!claimingModes.has(this.#mode)) this.#mode = "stopped";
    this.#line.release();
    this.#drain();
  }

  /** Stops for good. */
  close(): void {
    this.stop();
    this.#unwatch();
  }

  /** Something is waiting in the inbox, or may be. */
  wake(): void {
    if (this.#mode === "clear") this.#mode = "behind";
    if (this.#mode === "claiming" || this.#mode === "claimingLast") this.#mode = "claimingAgain";
    this.#pump();
  }

  /**
   * Requests a place in the flow for an event that is being stored.
   * @param isClosed whether nothing may enter the flow at the moment
   * @returns whether there is one; if so, {@link send} or {@link giveBack} must follow, otherwise {@link stored}
   */
  reserve(isClosed: boolean): boolean {
    const isOpen =
      openModes.has(this.#mode) && this.#backlog.isClosed && (!isClosed || this.#flow?.isListener === true);
    if (isOpen && this.#line.length < maxInLine) {
      this.#line.expect();
      return true;
    }
    if (this.#mode === "clear") this.#mode = "behind";
    this.#backlog.add();
    return false;
  }

  /** An event that had found no place was stored, or could not be. */
  stored(): void {
    this.#backlog.stored();
    this.#pump();
  }

  /** Returns a reserved place. */
  giveBack(): void {
    this.#line.giveUp();
    this.#pump();
  }

  /** Sends a claim with a reserved place, when it is its turn. */
  send(claim: Claim): void {
    this.#line.add(claim);
    this.#drain();
  }

  /**
   * Sends an event that must be alone in the flow.
   * @returns resolves once the flow has finished with it
   */
  sendAlone(claim: Claim): Promise<void> {
    return this.#send(claim);
  }

  async #send(claim: Claim): Promise<void> {
    const flow = this.#flow;
    if (!flow) return this.#settle(unsent(claim));
    const began = performance.now();
    this.#inFlow += 1;
    const result = await this.#sendInto(flow, claim);
    const settle = (outcome: Outcome) => {
      this.#settle(settlementOf(claim, outcome));
      flow.changed?.();
      if (outcome.kind === "failed") flow.failed?.(claim.event);
    };
    const settleEnd = (end: FlowEnd) => settle(outcomeOf(end, claim, flow.retries, performance.now() - began));
    this.#inFlow -= 1;
    if (result.kind === "slow") {
      settle({ kind: "slow" });
      void result.end.then(settleEnd);
    } else settleEnd(result);
    this.#drain();
    this.#pumpSoon();
  }

  /** A flow that breaks its contract must not crash Node-RED, nor keep its place. */
  async #sendInto(flow: Flow, { event, attempt, inbox }: Claim): Promise<FlowResult> {
    try {
      return await flow.send(event, attempt, inbox);
    } catch (error) {
      return { kind: "failed", error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Lets events in line into the flow while there are places. */
  #drain(): void {
    while (!this.#flow || this.#inFlow < maxInFlow) {
      const claim = this.#line.take();
      if (!claim) return;
      void this.#send(claim);
    }
  }

  /** A flow often finishes many in one turn: one claim fills all their places. */
  #pumpSoon(): void {
    if (this.#isPumpDue || this.#mode !== "behind") return;
    this.#isPumpDue = true;
    setImmediate(() => {
      this.#isPumpDue = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#mode === "closing" && this.#backlog.isStored) void this.#claim("claimingLast");
    if (this.#mode !== "behind") return;
    // Events that have to let older ones pass must not occupy their places.
    const room = maxInFlow + (this.#isQuick ? maxInLine : 0) - this.#inFlow - this.#line.ahead;
    if (room <= 0) return;
    this.#kept = room;
    void this.#claim("claiming");
  }

  /** Whether the flow has finished most of what it was given in less time than a claim takes: then claims are what holds it up. */
  get #isQuick(): boolean {
    const { answered, took } = this.#lastClaim;
    return this.#inFlow < maxInFlow / 2 && performance.now() - answered < took;
  }

  async #claim(mode: "claiming" | "claimingLast"): Promise<void> {
    this.#mode = mode;
    const isQuick = this.#isQuick;
    const began = performance.now();
    this.#backlog.asked();
    const room = this.#kept;
    const flow = this.#flow;
    const isAllStored = this.#backlog.isStored;
    let claims: Claim[];
    try {
      claims = await this.#inbox.claim(this.subscriber, room);
    } catch (error) {
      this.#kept = 0;
      this.#mode = this.#flow ? "behind" : "stopped";
      this.#storeRefused(error);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#pump(), storeBackOff).unref();
      return;
    }
    this.#kept = 0;
    const answered = performance.now();
    this.#lastClaim = { answered, took: answered - began };
    const isEmpty = claims.length < room;
    const mayHaveMore = !isEmpty || this.#mode !== mode || isAllStored !== this.#backlog.isStored;
    // What was next when the flows stopped is older, and back in the inbox.
    if (this.#flow !== flow) for (const claim of claims) this.#settle(unsent(claim));
    else this.#line.addOlder(claims);
    if (!mayHaveMore && isAllStored) this.#line.release();
    const busyWith = this.#inFlow;
    this.#drain();
    this.#backlog.answered(claims.length, isEmpty);
    this.#mode = this.#modeAfter(mayHaveMore, busyWith, isQuick);
    // If there are no more, the events being stored announce themselves when they are.
    if (mayHaveMore || this.#mode === "closing") this.#pump();
  }

  /**
   * @param busyWith how many were already in the flow
   * @param isQuick whether the flow was waiting for the claim
   */
  #modeAfter(mayHaveMore: boolean, busyWith: number, isQuick: boolean): Mode {
    const { count } = this.#backlog;
    if (!this.#flow) return "stopped";
    if (count === 0 && !mayHaveMore) return "clear";
    if (!count || this.#line.isHolding) return "behind";
    // Many more may stand in line for a flow that is quick; but not all that came while it was slow.
    if (isQuick ? count >= maxToCatchUp : busyWith + count + 1 >= maxInFlow) return "behind";
    // One more than there are: if that place stays empty, nothing is waiting any more.
    this.#kept = count + 1;
    this.#backlog.close();
    this.#line.hold();
    return "closing";
  }
}

function outcomeOf(result: FlowEnd, { failures }: Claim, retries: number, milliseconds: number): Outcome {
  if (result.kind === "interrupted") return { kind: "waiting" };
  if (result.kind !== "failed") return { kind: "delivered", milliseconds: Math.round(milliseconds) };
  if (failures >= retries) return { ...result, milliseconds: Math.round(milliseconds) };
  return { kind: "retry", error: result.error, after: Math.min(firstBackOff * 2 ** failures, longestBackOff) };
}

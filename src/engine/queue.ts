import type { Claim, Inbox, Outcome, Settlement } from "../inbox/inbox";
import { Backlog } from "./backlog";
import type { Flow, FlowEnd, FlowResult } from "./flow";
import { Line } from "./line";
import { settlementOf, unsent } from "./settlement";

/** Enough to keep a quick flow busy, few enough that a slow one costs no memory; the rest waits in the inbox. */
export const maxInFlow = 64;

/** How many more may have a place: they are being stored, or next in line. */
export const maxInLine = maxInFlow;

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
 * - `closing`: the few that wait are still being stored; newer ones have places again, and let them pass
 * - `claimingLast`: they are stored, and the inbox has been asked for them
 */
type Mode = "stopped" | "clear" | "behind" | "claiming" | "claimingAgain" | "closing" | "claimingLast";

const claimingModes: ReadonlySet<Mode> = new Set(["claiming", "claimingAgain", "claimingLast"]);
const openModes: ReadonlySet<Mode> = new Set(["clear", "closing", "claimingLast"]);

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
  readonly #line = new Line();
  readonly #backlog = new Backlog();
  #mode: Mode = "stopped";
  #flow: Flow | undefined;
  #inFlow = 0;
  /** Places that are kept for what is claimed from the inbox. */
  #kept = 0;
  #isPumpDue = false;
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
    return this.#inFlow + this.#line.length + this.#kept;
  }

  /** Whether anything is on its way through it. */
  get isBusy(): boolean {
    return this.places > 0 || !this.#backlog.isEmpty;
  }

  /** How many are next, and not in the flow yet. */
  get inLine(): number {
    return this.#line.ready;
  }

  /** Starts, or goes on, sending into this flow. */
  start(flow: Flow): void {
    this.#flow = flow;
    this.#backlog.forget();
    // What was next when the flows stopped is in the inbox again; what comes now may be newer, as may what had found no place.
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

  /** Something waits in the inbox, or may. */
  wake(): void {
    if (this.#mode === "clear") this.#mode = "behind";
    if (this.#mode === "claiming" || this.#mode === "claimingLast") this.#mode = "claimingAgain";
    this.#pump();
  }

  /**
   * Asks for a place in the flow for an event that is being stored.
   * @param isClosed whether nothing may go into the flow at the moment
   * @returns whether there is one; then {@link send} or {@link giveBack} must follow, else {@link stored}
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

  /** An event that had found no place is stored, or could not be. */
  stored(): void {
    this.#backlog.stored();
    this.#pump();
  }

  /** Gives a reserved place back. */
  giveBack(): void {
    this.#line.giveUp();
    this.#pump();
  }

  /** Sends what was claimed with a reserved place, in its turn. */
  send(claim: Claim): void {
    this.#line.add(claim);
    this.#drain();
  }

  /**
   * Sends what is to be alone in the flow.
   * @returns resolves when the flow has finished with it
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

  /** A flow that breaks its word must not end Node-RED, nor keep its place. */
  async #sendInto(flow: Flow, { event, attempt, inbox }: Claim): Promise<FlowResult> {
    try {
      return await flow.send(event, attempt, inbox);
    } catch (error) {
      return { kind: "failed", error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Lets those in line into the flow, as long as there are places. */
  #drain(): void {
    while (!this.#flow || this.#inFlow < maxInFlow) {
      const claim = this.#line.take();
      if (!claim) return;
      void this.#send(claim);
    }
  }

  /** A flow often finishes with many in one turn: the inbox is asked once for all their places. */
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
    // What has to let older ones pass must not keep their places from them.
    const room = maxInFlow - this.#inFlow - this.#line.ahead;
    if (room <= 0) return;
    this.#kept = room;
    void this.#claim("claiming");
  }

  async #claim(mode: "claiming" | "claimingLast"): Promise<void> {
    this.#mode = mode;
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
    const isEmpty = claims.length < room;
    const mayHaveMore = !isEmpty || this.#mode !== mode || isAllStored !== this.#backlog.isStored;
    // What was next when the flows stopped is older, and in the inbox again.
    if (this.#flow !== flow) for (const claim of claims) this.#settle(unsent(claim));
    else this.#line.addOlder(claims);
    if (!mayHaveMore && isAllStored) this.#line.release();
    const busyWith = this.#inFlow;
    this.#drain();
    this.#backlog.answered(claims.length, isEmpty);
    this.#mode = this.#modeAfter(mayHaveMore, busyWith);
    // Where there is nothing more, what is being stored says itself when it is there.
    if (mayHaveMore || this.#mode === "closing") this.#pump();
  }

  /** @param busyWith how many had been in the flow already: where it is quick, few */
  #modeAfter(mayHaveMore: boolean, busyWith: number): Mode {
    const { count } = this.#backlog;
    if (!this.#flow) return "stopped";
    if (count === 0 && !mayHaveMore) return "clear";
    if (!count || this.#line.isHolding || busyWith + count + 1 >= maxInFlow) return "behind";
    // One more than there are: where that place stays empty, nothing waits any longer.
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

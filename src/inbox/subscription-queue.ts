import {
  type Claim,
  type Claimed,
  firstProgress,
  type Inbox,
  isSuspect,
  type Outcome,
  type StoredEvent,
} from "./inbox";
import type { Failure, Progress } from "./tables";

/** What a flow has made of an event: done; done as far as can be told; an error; or cut off by a deploy. */
export type FlowResult =
  | { kind: "delivered" | "unconfirmed" | "interrupted" }
  /** The text of the error that a node reported. */
  | { kind: "failed"; error: string };

/** Sends an event into a flow. */
export interface Flow {
  /** How often an event whose flow failed is sent again. */
  readonly retries: number;
  /** Who is told what becomes of the events. */
  readonly observer?: FlowObserver;
  /**
   * @param event the event
   * @param attempt 1, and more when it is sent again
   * @returns what has become of it; never rejects
   */
  send(event: StoredEvent, attempt: number): Promise<FlowResult>;
}

/** What a queue tells of the events that it sends. */
export interface FlowObserver {
  /** An event was sent. */
  sent?(event: StoredEvent): void;
  /** The flow has finished with an event. */
  finished?(result: FlowResult): void;
  /** Events were set aside, because Node-RED kept ending while they were in the flow. */
  setAside?(failures: readonly Failure[]): void;
}

/** Enough to keep a quick flow busy, few enough that a slow one costs no memory; the rest waits in the inbox. */
const mostInFlow = 64;

const firstBackOff = 1_000;
const longestBackOff = 60_000;

/** How long to wait before trying again to write what the disk refused. */
const storageBackOff = 1_000;

/**
 * The way from the inbox into one subscriber's flow: in the order of arrival, a bounded number at a time. It outlives the
 * subscriber's node, which is replaced by every deploy.
 */
export class SubscriptionQueue {
  readonly #inbox: Inbox;
  readonly #subscriber: string;
  readonly #storageChanged: (error: unknown) => void;
  #flow: Flow | undefined;
  #observer: FlowObserver = {};
  #isOpen = true;
  #isRecovered = false;
  /** Whether events wait in the inbox; while they do, newer ones must not overtake them. */
  #hasBacklog = true;
  #isPumping = false;
  #isPumpDue = false;
  #isSuspectInFlow = false;
  #inFlow = 0;
  #mayHaveRetries = true;
  #wakeTimer: NodeJS.Timeout | undefined;
  /** What was delivered in this turn of the event loop, to be noted together. */
  #delivered: number[] = [];

  /**
   * @param inbox where the events wait
   * @param subscriber the subscriber's id
   * @param storageChanged told what the disk refused; and, by `undefined`, that it has taken it after all
   */
  constructor(inbox: Inbox, subscriber: string, storageChanged: (error: unknown) => void = () => {}) {
    this.#inbox = inbox;
    this.#subscriber = subscriber;
    this.#storageChanged = storageChanged;
  }

  /** How many events the flow is busy with. */
  get inFlow(): number {
    return this.#inFlow;
  }

  /**
   * Looks after what was in the flow when Node-RED ended. To be called once, before the first event is sent.
   * @param crashed whether Node-RED ended without being asked to
   */
  async recover(crashed: boolean): Promise<void> {
    const recover = () => this.#inbox.recover(this.#subscriber, crashed);
    const failures = await recover().catch((error) => this.#insist(recover, error));
    if (!failures) return;
    this.#isRecovered = true;
    if (failures.length > 0) this.#observer.setAside?.(failures);
    void this.#pump();
  }

  /** Starts, or goes on, sending into this flow. */
  start(flow: Flow): void {
    this.#flow = flow;
    this.#observer = flow.observer ?? {};
    void this.#pump();
  }

  /** Stops sending; what is in the flow stays there. */
  pause(): void {
    this.#flow = undefined;
    this.#writeDelivered();
  }

  /** Stops for good. */
  close(): void {
    this.pause();
    this.#isOpen = false;
    clearTimeout(this.#wakeTimer);
  }

  /**
   * Asks for a place in the flow for an event that is about to be stored.
   * @returns whether there is one; then {@link deliver} or {@link giveBack} must follow
   */
  reserve(): boolean {
    if (!this.#flow || !this.#isRecovered || this.#hasBacklog || this.#inFlow >= mostInFlow) {
      this.#hasBacklog = true;
      return false;
    }
    this.#inFlow += 1;
    return true;
  }

  /** Gives a reserved place back: the event was a duplicate, or could not be stored. */
  giveBack(): void {
    this.#inFlow -= 1;
    void this.#pump();
  }

  /** Sends an event that was stored with a reserved place. */
  deliver(event: StoredEvent, endpoint: string): void {
    this.#run({ event, progress: firstProgress(endpoint, 1) });
  }

  /** Sees to events that were stored without a place. */
  wake(): void {
    this.#hasBacklog = true;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    this.#isPumpDue = true;
    if (this.#isPumping || !this.#isRecovered) return;
    this.#isPumping = true;
    try {
      while (this.#isPumpDue && this.#canTake) {
        this.#isPumpDue = false;
        await this.#fill();
      }
      this.#watchRetries();
    } catch (error) {
      this.#storageChanged(error);
      this.#wakeIn(storageBackOff);
    } finally {
      this.#isPumping = false;
    }
  }

  get #canTake(): boolean {
    return this.#flow !== undefined && this.#hasBacklog && this.#inFlow < mostInFlow && !this.#isSuspectInFlow;
  }

  /** Fills the flow from the inbox. Nothing is reserved meanwhile, so that nothing overtakes. */
  async #fill(): Promise<void> {
    const isFlowEmpty = this.#inFlow === 0;
    const room = mostInFlow - this.#inFlow;
    let claimed: Claimed = { claims: [], hasMore: true };
    this.#hasBacklog = false;
    this.#inFlow += room;
    try {
      claimed = await this.#inbox.claim(this.#subscriber, room, isFlowEmpty, Date.now());
    } finally {
      this.#inFlow -= room - claimed.claims.length;
      this.#hasBacklog ||= claimed.hasMore;
    }
    this.#isSuspectInFlow = claimed.claims.some(({ progress }) => isSuspect(progress));
    this.#isPumpDue ||= claimed.claims.length > 0;
    for (const claim of claimed.claims) this.#run(claim);
  }

  #run({ event, progress }: Claim): void {
    const flow = this.#flow;
    if (!flow) {
      this.#finish(event, progress, { kind: "interrupted" }, 0);
      return;
    }
    this.#observer.sent?.(event);
    void flow.send(event, progress.attempt).then((result) => this.#finish(event, progress, result, flow.retries));
  }

  #finish(event: StoredEvent, progress: Progress, result: FlowResult, retries: number): void {
    const isAgain = result.kind === "failed" && progress.failures < retries;
    const failures = progress.failures + (result.kind === "failed" ? 1 : 0);
    const outcome = outcomeOf(result, isAgain, failures);
    // The place in the flow is free at once; only what comes again, or may be to blame for crashes, has to be noted first.
    if (outcome.kind === "delivered" && !isSuspect(progress)) {
      this.#noteDelivered(event.sequence);
      this.#leave(progress, result, isAgain);
      return;
    }
    const settle = () =>
      this.#inbox.settle(this.#subscriber, event.sequence, { ...progress, failures, crashes: 0 }, outcome);
    void this.#write(settle).then(() => this.#leave(progress, result, isAgain));
  }

  #leave(progress: Progress, result: FlowResult, isAgain: boolean): void {
    this.#inFlow -= 1;
    if (isSuspect(progress)) this.#isSuspectInFlow = false;
    if (result.kind === "interrupted") this.#hasBacklog = true;
    if (isAgain) this.#mayHaveRetries = true;
    else this.#observer.finished?.(result);
    // While it is being filled, nobody knows yet whether this place is wanted.
    if (this.#hasBacklog || this.#isPumping || this.#mayHaveRetries) void this.#pump();
  }

  #noteDelivered(sequence: number): void {
    if (this.#delivered.push(sequence) === 1) setImmediate(() => this.#writeDelivered());
  }

  #writeDelivered(): void {
    const delivered = this.#delivered;
    if (delivered.length === 0) return;
    this.#delivered = [];
    void this.#write(() => this.#inbox.settleDelivered(this.#subscriber, delivered));
  }

  #write(write: () => Promise<void>): Promise<void> {
    if (!this.#isOpen) return Promise.resolve();
    return write().catch((error) => this.#insist(write, error));
  }

  /** What a flow has done, or has yet to do, must not be forgotten because the disk is full just now. */
  async #insist<Result>(write: () => Promise<Result>, refusal: unknown): Promise<Result | undefined> {
    let error = refusal;
    while (this.#isOpen) {
      this.#storageChanged(error);
      await new Promise((resolve) => setTimeout(resolve, storageBackOff).unref());
      if (!this.#isOpen) break;
      try {
        const result = await write();
        this.#storageChanged(undefined);
        return result;
      } catch (again) {
        error = again;
      }
    }
    return undefined;
  }

  #watchRetries(): void {
    if (!this.#mayHaveRetries || !this.#flow) return;
    const at = this.#inbox.nextRetryAt(this.#subscriber);
    this.#mayHaveRetries = at !== undefined;
    if (at !== undefined) this.#wakeIn(Math.max(at - Date.now(), 0));
  }

  #wakeIn(milliseconds: number): void {
    clearTimeout(this.#wakeTimer);
    this.#wakeTimer = setTimeout(() => {
      this.#hasBacklog = true;
      void this.#pump();
    }, milliseconds).unref();
  }
}

function outcomeOf(result: FlowResult, isAgain: boolean, failures: number): Outcome {
  if (result.kind === "interrupted") return { kind: "waiting" };
  if (result.kind !== "failed") return { kind: "delivered" };
  if (!isAgain) return { kind: "failed", error: result.error };
  return { kind: "retry", at: Date.now() + Math.min(firstBackOff * 2 ** (failures - 1), longestBackOff) };
}

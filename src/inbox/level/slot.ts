import type { LastEvent, SubscriberCounts } from "../inbox";
import type { Progress } from "../progress";
import type { SlotFacts } from "../routing";
import type { StoredEvent } from "../stored-event";
import { DueQueue } from "./due-queue";
import type { Batch } from "./first-attempts";
import { SequenceQueue } from "./sequence-queue";

/** A subscriber's counts. */
interface SlotCounts {
  sent: number;
  sentTests: number;
  failed: number;
  setAside: number;
  /** How often they have been acknowledged, and how many of the stored ones. */
  era?: number;
  seen?: { failed: number; setAside: number };
  last?: LastEvent;
}

/** One subscriber of one endpoint, and its open deliveries. Its name is short, because it is in every row. */
export class Slot {
  readonly name: string;
  facts: SlotFacts;
  counts: SlotCounts = { sent: 0, sentTests: 0, failed: 0, setAside: 0 };
  readonly waiting = new SequenceQueue();
  /** Only for what has been sent before. */
  readonly progress = new Map<number, Progress>();
  readonly due: DueQueue;
  /** Those that are being read, on their way into the flow. */
  readonly claiming = new Set<number>();
  readonly inFlow = new Map<number, Progress>();
  /** Those in the flow without a row of their own. */
  readonly firstAttempts = new Map<number, Batch>();
  readonly slow = new Map<number, Progress>();
  readonly suspects = new Map<number, Progress>();
  /** The heirs of what waits here, while this subscriber is absent. */
  heirs: Slot[] = [];
  /** Signals that there may be something to claim. */
  readonly wake: () => void;

  constructor(name: string, facts: SlotFacts, wake: () => void) {
    this.name = name;
    this.facts = facts;
    this.wake = wake;
    this.due = new DueQueue(wake);
  }

  /** Lets an event wait, at its place. */
  wait(sequence: number, progress?: Progress): void {
    if (progress && progress.attempt > 0) this.progress.set(sequence, progress);
    this.waiting.add(sequence);
  }

  /** Forgets an event that is no longer stored. */
  forget(sequence: number): void {
    this.progress.delete(sequence);
    const isElsewhere =
      this.inFlow.delete(sequence) ||
      this.slow.delete(sequence) ||
      this.suspects.delete(sequence) ||
      this.due.remove(sequence);
    if (!isElsewhere) this.waiting.remove(sequence);
  }

  /** Forgets everything that waits and arrived before another. */
  forgetBefore(end: number): void {
    const [waiting, due] = [this.waiting.takeAll(), this.due.takeAll()];
    for (const sequence of waiting) if (sequence >= end) this.waiting.add(sequence);
    for (const sequence of due) if (sequence >= end) this.due.add(sequence, 0);
    for (const each of [this.suspects, this.progress])
      for (const sequence of each.keys()) if (sequence < end) each.delete(sequence);
  }

  /** An event has been sent, for the first time or again. */
  countSent({ event, test, receivedAt }: StoredEvent, attempt: number): void {
    if (attempt === 1) this.counts[test ? "sentTests" : "sent"] += 1;
    this.counts.last = { event, test, at: Date.parse(receivedAt) };
  }

  /** It was not sent after all. */
  takeBackSent(test: boolean, attempt: number): void {
    if (attempt === 1) this.counts[test ? "sentTests" : "sent"] -= 1;
  }

  get #stillWaiting(): number {
    return this.waiting.size + this.due.size + this.suspects.size + this.claiming.size;
  }

  /** How many events it has yet to finish. */
  get open(): number {
    return this.#stillWaiting + this.inFlow.size + this.slow.size;
  }

  toCounts(): SubscriberCounts {
    const { id, endpoint, isActive, isListener, since } = this.facts;
    const { sent, sentTests, failed, setAside, seen, last } = this.counts;
    return {
      subscriber: id,
      endpoint,
      isActive,
      ...(isListener && { isListener }),
      since,
      waiting: this.#stillWaiting,
      due: this.due.size,
      inFlow: this.inFlow.size,
      slow: this.slow.size,
      ...{ sent, sentTests, failed, setAside, last },
      ...(seen && { seen }),
    };
  }
}

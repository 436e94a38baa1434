import type { ReceivedDelivery } from "../../receiver/receive";
import type {
  Claim,
  Counts,
  EventPage,
  EventQuery,
  EventTally,
  Handover,
  Inbox,
  InboxObserver,
  LoggedEvent,
  PageQuery,
  Present,
  Pruned,
  Resend,
  ResendRequest,
  Reserve,
  Settlement,
  StoredDelivery,
  Turn,
} from "../inbox";
import { type DatabaseSource, del, isDamage, put, rethrow } from "./database";
import { Delivering } from "./delivering";
import { EventLog } from "./event-log";
import { forget } from "./forgetting";
import { HandingOver } from "./handing-over";
import { keys } from "./keys";
import { LogScan } from "./log-scan";
import { Outcomes } from "./outcomes";
import { Pruning } from "./pruning";
import { Recovery } from "./recovery";
import { Room } from "./room";
import { SendingAgain } from "./sending-again";
import type { Slot } from "./slot";
import { State } from "./state";
import { Storing } from "./store-events";

/** The version of the row format. */
export const format = 3;

/**
 * An inbox on LevelDB, on disk or in memory, for this process alone. Everything open is tracked in memory, eight bytes per
 * waiting event; the events themselves stay in the database.
 */
export class LevelInbox implements Inbox {
  readonly isDurable: boolean;
  readonly #state: State;
  readonly #storing: Storing;
  readonly #delivering: Delivering;
  readonly #handingOver: HandingOver;
  readonly #log: EventLog;
  readonly #sendingAgain: SendingAgain;
  readonly #forget: (clientID: string) => Promise<number>;
  readonly #pruning: Pruning;
  readonly #room: Room | undefined;
  #recovery: Recovery;
  #isClosed = false;

  private constructor(source: DatabaseSource, observer: InboxObserver) {
    this.isDurable = source.isDurable;
    this.#state = new State(source, observer, async () => {
      await this.#load();
      return () => void this.#handingOver.announceAgain();
    });
    this.#recovery = new Recovery(this.#state);
    this.#handingOver = new HandingOver(this.#state, () => this.#recovered());
    this.#storing = new Storing(this.#state, (slot, sequence) => this.#wait(slot, sequence));
    this.#delivering = new Delivering(this.#state, this.#handingOver.wait);
    const outcomes = new Outcomes(this.#state, () => this.#recovery.isDone);
    const scan = new LogScan(this.#state, outcomes);
    this.#log = new EventLog(this.#state, scan, outcomes);
    this.#sendingAgain = new SendingAgain(this.#state, this.#log, scan, outcomes, this.#handingOver.wait);
    this.#forget = (clientID) => forget(this.#state, scan, outcomes, clientID);
    this.#pruning = new Pruning(this.#state);
    if (source.capacity) this.#room = this.#roomFor(source.capacity);
  }

  /**
   * @param source where the database is
   * @param observer called for what happens to the inbox as a whole
   * @throws StoreError
   */
  static async open(source: DatabaseSource, observer: InboxObserver): Promise<LevelInbox> {
    return LevelInbox.#open(source, observer, false).catch((error) =>
      isDamage(error) ? LevelInbox.#open(source, observer, true) : rethrow(error),
    );
  }

  static async #open(source: DatabaseSource, observer: InboxObserver, isDamaged: boolean): Promise<LevelInbox> {
    const inbox = new LevelInbox(source, observer);
    const { writer } = inbox.#state;
    await writer.open(isDamaged);
    try {
      await inbox.#load();
    } catch (error) {
      await writer.close();
      rethrow(error);
    }
    return inbox;
  }

  async #load(): Promise<void> {
    this.#recovery.stop();
    this.#recovery = new Recovery(this.#state);
    await this.#recovery.begin(format);
    await this.#storing.load();
  }

  store(endpoint: string, delivery: ReceivedDelivery, reserve: Reserve = () => false): Promise<StoredDelivery> {
    if (this.#room) return this.#storeInRoom(this.#room, endpoint, delivery, reserve);
    return this.#storing.store(endpoint, delivery, reserve);
  }

  #roomFor(capacity: number): Room {
    const room = new Room(capacity, {
      remove: (sequences) => this.#pruning.removeFinished(sequences),
      isBusy: () => [...this.#state.slots.values()].some(({ inFlow }) => inFlow.size > 0),
    });
    this.#state.mayBeFinished = (sequence) => room.mayBeFinished(sequence);
    return room;
  }

  async #storeInRoom(
    room: Room,
    endpoint: string,
    delivery: ReceivedDelivery,
    reserve: Reserve,
  ): Promise<StoredDelivery> {
    await room.take(delivery.events.length);
    let stored = 0;
    try {
      const result = await this.#storing.store(endpoint, delivery, reserve);
      for (const { event, recipients } of result.events) {
        if (!event) continue;
        stored += 1;
        if (recipients === 0) room.mayBeFinished(event.sequence);
      }
      return result;
    } finally {
      room.give(delivery.events.length - stored);
    }
  }

  /** Older ones may not be known yet: they must not be overtaken. */
  #wait(slot: Slot, sequence: number): void {
    if (this.#recovery.isDone) this.#handingOver.wait(slot, sequence);
    else this.#recovery.add(() => this.#handingOver.wait(slot, sequence));
  }

  subscribers(present: Present): Promise<Handover> {
    return this.#handingOver.subscribers(present).catch(rethrow);
  }

  /** If the files were replaced, it starts anew. */
  async #recovered(): Promise<void> {
    while (!this.#recovery.isDone) await this.#recovery.done;
  }

  async claim(subscriber: string, max: number): Promise<Claim[]> {
    await this.#recovered();
    return this.#delivering.claim(subscriber, max).catch(rethrow);
  }

  async nextTurn(): Promise<Turn | undefined> {
    await this.#recovered();
    return this.#delivering.nextTurn().catch(rethrow);
  }

  survived(): Promise<void> {
    return this.#delivering.survived().catch(rethrow);
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    return this.#delivering.settle(settlements).catch(rethrow);
  }

  watch(subscriber: string, wake: () => void): () => void {
    const watched = this.#state.watch(subscriber, wake);
    void this.#recovered().then(wake);
    return watched;
  }

  list(query: PageQuery): Promise<EventPage> {
    return this.#log.list(query).catch(rethrow);
  }

  count(query: EventQuery): Promise<EventTally> {
    return this.#log.count(query).catch(rethrow);
  }

  get(endpoint: string, deliveryId: string): Promise<LoggedEvent | undefined> {
    return this.#log.get(endpoint, deliveryId).catch(rethrow);
  }

  async replay(endpoint: string, deliveryIds: readonly string[], subscriber?: string): Promise<number> {
    await this.#recovered();
    return this.#sendingAgain.replay(endpoint, deliveryIds, subscriber).catch(rethrow);
  }

  async resend(request: ResendRequest): Promise<Resend> {
    await this.#recovered();
    return this.#sendingAgain.resend(request).catch(rethrow);
  }

  async resendNext(id: string, max: number): Promise<Resend | undefined> {
    await this.#recovered();
    return this.#sendingAgain.resendNext(id, max).catch(rethrow);
  }

  cancelResend(id: string): Promise<Resend | undefined> {
    return this.#sendingAgain.cancel(id).catch(rethrow);
  }

  resends(): Promise<Resend[]> {
    return this.#sendingAgain.resends().catch(rethrow);
  }

  async acknowledge(endpoint: string, subscriber?: string): Promise<number> {
    await this.#recovered();
    const note = () => this.#state.writer.write([], () => []).catch(rethrow);
    // Callers that are told of a refusal must find everything undone.
    await note();
    const count = this.#slotsAt(endpoint, subscriber).reduce((sum, slot) => sum + this.#state.acknowledge(slot), 0);
    // Counts are written along.
    if (count > 0) await note();
    return count;
  }

  async discard(endpoint: string, subscriber?: string): Promise<number> {
    await this.#recovered();
    let count = 0;
    for (const slot of this.#slotsAt(endpoint, subscriber))
      count += await this.#handingOver.discard(slot).catch(rethrow);
    return count;
  }

  async forget(clientID: string): Promise<number> {
    await this.#recovered();
    const count = await this.#forget(clientID).catch(rethrow);
    // Even if nothing was found: the last run may have been interrupted.
    await this.#pruning.compact().catch(rethrow);
    return count;
  }

  #slotsAt(endpoint: string, subscriber: string | undefined): Slot[] {
    const slots = this.#state.endpoints.get(endpoint)?.slots ?? [];
    return slots.filter(({ facts }) => subscriber === undefined || facts.id === subscriber);
  }

  counts(): Counts {
    const { slots, endpoints } = this.#state;
    const subscribers = [...slots.values()].filter(({ facts }) => !facts.isNobody).map((slot) => slot.toCounts());
    return {
      subscribers,
      endpoints: Array.from(endpoints.values(), (endpoint) => ({
        endpoint: endpoint.facts.id,
        received: endpoint.counts.received,
        duplicates: endpoint.counts.duplicates,
        unclaimed: this.#state.nobody(endpoint)?.open ?? 0,
        last: endpoint.counts.last,
      })),
    };
  }

  async prune(now: number): Promise<Pruned> {
    await this.#recovered();
    const pruned = await this.#pruning.prune(now).catch(rethrow);
    this.#room?.give(pruned.removed);
    return pruned;
  }

  async prepareSearch(): Promise<void> {
    await this.#recovered();
    try {
      await this.#state.failures.prepare();
      // In memory, there are few events.
      if (this.isDurable) await this.#state.sketches.prepare();
    } catch (error) {
      if (!this.#isClosed) rethrow(error);
    }
  }

  stopped(): Promise<void> {
    this.#state.areFlowsStopped = true;
    return this.#state.writer.writeLazily(put(keys.fact("closedWell"), "1"), del(keys.fact("turn")));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#recovery.stop();
    this.#pruning.close();
    this.#handingOver.close();
    this.#state.sketches.close();
    this.#state.close();
    await this.#state.writer.close(put(keys.fact("closedWell"), "1"), del(keys.fact("turn")));
  }
}

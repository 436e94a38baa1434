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
import { Counting } from "./counting";
import { Database } from "./database";
import { Delivering } from "./delivering";
import { EventLog } from "./event-log";
import { forget } from "./forgetting";
import { HandingOver } from "./handing-over";
import { Heart } from "./heart";
import { Instances } from "./instances";
import { Listening } from "./listening";
import { LogScan } from "./log-scan";
import { PostgresNotes } from "./notes";
import { Owner } from "./owner";
import { skipLostPlaces } from "./places";
import { Pruning } from "./pruning";
import { migrate } from "./schema";
import { SendingAgain } from "./sending-again";
import { Storing } from "./storing";
import { type Slot, Subscribers } from "./subscribers";
import { Waking } from "./waking";

/** Where an inbox is, and who uses it. */
export interface Place {
  /** `postgres://…` */
  readonly url: string;
  /** Where this process runs: if restarted there, it takes back at once what its predecessor had claimed. */
  readonly instance: string;
}

/** An inbox in a PostgreSQL database shared by several processes: any can store, exactly one handles, any may end. */
export class PostgresInbox implements Inbox {
  readonly isDurable = true;
  readonly notes: PostgresNotes;
  readonly #database: Database;
  readonly #observer: InboxObserver;
  readonly #subscribers: Subscribers;
  readonly #owner: Owner;
  readonly #waking = new Waking();
  readonly #listening: Listening;
  readonly #counting: Counting;
  readonly #storing: Storing;
  readonly #delivering: Delivering;
  readonly #handingOver: HandingOver;
  readonly #scan: LogScan;
  readonly #log: EventLog;
  readonly #sendingAgain: SendingAgain;
  readonly #pruning: Pruning;
  readonly #heart: Heart;
  #isLeftOver = false;
  #isAway = false;

  private constructor(database: Database, { instance }: Place, id: string, observer: InboxObserver) {
    this.#database = database;
    this.#observer = observer;
    this.notes = new PostgresNotes(database, instance, id);
    this.#subscribers = new Subscribers(database, instance);
    this.#owner = new Owner(database, instance);
    const instances = new Instances(database, instance);
    this.#counting = new Counting(database, this.#subscribers, this.#owner, instances, () =>
      observer.countsChanged?.(),
    );
    this.#listening = new Listening(database, (slots) => this.#wake(slots));
    this.#storing = new Storing(database, this.#owner, this.#subscribers, id, (slots) => this.#stored(slots));
    this.#delivering = new Delivering(database, this.#owner, this.#subscribers, id, this.#waking);
    this.#handingOver = new HandingOver(database, this.#subscribers, instance, this.#waking);
    this.#scan = new LogScan(database, this.#subscribers, instances);
    this.#log = new EventLog(database, this.#scan);
    this.#sendingAgain = new SendingAgain(database, this.#subscribers, instance, this.#log, this.#scan, this.#waking);
    this.#pruning = new Pruning(database, this.#subscribers);
    this.#waking.leftOver = () => {
      this.#isLeftOver = true;
    };
    this.#heart = new Heart(
      () => this.#beat(),
      () => this.#look(),
      () => this.#listening.isListening,
      (fault) => this.#noteFault(fault),
    );
  }

  /**
   * @param place where it is
   * @param observer notified about the inbox as a whole
   * @throws StoreError
   */
  static async open(place: Place, observer: InboxObserver): Promise<PostgresInbox> {
    const database = await Database.at(place.url, "node-red-hapana");
    try {
      await migrate(database);
      await skipLostPlaces(database);
      const [store] = await database.query<{ id: string }>("select id from hapana.store");
      const inbox = new PostgresInbox(database, place, store?.id ?? "", observer);
      await inbox.#begin();
      return inbox;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  async #begin(): Promise<void> {
    const everybody = await this.#subscribers.refresh();
    for (const [slot, count] of await this.#owner.begin(everybody)) {
      const subscriber = everybody.slots.get(slot)?.facts.id ?? "";
      this.#observer.notice({ code: "setAside", subscriber, count });
    }
    await this.#counting.refresh();
    this.#heart.start();
  }

  async #beat(): Promise<void> {
    const hasAll = await this.#owner.beat();
    await this.#delivering.settleAgain();
    const isReaped = await this.#owner.reap();
    await this.#subscribers.refresh();
    await this.#handingOver.announceLost();
    if (this.#isLeftOver || isReaped || !hasAll) {
      this.#isLeftOver = false;
      await this.#handingOver.sweep();
    }
    await this.#look();
    await this.#counting.refreshSoon();
    await this.notes.look();
    await this.#listening.listen();
  }

  /** Checks for anything that others have left. */
  async #look(): Promise<void> {
    this.#wake(await this.#delivering.claimable());
  }

  #noteFault(fault: Error | undefined): void {
    this.#observer.storageChanged(fault);
    const isBack = this.#isAway && !fault;
    this.#isAway = fault !== undefined;
    if (isBack) this.#waking.wake(this.#subscribers.everybody.slots.values());
  }

  #wake(slots: readonly number[]): void {
    this.#waking.wake(slots.flatMap((slot) => this.#subscribers.everybody.slots.get(slot) ?? []));
  }

  /** Notifies subscribers in other processes; one that is here but has no room fetches it later. */
  #stored(waiting: ReadonlySet<Slot>): void {
    this.#waking.wake(waiting);
    const isHere = (slot: Slot) => this.#subscribers.isHere(slot) && this.#waking.isWatched(slot);
    const elsewhere = [...waiting].filter((slot) => slot.facts.isActive && !isHere(slot));
    // If this is lost, they find it.
    if (elsewhere.length > 0) this.#listening.tell(elsewhere.map(({ slot }) => slot)).catch(() => undefined);
    if ([...waiting].some(({ facts }) => facts.isNobody)) this.#isLeftOver = true;
  }

  store(endpoint: string, delivery: ReceivedDelivery, reserve: Reserve = () => false): Promise<StoredDelivery> {
    return this.#storing.store(endpoint, delivery, reserve);
  }

  subscribers(present: Present): Promise<Handover> {
    const announced = this.#owner.noteStopped(false).then(() => this.#handingOver.subscribers(present));
    this.#storing.changing = announced.catch(() => undefined);
    return announced;
  }

  claim(subscriber: string, max: number): Promise<Claim[]> {
    return this.#delivering.claim(subscriber, max);
  }

  nextTurn(): Promise<Turn | undefined> {
    return this.#delivering.nextTurn();
  }

  survived(): Promise<void> {
    return this.#delivering.survived();
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    return this.#delivering.settle(settlements);
  }

  watch(subscriber: string, wake: () => void): () => void {
    return this.#waking.watch(subscriber, wake);
  }

  list(query: PageQuery): Promise<EventPage> {
    return this.#log.list(query);
  }

  count(query: EventQuery): Promise<EventTally> {
    return this.#log.count(query);
  }

  get(endpoint: string, deliveryId: string): Promise<LoggedEvent | undefined> {
    return this.#log.get(endpoint, deliveryId);
  }

  replay(endpoint: string, deliveryIds: readonly string[], subscriber?: string): Promise<number> {
    return this.#sendingAgain.replay(endpoint, deliveryIds, subscriber);
  }

  resend(request: ResendRequest): Promise<Resend> {
    return this.#sendingAgain.resend(request);
  }

  resendNext(id: string, max: number): Promise<Resend | undefined> {
    return this.#sendingAgain.resendNext(id, max);
  }

  cancelResend(id: string): Promise<Resend | undefined> {
    return this.#sendingAgain.cancel(id);
  }

  resends(): Promise<Resend[]> {
    return this.#sendingAgain.resends();
  }

  acknowledge(endpoint: string, subscriber?: string): Promise<number> {
    return this.#subscribers.acknowledge(endpoint, subscriber);
  }

  discard(endpoint: string, subscriber?: string): Promise<number> {
    return this.#handingOver.discard(endpoint, subscriber);
  }

  forget(clientID: string): Promise<number> {
    return forget(this.#database, this.#scan, clientID);
  }

  /** As of a moment ago: others change them too. */
  counts(): Counts {
    return this.#counting.counts;
  }

  /** Resolves when {@link counts} includes everything up to now. */
  counted(): Promise<void> {
    return this.#counting.refresh();
  }

  prune(now: number): Promise<Pruned> {
    return this.#pruning.prune(now);
  }

  /** The database does this itself. */
  async prepareSearch(): Promise<void> {}

  stopped(): Promise<void> {
    this.#subscribers.areFlowsStopped = true;
    return this.#owner.noteStopped(true);
  }

  async close(): Promise<void> {
    this.#pruning.close();
    this.#waking.close();
    await this.#heart.close();
    this.#listening.close();
    try {
      const slots = await this.#owner.end();
      if (slots.length > 0) await this.#listening.tell(slots);
    } finally {
      await this.#database.close();
    }
  }
}

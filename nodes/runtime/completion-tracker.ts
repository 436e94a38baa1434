import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { FlowEnd, FlowResult } from "../../src/engine/flow";
import { Journey } from "../../src/engine/journey";
import { type Deadline, Deadlines } from "../../src/receiver/deadlines";
import { holdingOf } from "./holding-nodes";
import { isLost, isStopped, observeErrors, observeSends, reportsCompletion, templateIdOf } from "./node-red-internals";

/** When a message counts as delivered: when its flow has finished with it, or when the first nodes have received it. */
export type JourneyEnd = "complete" | "received";

/**
 * - `leaving`: it is being handed to its first nodes
 * - `underWay`: it is in the flow, and occupies a place there
 * - `slow`: a node has kept it for so long that its place was freed
 * - `ended`: nothing about it counts any more
 */
type Phase = "leaving" | "underWay" | "slow" | "ended";

/** A message that is followed, with everything derived from it. */
class Followed {
  readonly until: JourneyEnd;
  /** Its `_msgid`s: its own, and those of messages derived from it. */
  readonly messageIds: string[];
  /** For nodes that drop the `_msgid`: its own, and that of an event that was merged into it. */
  readonly deliveryIds: string[];
  /** For a part of another message's journey: the nodes that it has visited. What others make of the same event is not its own. */
  readonly trail: WeakSet<object> | undefined;
  readonly journey = new Journey<object, object>();
  phase: Phase = "leaving";
  /** When its place is freed. */
  deadline: Deadline | undefined;
  /** Whether the flows were running when it came to rest: a node that is being stopped may report what it drops as complete. */
  hasRested = false;
  /** The nodes that finished with it while the flows were not running: if a node was being stopped, its report may be false. */
  readonly leftWhileStopping = new Set<object>();
  /** Whether a deploy has, or may have, stopped a node before it received it. */
  isInterrupted = false;
  /** Reports how it ended; once it is slow, only to whoever waits for that. */
  resolve: (result: FlowResult) => void;

  constructor(
    until: JourneyEnd,
    messageId: string,
    deliveryIds: string[],
    isPart: boolean,
    resolve: (result: FlowResult) => void,
  ) {
    this.until = until;
    this.messageIds = [messageId];
    this.deliveryIds = deliveryIds;
    this.trail = isPart ? new WeakSet() : undefined;
    this.resolve = resolve;
  }

  /** One of its messages is being sent to a node. */
  enter(node: object, message: object, canReport: boolean): void {
    this.trail?.add(node);
    this.journey.enter(node, message, canReport);
  }
}

/** One object may carry several of them. */
type Carried = readonly Followed[];

/** What is known about an object that was sent. */
interface Sent {
  readonly carried: Carried;
  /** The node it is being sent to: a node that receives it without that was given it directly, like a Catch node. */
  onTheWayTo: object | undefined;
}

/** What a node does in one turn: it sends, and then reports that it has finished with the source. */
interface Run {
  sent: Required<Delivery>[];
  hasReported: boolean;
}

/** A message that a node keeps although it has reported that it has finished with it. */
interface Held {
  readonly carried: Carried;
  isHolding(): boolean;
}

interface HapanaMessage {
  _msgid?: string;
  hapana?: { deliveryId?: unknown };
}

/** What Node-RED's hooks tell about a message that is handed to a node. */
interface Delivery {
  msg: object;
  source?: { node: object };
  destination: { node?: object | undefined };
}

/** What Node-RED's hooks tell about a message before it is routed. */
interface Sending {
  source: { node: object };
  destination: { id: string };
}

/** The part of Node-RED's API through which messages are observed. */
type FlowView = Pick<NodeAPI, "hooks" | "util">;

/**
 * Detects when a flow has finished with a message: when every node that received it, a clone of it or something derived from it has reported
 * that it has finished. For a node that cannot report, it assumes that once its handler has run and what it sent has arrived. If completion
 * does not matter, it detects when the first nodes have received the message: Node-RED hands it over in a later turn of the event
 * loop, and a deploy may stop them before that.
 */
export class CompletionTracker {
  readonly #hooks: NodeAPI["hooks"] | undefined;
  readonly #property: (message: object, path: string) => unknown;
  #isHooked = false;
  #isHandlerHooked = false;
  #areFlowsRunning = true;
  /** Whether all nodes have been stopped, or are being stopped: then no report counts any more. */
  #areAllStopping = false;
  readonly #all = new Set<Followed>();
  readonly #byMessageId = new Map<string, Carried>();
  readonly #byDelivery = new Map<string, Carried>();
  readonly #sent = new WeakMap<object, Sent>();
  /** What switches have received and not finished yet, in order. */
  readonly #inSwitches = new WeakMap<object, object[]>();
  readonly #held = new Map<object, Held[]>();
  /** What nodes have sent in the same turn, by node. */
  readonly #runs = new Map<object, Run>();
  /** Those that may have come to rest. */
  #resting: Followed[] = [];
  /** Those that came to rest while some nodes were being stopped. */
  readonly #unjudged = new Set<Followed>();
  readonly #deadlines = new Deadlines(() => this.#unhook());

  /** @param RED Node-RED's API; without hooks, a message counts as finished when it has been sent */
  constructor(RED: FlowView) {
    this.#hooks = RED.hooks;
    this.#property = (message, path) => RED.util.getMessageProperty(message as Record<string, unknown>, path);
  }

  /**
   * Follows a message to its end.
   * @param node sends it
   * @param message what is sent; its `_msgid` must be its own
   * @param deliveryId `msg.hapana.deliveryId`, which identifies the message if a node has dropped the `_msgid`
   * @param until when it counts as delivered
   * @param timeout milliseconds after which its place in the flow is freed
   * @param send sends it, to at least one existing node
   * @returns how it ended
   */
  follow(
    node: Node,
    message: NodeMessage,
    deliveryId: string,
    until: JourneyEnd,
    timeout: number,
    send: () => void,
  ): Promise<FlowResult> {
    return this.#follow(
      node,
      send,
      timeout,
      (resolve) => new Followed(until, message._msgid as string, [deliveryId], false, resolve),
    );
  }

  /**
   * Follows what a node makes of a message that it received: on its own, and as part of that message's journey, which does not end
   * before this does.
   * @param node sends it
   * @param whole what the node received
   * @param part what is sent; its `_msgid` must be its own
   * @param timeout milliseconds after which it counts as slow
   * @param send sends it, to at least one existing node
   * @returns how the part ended
   */
  followPart(
    node: Node,
    whole: NodeMessage,
    part: NodeMessage,
    timeout: number,
    send: () => void,
  ): Promise<FlowResult> {
    const messageId = part._msgid as string;
    for (const followed of this.#carriedBy(whole) ?? []) {
      if (followed.until === "complete" && followed.phase !== "ended" && add(this.#byMessageId, messageId, followed))
        followed.messageIds.push(messageId);
    }
    const deliveryId = (part as HapanaMessage).hapana?.deliveryId;
    const deliveryIds = typeof deliveryId === "string" ? [deliveryId] : [];
    return this.#follow(
      node,
      send,
      timeout,
      (resolve) => new Followed("complete", messageId, deliveryIds, true, resolve),
    );
  }

  /** Whether a message is the one followed under this `_msgid`, or derived from it. */
  isOf(message: object, messageId: string): boolean {
    return this.#carriedBy(message)?.some(({ messageIds }) => messageIds[0] === messageId) ?? false;
  }

  #follow(
    node: Node,
    send: () => void,
    timeout: number,
    make: (resolve: (result: FlowResult) => void) => Followed,
  ): Promise<FlowResult> {
    if (!this.#hooks) {
      send();
      return Promise.resolve({ kind: "unconfirmed" });
    }
    this.#hookIn(this.#hooks, node);
    return new Promise((resolve) => {
      const followed = make(resolve);
      followed.deadline = this.#deadlines.set(timeout, () => this.#outOfTime(followed));
      this.#all.add(followed);
      for (const id of followed.messageIds) add(this.#byMessageId, id, followed);
      for (const id of followed.deliveryIds) add(this.#byDelivery, id, followed);
      send();
      if (followed.phase === "leaving") followed.phase = "underWay";
    });
  }

  /**
   * Nodes are about to be stopped. Some report a message as complete when they drop it, so no report counts until it is known which.
   * @param isPartial whether only some nodes are affected
   */
  flowsStopping(isPartial: boolean): void {
    this.#areFlowsRunning = false;
    this.#areAllStopping = !isPartial;
    if (this.#isHooked) this.#watchWhatIsLost();
  }

  /**
   * The flows run again: what a stopped node had is lost.
   * @param isPartial whether only some nodes were stopped
   */
  flowsStarted(isPartial: boolean): void {
    this.#areFlowsRunning = true;
    this.#areAllStopping = false;
    this.#hooks?.remove("onSend.hapana");
    for (const node of [...this.#held.keys()]) if (isStopped(node)) this.#held.delete(node);
    for (const followed of [...this.#all]) {
      if (!isPartial || isCutOff(followed)) this.#end(followed, { kind: "interrupted" });
      else {
        followed.leftWhileStopping.clear();
        if (this.#unjudged.has(followed)) this.#mayRest(followed);
      }
    }
    this.#unjudged.clear();
  }

  /** Only while there is something to follow: a hook costs every message of every flow a look-up. */
  #hookIn(hooks: NonNullable<NodeAPI["hooks"]>, node: Node): void {
    if (this.#isHooked) return;
    this.#isHooked = true;
    hooks.add("preDeliver.hapana", (event) => this.#onDelivery(event as Delivery));
    hooks.add("onReceive.hapana", (event) => this.#onReceive(event as Delivery));
    hooks.add("onComplete.hapana", ({ msg, error, node }) => this.#onComplete(node.node as object, msg, error));
    if (!this.#areFlowsRunning) this.#watchWhatIsLost();
    observeErrors(node, (reporting, error, about) => this.#onError(reporting, error, about));
  }

  #unhook(): void {
    if (this.#all.size > 0) return;
    this.#hooks?.remove("*.hapana");
    this.#isHooked = false;
    this.#isHandlerHooked = false;
  }

  /** A node that stays may send to one that a deploy has just removed, and report completion only after the deploy. */
  #watchWhatIsLost(): void {
    this.#hooks?.remove("onSend.hapana");
    this.#hooks?.add("onSend.hapana", (events) => {
      for (const { source, destination } of events as unknown as Sending[]) {
        if (!isLost(source.node, destination.id)) continue;
        for (const followed of this.#all)
          followed.isInterrupted ||= followed.journey.isAt((node) => node === source.node);
      }
    });
  }

  #onDelivery(delivery: Delivery): void {
    const { msg, source, destination } = delivery;
    const { node } = destination;
    if (this.#all.size === 0 || !node) return;
    if (source) this.#noteSent(source.node, { msg, source, destination });
    const carried = this.#knownAs(msg, source?.node);
    if (!carried) return;
    this.#sent.set(msg, { carried, onTheWayTo: node });
    this.#enter(carried, msg, node);
  }

  #noteSent(node: object, delivery: Required<Delivery>): void {
    if (this.#runs.size === 0) queueMicrotask(() => this.#runs.clear());
    const run = this.#runs.get(node);
    if (run && !run.hasReported) run.sent.push(delivery);
    else this.#runs.set(node, { sent: [delivery], hasReported: false });
  }

  /**
   * What a node has sent right before it reports that it has finished with a message is derived from that, whatever it looks like: a
   * join puts several events into one message, which looks like the last of them; others send a new one.
   */
  #adopt(node: object, carried: Carried): void {
    const run = this.#runs.get(node);
    if (!run) return;
    run.hasReported = true;
    const before = run.sent.map(({ msg }) => this.#sent.get(msg)?.carried ?? []);
    for (const followed of carried) {
      const isSent = before.some((each) => each.includes(followed));
      run.sent.forEach((delivery, index) => {
        if (before[index]?.length === 0 || !isSent) this.#adoptSent(delivery, followed);
      });
    }
  }

  #adoptSent({ msg, destination: { node } }: Delivery, followed: Followed): void {
    if (followed.until !== "complete" || followed.phase === "ended" || !node) return;
    const others = this.#sent.get(msg)?.carried;
    this.#sent.set(msg, { carried: [...(others ?? []), followed], onTheWayTo: node });
    if (others) followed.enter(node, msg, reportsCompletion(node));
    else this.#enter([followed], msg, node);
    const { _msgid, hapana } = msg as HapanaMessage;
    if (_msgid !== undefined && add(this.#byMessageId, _msgid, followed)) followed.messageIds.push(_msgid);
    const deliveryId = hapana?.deliveryId;
    if (typeof deliveryId === "string" && add(this.#byDelivery, deliveryId, followed))
      followed.deliveryIds.push(deliveryId);
  }

  #onReceive({ msg, destination: { node } }: Delivery): void {
    if (this.#all.size === 0 || !node) return;
    // If Node-RED hands messages over synchronously, it may have finished with this one before its sender reports.
    for (const run of this.#runs.values()) run.sent = run.sent.filter((delivery) => delivery.msg !== msg);
    const sent = this.#sent.get(msg);
    if (sent?.onTheWayTo === node) {
      sent.onTheWayTo = undefined;
      for (const followed of sent.carried) this.#hasGot(followed, node, msg);
      return;
    }
    const carried = this.#knownAs(msg);
    if (!carried) return;
    this.#sent.set(msg, { carried, onTheWayTo: undefined });
    this.#enter(carried, msg, node);
  }

  #enter(carried: Carried, message: object, node: object): void {
    const canReport = reportsCompletion(node);
    if (!canReport && isSwitch(node)) {
      observeSends(node, (sent) => this.#onSwitched(node, sent));
      const messages = this.#inSwitches.get(node);
      if (messages) messages.push(message);
      else this.#inSwitches.set(node, [message]);
    } else if (!canReport && !this.#isHandlerHooked) {
      this.#isHandlerHooked = true;
      this.#hooks?.add("postReceive.hapana", (event) => this.#onReceived(event as Delivery));
    }
    for (const followed of carried)
      if (followed.until === "complete" || followed.phase === "leaving") followed.enter(node, message, canReport);
  }

  /** A node's handler has run. */
  #onReceived({ msg, destination: { node } }: Delivery): void {
    if (!node || reportsCompletion(node) || isSwitch(node)) return;
    const carried = this.#sent.get(msg)?.carried;
    if (carried) setImmediate(() => this.#leave(carried, node, msg));
  }

  /** A switch has finished a message: one that it sent, or else the first one that it received. */
  #onSwitched(node: object, sent: unknown): void {
    const messages = this.#inSwitches.get(node) ?? [];
    const isSent = new Set([sent].flat(2));
    const message = messages.find((each) => isSent.has(each)) ?? messages[0];
    if (!message) return;
    this.#noLongerInSwitch(node, message);
    this.#leave(this.#sent.get(message)?.carried ?? [], node, message);
  }

  #noLongerInSwitch(node: object, message: object): void {
    const messages = this.#inSwitches.get(node);
    const index = messages?.indexOf(message) ?? -1;
    if (index >= 0) messages?.splice(index, 1);
  }

  #onComplete(node: object, message: object, error: unknown): void {
    if (this.#all.size === 0) return;
    this.#lookAgain(node);
    const carried = this.#sent.get(message)?.carried;
    if (!carried) return;
    if (!error) this.#adopt(node, carried);
    const isHolding = error ? undefined : holdingOf(node, message, this.#property);
    if (isHolding) {
      // Even if no wire leads on from it, so that nobody receives what it sends.
      observeSends(node, () => this.#lookAgain(node));
      const held: Held = { carried, isHolding };
      for (const { journey } of carried) journey.enter(node, held, true);
      this.#held.set(node, [...(this.#held.get(node) ?? []), held]);
    }
    this.#leave(carried, node, message, error ? textOf(node, error) : undefined);
  }

  /** A node that keeps messages has sent something, or received a message: it may have let go of some. */
  #lookAgain(node: object): void {
    if (!this.#held.has(node)) return;
    setImmediate(() => {
      const held = this.#held.get(node) ?? [];
      const still = held.filter(({ isHolding }) => isHolding());
      for (const each of held) if (!still.includes(each)) this.#leave(each.carried, node, each);
      if (still.length > 0) this.#held.set(node, still);
      else this.#held.delete(node);
    });
  }

  #leave(carried: Carried, node: object, message: object, error?: string): void {
    for (const followed of carried) {
      if (followed.until !== "complete") continue;
      followed.journey.leave(node, message, error);
      if (!this.#areFlowsRunning) followed.leftWhileStopping.add(node);
      this.#mayRest(followed);
    }
  }

  #onError(node: object, error: unknown, message: object): void {
    if (this.#all.size === 0) return;
    // It sends nothing of that: what it drops next would be taken for this one.
    this.#noLongerInSwitch(node, message);
    for (const followed of this.#carriedBy(message, node) ?? []) {
      if (followed.until !== "complete") continue;
      followed.journey.fail(node, message, textOf(node, error));
      this.#mayRest(followed);
    }
  }

  /** What a node does in the same turn, such as sending after its report, still counts. */
  #mayRest(followed: Followed): void {
    followed.hasRested = this.#areFlowsRunning;
    if (followed.journey.isMoving || followed.phase === "ended") return;
    // Which of them have been stopped is not known yet.
    if (!this.#areFlowsRunning && !this.#areAllStopping) this.#unjudged.add(followed);
    else if (this.#resting.push(followed) === 1) setImmediate(() => this.#lookWhoRests());
  }

  #lookWhoRests(): void {
    const resting = this.#resting;
    this.#resting = [];
    for (const followed of resting) {
      if (followed.journey.isMoving) continue;
      this.#end(followed, followed.hasRested ? endOf(followed.journey) : { kind: "interrupted" });
    }
  }

  /** Its first nodes have received it. */
  #hasGot(followed: Followed, node: object, message: object): void {
    if (followed.until !== "received") return;
    // A stopped node drops what it receives without a word.
    if (!this.#areFlowsRunning && isStopped(node)) followed.isInterrupted = true;
    followed.journey.leave(node, message);
    if (!followed.journey.isMoving) this.#end(followed, { kind: followed.isInterrupted ? "interrupted" : "delivered" });
  }

  #outOfTime(followed: Followed): void {
    const { journey } = followed;
    if (journey.isAt(isStopped)) this.#end(followed, { kind: "interrupted" });
    else if (journey.error !== undefined) this.#end(followed, endOf(journey));
    else if (followed.until === "received" || !journey.canBeConfirmed) this.#end(followed, { kind: "unconfirmed" });
    else this.#becomeSlow(followed);
  }

  #becomeSlow(followed: Followed): void {
    const { resolve } = followed;
    followed.phase = "slow";
    resolve({
      kind: "slow",
      end: new Promise((resolveEnd) => {
        followed.resolve = resolveEnd as (end: FlowResult) => void;
      }),
    });
  }

  /** What a message is known to carry; if it was not sent, what it looks like. */
  #carriedBy(message: object, source?: object): Carried | undefined {
    return this.#sent.get(message)?.carried ?? this.#knownAs(message, source);
  }

  /** @param source the node that has it, or sends it */
  #knownAs(message: object, source?: object): Carried | undefined {
    const { _msgid = "", hapana } = message as HapanaMessage;
    const carried = this.#byMessageId.get(_msgid);
    if (carried) return carried;
    const deliveryId = hapana?.deliveryId;
    if (typeof deliveryId !== "string") return undefined;
    const same =
      this.#byDelivery
        .get(deliveryId)
        ?.filter(({ until, trail }) => until === "complete" && (!trail || (source && trail.has(source)))) ?? [];
    return same.length > 0 ? same : undefined;
  }

  #end(followed: Followed, end: FlowEnd): void {
    const { phase } = followed;
    if (phase === "ended") return;
    followed.phase = "ended";
    this.#all.delete(followed);
    for (const id of followed.messageIds) remove(this.#byMessageId, id, followed);
    for (const id of followed.deliveryIds) remove(this.#byDelivery, id, followed);
    if (followed.deadline) this.#deadlines.meet(followed.deadline);
    // A slow one no longer has a deadline, whose timer would notice that nothing is followed.
    if (phase === "slow") this.#unhook();
    followed.resolve(end);
  }
}

/** Whether a deploy has stopped a node that had it, that seemed to finish it just then, or that was about to receive it. */
function isCutOff({ journey, leftWhileStopping, isInterrupted }: Followed): boolean {
  return isInterrupted || journey.isAt(isStopped) || [...leftWhileStopping].some(isStopped);
}

/** @returns whether it was new */
function add(map: Map<string, Carried>, id: string, followed: Followed): boolean {
  const others = map.get(id);
  if (others?.includes(followed)) return false;
  map.set(id, others ? [...others, followed] : [followed]);
  return true;
}

function remove(map: Map<string, Carried>, id: string, followed: Followed): void {
  const others = map.get(id)?.filter((each) => each !== followed) ?? [];
  if (others.length > 0) map.set(id, others);
  else map.delete(id);
}

function isSwitch(node: object): boolean {
  return (node as { type?: string }).type === "switch";
}

/** A node's report, with the node: an event has failed in a flow, which may have many. */
function textOf(node: object, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const who = nameOf(node);
  return who ? `${who}: ${text}` : text;
}

function nameOf(node: object): string {
  const { name, type } = node as { name?: string; type?: string };
  return name || type || "";
}

/** How a journey ended; in a subflow, the editor knows a node by its id in the template. */
function endOf({ end, failedAt }: Journey<object, object>): FlowEnd {
  if (end.kind !== "failed" || !failedAt) return end;
  const id = templateIdOf(failedAt) ?? (failedAt as Partial<Node>).id;
  return id === undefined ? end : { ...end, errorNode: { id, name: nameOf(failedAt) } };
}

import type { NodeAPI, NodeMessage } from "node-red";
import type { FlowResult } from "../../src/engine/flow";
import { type Deadline, Deadlines } from "../../src/receiver/deadlines";

/** When a message counts as delivered: when its flow has finished with it, or when the first nodes have got it. */
export type JourneyEnd = "complete" | "received";

/** What is followed of one message and its clones on their way through the flow. */
interface Journey {
  readonly until: JourneyEnd;
  /** How many nodes it is on its way to, or, where completion is awaited, in. */
  open: number;
  /** Whether any node has got it yet. */
  hasStarted: boolean;
  /** The first error that a node reported. */
  error: string | undefined;
  /** Whether a deploy may have stopped a node that had it. */
  isInterrupted: boolean;
  /** Whether it is being handed to its first nodes. */
  isLeaving: boolean;
  /** When it counts as finished, unconfirmed. */
  readonly deadline: Deadline;
  readonly messageId: string;
  readonly deliveryId: string;
  readonly resolve: (result: FlowResult) => void;
}

/** One object may carry several journeys. */
type Journeys = readonly Journey[];

/** Another package's hook may hold a message back before it reaches its first node. */
const patienceForTheFirstNode = 100;

/** Node-RED's own nodes that pass a message on, or drop it, at once, and never report completion. */
const silentTypes = /^(switch|rbe|subflow:.+)$/;

/** How long such a node may take, in milliseconds: an expression in a switch is evaluated in a later turn of the event loop. */
const patienceForSilentNodes = 50;

type HapanaMessage = NodeMessage & { hapana?: { deliveryId?: unknown } };

/** A node that a message is handed to. */
interface Destination {
  id: string;
  node: unknown;
}

/** The part of Node-RED's API that a message's way is seen through. */
export type FlowView = Pick<NodeAPI, "hooks" | "nodes">;

/**
 * Sees when a flow has finished with a message: when every node that got it, or a clone of it, has reported completion.
 * Nodes that never report end by a time-out, so they hold up nothing. Where completion is of no interest, sees when the first
 * nodes have got a message: Node-RED hands it over in a later turn of the event loop, and a deploy may stop them before that.
 */
export class CompletionTracker {
  readonly #hooks: NodeAPI["hooks"] | undefined;
  readonly #nodes: NodeAPI["nodes"];
  readonly #hooked = new Set<JourneyEnd>();
  #areFlowsRunning = true;
  readonly #byMessageId = new Map<string, Journeys>();
  readonly #byMessage = new WeakMap<object, Journeys>();
  readonly #deadlines = new Deadlines(() => this.#unhook());

  /** @param RED Node-RED's API; where it has no hooks, a message counts as finished when it has been sent */
  constructor(RED: FlowView) {
    this.#hooks = RED.hooks;
    this.#nodes = RED.nodes;
  }

  /**
   * Follows a message.
   * @param message what is sent; its `_msgid` must be its own
   * @param deliveryId `msg.hapana.deliveryId`, by which the message is known where a node has dropped the `_msgid`
   * @param until when it counts as delivered
   * @param timeout milliseconds after which it counts as finished, unconfirmed
   * @param send sends it
   * @returns what has become of it
   */
  follow(
    message: NodeMessage,
    deliveryId: string,
    until: JourneyEnd,
    timeout: number,
    send: () => void,
  ): Promise<FlowResult> {
    if (!this.#hooks) {
      send();
      return Promise.resolve({ kind: "unconfirmed" });
    }
    this.#hookIn(this.#hooks, until);
    return new Promise((resolve) => {
      const journey: Journey = {
        until,
        open: 0,
        hasStarted: false,
        error: undefined,
        isInterrupted: false,
        isLeaving: true,
        deadline: this.#deadlines.set(timeout, () => this.#end(journey, outOfTime(journey))),
        messageId: message._msgid as string,
        deliveryId,
        resolve,
      };
      this.#byMessageId.set(journey.messageId, [journey]);
      send();
      journey.isLeaving = false;
      if (!journey.hasStarted) setTimeout(() => this.#endIfNeverStarted(journey), patienceForTheFirstNode);
    });
  }

  /** Nodes are about to be stopped. Some report a message as complete when they drop it, so no report counts until the start. */
  flowsStopping(): void {
    this.#areFlowsRunning = false;
  }

  /**
   * The flows run again.
   * @param isPartial whether only some nodes were stopped; otherwise none is left that could report
   */
  flowsStarted(isPartial: boolean): void {
    this.#areFlowsRunning = true;
    for (const [journey] of [...this.#byMessageId.values()]) {
      if (!journey) continue;
      if (isPartial) journey.isInterrupted = true;
      else this.#end(journey, { kind: "interrupted" });
    }
  }

  #endIfNeverStarted(journey: Journey): void {
    if (!journey.hasStarted) this.#end(journey, { kind: "delivered" });
  }

  /** Only while there is something to follow: a hook costs every message of every flow a look-up. */
  #hookIn(hooks: NonNullable<NodeAPI["hooks"]>, until: JourneyEnd): void {
    if (this.#hooked.has(until)) return;
    if (this.#hooked.size === 0) {
      hooks.add("preDeliver.hapana", ({ msg, destination }) =>
        this.#onDelivery(msg as HapanaMessage, destination.node),
      );
    }
    this.#hooked.add(until);
    if (until === "complete") hooks.add("onComplete.hapana", ({ msg, error }) => this.#onComplete(msg, error));
    else hooks.add("onReceive.hapana", ({ msg, destination }) => this.#onReceive(msg, destination));
  }

  #unhook(): void {
    this.#hooks?.remove("*.hapana");
    this.#hooked.clear();
  }

  #onDelivery(message: HapanaMessage, destination: unknown): void {
    if (this.#byMessageId.size === 0) return;
    const journeys = this.#journeysOf(message);
    if (!journeys) return;
    this.#byMessage.set(message, journeys);
    for (const journey of journeys) {
      if (journey.until === "received" && !journey.isLeaving) continue;
      journey.open += 1;
      journey.hasStarted = true;
    }
    if (isSilent(destination)) setTimeout(() => this.#complete(journeys, undefined), patienceForSilentNodes);
  }

  #onReceive(message: object, { id, node }: Destination): void {
    for (const journey of this.#byMessage.get(message) ?? []) {
      if (journey.until !== "received") continue;
      // A stopped node drops what it gets without a word.
      if (!this.#areFlowsRunning && this.#nodes.getNode(id) !== node) journey.isInterrupted = true;
      journey.open -= 1;
      if (journey.open === 0) this.#end(journey, { kind: journey.isInterrupted ? "interrupted" : "delivered" });
    }
  }

  #onComplete(message: object, error: unknown): void {
    this.#complete(this.#byMessage.get(message) ?? [], error);
  }

  #complete(journeys: Journeys, error: unknown): void {
    for (const journey of journeys) {
      if (journey.until !== "complete") continue;
      if (error) journey.error ??= error instanceof Error ? error.message : String(error);
      journey.open -= 1;
      if (journey.open > 0) continue;
      if (!this.#areFlowsRunning) this.#end(journey, { kind: "interrupted" });
      else this.#end(journey, journey.error === undefined ? { kind: "delivered" } : failed(journey.error));
    }
  }

  #journeysOf(message: HapanaMessage): Journeys | undefined {
    const journeys = this.#byMessageId.get(message._msgid ?? "");
    if (journeys) return journeys;
    const deliveryId = message.hapana?.deliveryId;
    if (typeof deliveryId !== "string") return undefined;
    // Rare, and few are followed at a time.
    const same = (journey: Journey) => journey.until === "complete" && journey.deliveryId === deliveryId;
    const found = [...this.#byMessageId.values()].flat().filter(same);
    return found.length > 0 ? found : undefined;
  }

  #end(journey: Journey, result: FlowResult): void {
    this.#byMessageId.delete(journey.messageId);
    this.#deadlines.meet(journey.deadline);
    journey.resolve(result);
  }
}

/** A later Node-RED may have taught the node to report: then its handler takes a `done`. */
function isSilent(node: unknown): boolean {
  const { type, _expectedDoneCount } = (node ?? {}) as { type?: string; _expectedDoneCount?: number };
  return silentTypes.test(type ?? "") && !_expectedDoneCount;
}

function failed(error: string): FlowResult {
  return { kind: "failed", error };
}

function outOfTime(journey: Journey): FlowResult {
  if (journey.error) return failed(journey.error);
  return { kind: journey.isInterrupted ? "interrupted" : "unconfirmed" };
}

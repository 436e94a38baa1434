import type { NodeAPI, NodeMessage } from "node-red";
import type { FlowResult } from "../../src/inbox/subscription-queue";

/** What is followed of one message and its clones on their way through the flow. */
interface Journey {
  /** How many nodes have got it and have not reported completion. */
  open: number;
  /** Whether any node has got it yet. */
  hasStarted: boolean;
  /** The first error that a node reported. */
  error: string | undefined;
  /** Whether a deploy may have stopped a node that had it. */
  isInterrupted: boolean;
  end(result: FlowResult): void;
  /** Itself in a list, as one object may carry several journeys. */
  readonly alone: readonly Journey[];
}

/** Another package's hook may hold a message back before it reaches its first node. */
const patienceForTheFirstNode = 100;

type HapanaMessage = NodeMessage & { hapana?: { deliveryId?: unknown } };

/**
 * Sees when a flow has finished with a message: when every node that got it, or a clone of it, has reported completion.
 * Nodes that never report end by a time-out, so they hold up nothing.
 */
export class CompletionTracker {
  readonly #hooks: NodeAPI["hooks"] | undefined;
  #isHooked = false;
  #areFlowsRunning = true;
  readonly #byMessageId = new Map<string, Journey>();
  readonly #byDeliveryId = new Map<string, Set<Journey>>();
  readonly #byMessage = new WeakMap<object, readonly Journey[]>();

  /** @param hooks `RED.hooks`; where there is none, a message counts as finished when it has been sent */
  constructor(hooks: NodeAPI["hooks"] | undefined) {
    this.#hooks = hooks;
  }

  /**
   * Follows a message.
   * @param message what is sent; its `_msgid` must be its own
   * @param deliveryId `msg.hapana.deliveryId`, by which the message is known where a node has dropped the `_msgid`
   * @param timeout milliseconds after which it counts as finished, unconfirmed
   * @param send sends it
   * @returns what has become of it
   */
  follow(message: NodeMessage, deliveryId: string, timeout: number, send: () => void): Promise<FlowResult> {
    if (!this.#hooks) {
      send();
      return Promise.resolve({ kind: "unconfirmed" });
    }
    this.#hookIn(this.#hooks);
    return new Promise((resolve) => {
      const messageId = message._msgid as string;
      const end = (result: FlowResult) => {
        clearTimeout(timer);
        this.#forget(messageId, deliveryId, journey);
        resolve(result);
      };
      const timer = setTimeout(() => end(journey.error ? failed(journey.error) : timedOut(journey)), timeout);
      const journey: Journey = {
        open: 0,
        hasStarted: false,
        error: undefined,
        isInterrupted: false,
        end,
        get alone() {
          return [this];
        },
      };
      this.#remember(messageId, deliveryId, journey);
      send();
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
    for (const journey of [...this.#byMessageId.values()]) {
      if (isPartial) journey.isInterrupted = true;
      else journey.end({ kind: "interrupted" });
    }
  }

  #endIfNeverStarted(journey: Journey): void {
    if (!journey.hasStarted) journey.end({ kind: "delivered" });
  }

  /** Only once there is something to follow: a hook costs every message of every flow a look-up. */
  #hookIn(hooks: NonNullable<NodeAPI["hooks"]>): void {
    if (this.#isHooked) return;
    this.#isHooked = true;
    hooks.add("preDeliver.hapana", (event) => this.#onDelivery(event.msg as HapanaMessage));
    hooks.add("onComplete.hapana", (event) => this.#onComplete(event.msg as HapanaMessage, event.error));
  }

  #onDelivery(message: HapanaMessage): void {
    if (this.#byMessageId.size === 0) return;
    const journeys = this.#journeysOf(message);
    if (!journeys) return;
    this.#byMessage.set(message, journeys);
    for (const journey of journeys) {
      journey.open += 1;
      journey.hasStarted = true;
    }
  }

  #onComplete(message: HapanaMessage, error: unknown): void {
    const journeys = this.#byMessage.get(message);
    if (!journeys) return;
    for (const journey of journeys) {
      if (error) journey.error ??= error instanceof Error ? error.message : String(error);
      journey.open -= 1;
      if (journey.open > 0) continue;
      if (!this.#areFlowsRunning) journey.end({ kind: "interrupted" });
      else journey.end(journey.error === undefined ? { kind: "delivered" } : failed(journey.error));
    }
  }

  #journeysOf(message: HapanaMessage): readonly Journey[] | undefined {
    const journey = this.#byMessageId.get(message._msgid ?? "");
    if (journey) return journey.alone;
    const deliveryId = message.hapana?.deliveryId;
    const journeys = typeof deliveryId === "string" ? this.#byDeliveryId.get(deliveryId) : undefined;
    return journeys && [...journeys];
  }

  #remember(messageId: string, deliveryId: string, journey: Journey): void {
    this.#byMessageId.set(messageId, journey);
    const journeys = this.#byDeliveryId.get(deliveryId) ?? new Set();
    this.#byDeliveryId.set(deliveryId, journeys.add(journey));
  }

  #forget(messageId: string, deliveryId: string, journey: Journey): void {
    this.#byMessageId.delete(messageId);
    const journeys = this.#byDeliveryId.get(deliveryId);
    journeys?.delete(journey);
    if (journeys?.size === 0) this.#byDeliveryId.delete(deliveryId);
  }
}

function failed(error: string): FlowResult {
  return { kind: "failed", error };
}

function timedOut(journey: Journey): FlowResult {
  return { kind: journey.isInterrupted ? "interrupted" : "unconfirmed" };
}

import type { Node, NodeAPI, NodeDef } from "node-red";
import type { WebhookEndpoint } from "../../src/engine/endpoint";
import type { Flow, FlowResult } from "../../src/engine/flow";
import { catalog, eventTypes } from "../../src/events/catalog";
import type { StoredEvent } from "../../src/inbox/stored-event";
import { unrecognised } from "../../src/receiver/receive";
import type { EndpointNode } from "../runtime/endpoint-node";
import { refuseNewerNode } from "../runtime/input";
import { hasDestination } from "../runtime/node-red-internals";
import { runtimeFor } from "../runtime/runtime";
import { briefly, languageOf, type ShowStatus, statusOn, wordsOf } from "../runtime/status-text";
import { throttle } from "../runtime/throttle";
import { WaitingList } from "../runtime/waiting-list";
import { type Baseline, baselineOf, forgetBaseline } from "./baseline";
import { configOf, type SavedWebhookIn, type WebhookInConfig } from "./config";
import { toMessage } from "./message";
import { statusOf } from "./status";

type WebhookInDefinition = NodeDef & Omit<SavedWebhookIn, "name">;

/** A status is for people: more than a few changes a second just load the editor. */
const statusInterval = 500;

/** How often the age of the last event is updated. */
const ageInterval = 60_000;

/** Registers `hapana-webhook-in`: one output per event, and a last one for unrecognised events. */
function register(RED: NodeAPI): void {
  const runtime = runtimeFor(RED);
  const withoutEndpoint = new WaitingList();
  RED.events.on("flows:started", withoutEndpoint.call);

  const words = wordsOf(RED, "hapana-webhook-in");

  function HapanaWebhookIn(this: Node, definition: WebhookInDefinition): void {
    RED.nodes.createNode(this, definition);
    runtime.checkInternals(this);
    const config = configOf(definition, eventTypes);
    if (!config) {
      refuseNewerNode(this, words);
      return;
    }
    const findEndpoint = () => (RED.nodes.getNode(config.endpoint) as EndpointNode | null)?.endpoint;
    const status = new Status(this, config);
    const flow = flowOf(this, config, findEndpoint, () => status.show());
    const leave = config.endpoint ? runtime.join(flow) : () => {};

    // A deploy of changed nodes may add a missing endpoint without recreating this node.
    const lookAgain = () => {
      const endpoint = findEndpoint();
      if (!endpoint) return;
      withoutEndpoint.delete(lookAgain);
      status.follow(endpoint);
    };
    const text = briefly(words.common(`status.${config.endpoint ? "endpointGone" : "noEndpoint"}`));
    this.status({ fill: "red", shape: "ring", text });
    withoutEndpoint.add(lookAgain);
    lookAgain();

    this.on("close", (removed: boolean, done: () => void) => {
      withoutEndpoint.delete(lookAgain);
      leave();
      status.close(removed);
      done();
    });
  }

  /** The node's flow, as seen by the inbox. */
  function flowOf(
    node: Node,
    config: WebhookInConfig,
    findEndpoint: () => WebhookEndpoint | undefined,
    changed: () => void,
  ): Flow {
    const { events, sites, retries, endpoint: endpointId } = config;
    const until = config.deliveredWhen === "sent" ? "received" : "complete";
    const timeout = config.completeTimeout * 1000;

    const send = (event: StoredEvent, attempt: number): Promise<FlowResult> => {
      const output = outputOf(event.event, events);
      if (output < 0) return Promise.resolve({ kind: "failed", error: noLongerTicked(event.event) });
      const endpoint = findEndpoint();
      const message = toMessage(
        event,
        attempt,
        { id: endpointId, name: endpoint?.name ?? "" },
        endpoint?.siteName(event.siteID),
        RED.util.generateId(),
      );
      changed();
      const emit = () => node.send([...new Array(output).fill(null), message]);
      if (hasDestination(node, output))
        return runtime.tracker.follow(node, message, event.deliveryId, until, timeout, emit);
      emit();
      return Promise.resolve({ kind: "delivered" });
    };
    return {
      id: node.id,
      endpoint: endpointId,
      events,
      sites,
      retries,
      send,
      changed,
      failed: ({ deliveryId }) => runtime.troubles.failed(endpointId, node.id, deliveryId),
    };
  }

  /** Keeps a node's status up to date. */
  class Status {
    readonly #node: Node;
    readonly #config: WebhookInConfig;
    readonly #tell: ShowStatus;
    readonly show = throttle(statusInterval, () => this.#show());
    readonly #ageing = setInterval(() => this.show(), ageInterval).unref();
    #endpoint: WebhookEndpoint | undefined;
    #before: Baseline = { refusals: 0, unselected: 0 };

    constructor(node: Node, config: WebhookInConfig) {
      this.#node = node;
      this.#config = config;
      this.#tell = statusOn(node);
    }

    follow(endpoint: WebhookEndpoint): void {
      this.#endpoint = endpoint;
      this.#before = baselineOf(endpoint, this.#node.id);
      endpoint.on("change", this.show);
      this.show();
    }

    close(removed: boolean): void {
      clearInterval(this.#ageing);
      this.show.cancel();
      this.#endpoint?.off("change", this.show);
      if (removed && this.#endpoint) forgetBaseline(this.#endpoint, this.#node.id);
      // Its flow may still be finishing events, and would report them as its successor.
      this.#endpoint = undefined;
    }

    #show(): void {
      const endpoint = this.#endpoint;
      if (!endpoint) return;
      const [node, config] = [this.#node, this.#config];
      const { storageFault, isDurable, isSpooling, spooled } = endpoint;
      const situation = {
        endpoint: { ...endpoint.state, storageFault, isDurable, isSpooling, spooled },
        counts: runtime.inboxes.countsOf(node.id),
        unclaimed: runtime.inboxes.unclaimedAt(endpoint.id),
        before: this.#before,
        unticked: untickedIn(config),
        isWired: (event: string) => !runtime.areFlowsStarted || hasDestination(node, outputOf(event, config.events)),
      };
      this.#tell(statusOf(situation, words, Date.now(), languageOf(RED)));
    }
  }

  RED.nodes.registerType("hapana-webhook-in", HapanaWebhookIn);
}

/** Recorded for an event that waited while its node was deployed without it. */
function noLongerTicked(event: string): string {
  const title = catalog.find(({ type }) => type === event)?.title ?? event;
  return `This node no longer has ${title} ticked: tick it again, deploy, and send the event again.`;
}

/** @returns -1 if the node does not select it */
function outputOf(event: string, selected: readonly string[]): number {
  return event === unrecognised ? selected.length : selected.indexOf(event);
}

/** An empty location means none: only some were wanted, but none is ticked. */
function untickedIn({ events, sites }: WebhookInConfig): "events" | "locations" | undefined {
  if (events.length === 0) return "events";
  return sites.length > 0 && sites.every((siteID) => siteID.trim() === "") ? "locations" : undefined;
}

export default register;

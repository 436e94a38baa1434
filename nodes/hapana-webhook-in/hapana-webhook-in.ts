import type { Node, NodeAPI, NodeDef } from "node-red";
import type { WebhookEndpoint } from "../../src/engine/endpoint";
import type { Flow, FlowResult } from "../../src/engine/flow";
import { eventTypes } from "../../src/events/catalog";
import type { StoredEvent } from "../../src/inbox/stored-event";
import { unrecognised } from "../../src/receiver/receive";
import type { EndpointNode } from "../runtime/endpoint-node";
import { hasDestination } from "../runtime/node-red-internals";
import { runtimeFor } from "../runtime/runtime";
import { throttle } from "../runtime/throttle";
import { WaitingList } from "../runtime/waiting-list";
import { type Baseline, baselineOf, forgetBaseline } from "./baseline";
import { toMessage } from "./message";
import { statusOf } from "./status";

interface WebhookInDefinition extends NodeDef {
  endpoint?: string;
  events?: string[];
  sites?: string[];
  deliveredWhen?: "complete" | "sent";
  completeTimeout?: number | string;
  retries?: number | string;
}

/** A status is for people to read: more than a few changes a second only cost the editor. */
const statusInterval = 500;

/** How often the age of the last event is told anew. */
const ageInterval = 60_000;

/** Registers `hapana-webhook-in`: one output per event, and a last one for what is not recognised. */
function register(RED: NodeAPI): void {
  const runtime = runtimeFor(RED);
  const withoutEndpoint = new WaitingList();
  RED.events.on("flows:started", withoutEndpoint.call);

  const translate = (key: string, values?: Record<string, string | number>) =>
    RED._(`hapana-webhook-in.status.${key}`, values ?? {});

  function HapanaWebhookIn(this: Node, definition: WebhookInDefinition): void {
    RED.nodes.createNode(this, definition);
    const findEndpoint = () => (RED.nodes.getNode(definition.endpoint ?? "") as EndpointNode | null)?.endpoint;
    const status = new Status(this, definition);
    const flow = flowOf(this, definition, findEndpoint, () => status.show());
    const leave = definition.endpoint ? runtime.join(flow) : () => {};

    // A deploy of changes only makes an endpoint that was missing, but not this node anew.
    const lookAgain = () => {
      const endpoint = findEndpoint();
      if (!endpoint) return;
      withoutEndpoint.delete(lookAgain);
      status.follow(endpoint);
    };
    this.status({ fill: "red", shape: "ring", text: translate("noEndpoint") });
    withoutEndpoint.add(lookAgain);
    lookAgain();

    this.on("close", (removed: boolean, done: () => void) => {
      withoutEndpoint.delete(lookAgain);
      leave();
      status.close(removed);
      done();
    });
  }

  /** The node's flow, as the inbox sees it. */
  function flowOf(
    node: Node,
    definition: WebhookInDefinition,
    findEndpoint: () => WebhookEndpoint | undefined,
    changed: () => void,
  ): Flow {
    const events = selectedBy(definition);
    const endpointId = definition.endpoint ?? "";
    const until = definition.deliveredWhen === "sent" ? "received" : "complete";
    const timeout = (Number(definition.completeTimeout) || 60) * 1000;

    const send = (event: StoredEvent, attempt: number): Promise<FlowResult> => {
      const output = outputOf(event.event, events);
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
      sites: definition.sites ?? [],
      retries: Number(definition.retries) || 0,
      send,
      changed,
    };
  }

  /** Keeps a node's status up to date. */
  class Status {
    readonly #node: Node;
    readonly #definition: WebhookInDefinition;
    readonly show = throttle(statusInterval, () => this.#show());
    readonly #ageing = setInterval(() => this.show(), ageInterval).unref();
    #endpoint: WebhookEndpoint | undefined;
    #before: Baseline = { refusals: 0, unselected: 0 };
    #shown = "";

    constructor(node: Node, definition: WebhookInDefinition) {
      this.#node = node;
      this.#definition = definition;
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
      // What was in its flow may still be finished, and would be told in its successor's name.
      this.#endpoint = undefined;
    }

    #show(): void {
      const endpoint = this.#endpoint;
      if (!endpoint) return;
      const [node, definition] = [this.#node, this.#definition];
      const { lang } = RED.settings as { lang?: string };
      const { storageFault, isDurable } = endpoint;
      const situation = {
        endpoint: { ...endpoint.state, storageFault, isDurable },
        counts: runtime.inboxes.countsOf(node.id),
        duplicates: runtime.inboxes.duplicatesAt(endpoint.id),
        before: this.#before,
        unticked: untickedIn(definition),
        isWired: (event: string) => hasDestination(node, outputOf(event, selectedBy(definition))),
      };
      const status = statusOf(situation, translate, Date.now(), lang);
      // Flows can react to a status: what has not changed is none.
      const shown = JSON.stringify(status);
      if (shown === this.#shown) return;
      this.#shown = shown;
      node.status(status);
    }
  }

  RED.nodes.registerType("hapana-webhook-in", HapanaWebhookIn);
}

function selectedBy({ events = [...eventTypes] }: WebhookInDefinition): string[] {
  return eventTypes.filter((type) => events.includes(type));
}

function outputOf(event: string, selected: readonly string[]): number {
  return event === unrecognised ? selected.length : selected.indexOf(event);
}

/** An empty location stands for none: only some were wanted, but none was ticked. */
function untickedIn(definition: WebhookInDefinition): "events" | "locations" | undefined {
  if (selectedBy(definition).length === 0) return "events";
  const { sites = [] } = definition;
  return sites.length > 0 && sites.every((siteID) => siteID.trim() === "") ? "locations" : undefined;
}

export = register;

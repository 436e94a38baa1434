import type { Node, NodeAPI, NodeDef } from "node-red";
import { definitionOf, type EventType, eventTypes } from "../../src/events/catalog";
import type { StoredEvent } from "../../src/inbox/inbox";
import type { FlowResult } from "../../src/inbox/subscription-queue";
import { unrecognised } from "../../src/receiver/receive";
import type { Subscription } from "../runtime/distribution";
import type { EndpointNode } from "../runtime/endpoint-node";
import { runtimeFor } from "../runtime/runtime";
import { throttle } from "../runtime/throttle";
import { WaitingList } from "../runtime/waiting-list";
import type { WebhookEndpoint } from "../runtime/webhook-endpoint";
import { activityOf, forgetActivity } from "./activity";
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
  const { tracker } = runtimeFor(RED);
  const withoutEndpoint = new WaitingList();
  // First of all: what has come in the meantime is then shared out among those who have subscribed.
  RED.events.prependListener("flows:started", withoutEndpoint.call);

  const translate = (key: string, values?: Record<string, string | number>) =>
    RED._(`hapana-webhook-in.status.${key}`, values ?? {});

  function HapanaWebhookIn(this: Node, definition: WebhookInDefinition): void {
    RED.nodes.createNode(this, definition);
    const findEndpoint = () => (RED.nodes.getNode(definition.endpoint ?? "") as EndpointNode | null)?.endpoint;
    const endpoint = findEndpoint();
    if (endpoint) {
      connect(this, definition, endpoint);
      return;
    }
    this.status({ fill: "red", shape: "ring", text: translate("noEndpoint") });
    // A deploy of changes only makes an endpoint that was missing, but not this node anew.
    const lookAgain = () => {
      const found = findEndpoint();
      if (!found) return;
      withoutEndpoint.delete(lookAgain);
      connect(this, definition, found);
    };
    withoutEndpoint.add(lookAgain);
    this.on("close", () => withoutEndpoint.delete(lookAgain));
  }

  /** Subscribes a node to its endpoint, until it is closed. */
  function connect(node: Node, definition: WebhookInDefinition, endpoint: WebhookEndpoint): void {
    const activity = activityOf(endpoint, node.id);
    const { lang } = RED.settings as { lang?: string };
    const selected = eventTypes.filter((type) => (definition.events ?? eventTypes).includes(type));
    const sites = new Set(definition.sites?.map((siteID) => siteID.trim()));
    const unticked = selected.length === 0 ? "events" : isNowhere(sites) ? "locations" : undefined;
    const showStatus = throttle(statusInterval, () => {
      node.status(
        statusOf(endpoint.state, endpoint.distribution.isDurable, activity, unticked, translate, Date.now(), lang),
      );
    });
    showStatus();
    const ageing = setInterval(() => activity.lastEvent && showStatus(), ageInterval).unref();

    const until = definition.deliveredWhen === "sent" ? "received" : "complete";
    const timeout = (Number(definition.completeTimeout) || 60) * 1000;

    const send = (event: StoredEvent, attempt: number): Promise<FlowResult> => {
      const output = outputOf(event.event);
      const message = toMessage(
        event,
        attempt,
        { id: endpoint.id, name: endpoint.name },
        endpoint.siteName(event.siteID),
        RED.util.generateId(),
      );
      const emit = () => node.send([...new Array(output).fill(null), message]);
      if (isWired(node, output)) return tracker.follow(message, event.deliveryId, until, timeout, emit);
      emit();
      return Promise.resolve({ kind: "delivered" });
    };
    const outputOf = (event: StoredEvent["event"]): number =>
      event === unrecognised ? selected.length : selected.indexOf(event);

    const subscription: Subscription = {
      id: node.id,
      retries: Number(definition.retries) || 0,
      send,
      selects: ({ event, siteID }) =>
        event === unrecognised || (selected.includes(event) && (sites.size === 0 || isAmong(sites, siteID))),
      observer: {
        sent: ({ event, test }) => {
          const name = titleOf(event);
          activity[test ? "tests" : "events"] += 1;
          activity.lastEvent = {
            name: test ? translate("test", { name }) : name,
            at: Date.now(),
            isUnrecognised: event === unrecognised,
            isWired: isWired(node, outputOf(event)),
          };
          showStatus();
        },
        finished: (result) => {
          if (result.kind !== "failed") return;
          activity.failed += 1;
          showStatus();
        },
        setAside: (failures) => {
          activity.setAside += failures.length;
          node.error(RED._("hapana-webhook-in.log.setAside", { count: failures.length }));
          showStatus();
        },
      },
    };
    endpoint.on("change", showStatus);
    endpoint.distribution.subscribe(subscription);
    node.on("close", (removed: boolean, done: () => void) => {
      clearInterval(ageing);
      showStatus.cancel();
      endpoint.off("change", showStatus);
      endpoint.distribution.unsubscribe(subscription);
      if (removed) forgetActivity(endpoint, node.id);
      done();
    });
  }

  RED.nodes.registerType("hapana-webhook-in", HapanaWebhookIn);
}

function titleOf(event: EventType | typeof unrecognised): string {
  return event === unrecognised ? unrecognised : definitionOf(event).title;
}

function isNowhere(sites: ReadonlySet<string>): boolean {
  return sites.size > 0 && [...sites].every((siteID) => siteID === "");
}

/** An empty entry stands for none: only some locations were wanted, but none was ticked. */
function isAmong(sites: ReadonlySet<string>, siteID: string | undefined): boolean {
  const wanted = siteID?.trim() ?? "";
  return wanted !== "" && sites.has(wanted);
}

/** The wires that Node-RED has given a node, by output. */
function isWired(node: Node, output: number): boolean {
  const { wires } = node as unknown as { wires?: string[][] };
  return (wires?.[output]?.length ?? 0) > 0;
}

export = register;

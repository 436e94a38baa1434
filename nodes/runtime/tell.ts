import type { NodeAPI } from "node-red";
import type { Inboxes } from "../../src/engine/inboxes";

/** Whichever node's API the runtime was created with, these texts are the endpoint's. */
const texts = "@gymflows/node-red-hapana/hapana-endpoint:hapana-endpoint.log";

/**
 * Logs what this version of Node-RED lacks.
 * @param RED Node-RED's API
 * @param names what is missing
 */
export function tellOfMissing(RED: NodeAPI, names: readonly string[]): void {
  RED.log.warn(RED._(`${texts}.internals`, { names: names.join(", ") }));
}

/**
 * Logs what happens to the inboxes; without any content of events.
 * @param inboxes the inboxes
 * @param RED Node-RED's API
 * @param endpointName an endpoint's name
 */
export function tellOf(inboxes: Inboxes, RED: NodeAPI, endpointName: (id: string) => string): void {
  const words = (key: string, values: Record<string, string | number> = {}) => RED._(`${texts}.${key}`, values);
  const nodeName = (id: string) => RED.nodes.getNode(id)?.name || id;

  /** How many events without a taker were reported for an endpoint. */
  let toldLeft = new Map<string, number>();
  const tellLeft = (endpoint: string, count: number) =>
    RED.log.warn(words("withoutTaker", { endpoint: endpointName(endpoint), count }));

  inboxes.on("notice", ({ code, ...values }) => {
    if (code === "setAside") {
      const { subscriber, count } = values as { subscriber: string; count: number };
      RED.log.error(words("setAside", { node: nodeName(subscriber), count }));
    } else RED.log.warn(words(code, values as Record<string, string | number>));
  });
  inboxes.on("handover", ({ takenOver, withoutTaker }) => {
    for (const { to, count } of takenOver) RED.log.info(words("takenOver", { node: nodeName(to), count }));
    const left = new Map(withoutTaker.map(({ endpoint, count }) => [endpoint, count]));
    for (const [endpoint, count] of left) if (toldLeft.get(endpoint) !== count) tellLeft(endpoint, count);
    toldLeft = left;
  });
  // Once per deploy: after that, it is in statuses.
  inboxes.on("unclaimed", (endpoint) => {
    if (toldLeft.has(endpoint)) return;
    // The one that has just arrived may not be counted yet.
    const count = Math.max(1, inboxes.unclaimedAt(endpoint));
    toldLeft.set(endpoint, count);
    tellLeft(endpoint, count);
  });
  inboxes.spooling.on("began", (endpoint) => {
    RED.log.warn(words("spoolingBegan", { endpoint: endpointName(endpoint) }));
  });
  inboxes.spooling.on("ended", (endpoint, count) => {
    RED.log.info(words("spoolingEnded", { endpoint: endpointName(endpoint), count }));
  });
  inboxes.on("pruned", ({ untaken }) => {
    if (untaken > 0) RED.log.warn(words("prunedUntaken", { count: untaken }));
  });
  const told = new Set<string>();
  inboxes.on("fault", (error) => {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (told.has(detail)) return;
    told.add(detail);
    RED.log.error(words("internal", { detail }));
  });
}

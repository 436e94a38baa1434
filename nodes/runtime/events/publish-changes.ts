import type { NodeAPI } from "node-red";
import type { Inboxes } from "../../../src/engine/inboxes";
import { throttle } from "../throttle";

/** The topic in the editor's connection. */
const topic = "hapana/events";

/** Often enough to look live. */
const interval = 1_000;

/**
 * Tells the editors that the log has changed, and the state of each endpoint: counts only. Also if no count has changed, so that
 * the visible part is read again.
 * @param RED Node-RED's API
 * @param inboxes the inboxes
 */
export function publishChanges(RED: NodeAPI, inboxes: Inboxes): void {
  let changes = 0;
  const published = new Map<string, string>();
  const publish = throttle(interval, () => {
    const all = Array.from(inboxes.history.totals.values(), (totals) => ({ totals, text: JSON.stringify(totals) }));
    // For example, if a database has been unavailable from the start.
    if (all.length === 0) RED.comms.publish(topic, { changes }, false);
    const changed = all.filter(({ totals, text }) => published.get(totals.endpoint) !== text);
    for (const { totals, text } of changed.length > 0 ? changed : all) {
      published.set(totals.endpoint, text);
      RED.comms.publish(topic, { ...totals, changes }, false);
    }
  });
  const changed = () => {
    changes += 1;
    publish();
  };
  inboxes.on("log", changed);
  // What waits on this machine's disk is in the log as well.
  inboxes.spooling.on("change", changed);
}

import { api, maxIds } from "./api";
import { ask, tell } from "./ask";
import { attempt } from "./attempt";
import type { Filter, Row } from "./logged";
import { endpointsOf, sendAllAgain, tellOfRest } from "./resend";
import { tallyWords } from "./tally";
import { say } from "./words";

/** Everything that changes stored events, or sends them again. Actions on more than one event are confirmed first. */
export const actions = {
  /**
   * @param rows the events
   * @param node only to this one
   */
  async sendAgain(rows: readonly Row[], node?: string): Promise<void> {
    const isOne = rows.length === 1;
    if (!isOne && !(await ask(tallyWords(tallyOf(rows)), say("button.sendAgain")))) return;
    await attempt(async () => {
      let count = 0;
      for (const [endpoint, deliveryIds] of byEndpoint(rows)) {
        for (let from = 0; from < deliveryIds.length; from += maxIds) {
          const answer = await api.sendAgain(endpoint, deliveryIds.slice(from, from + maxIds), node);
          count += answer.count;
          if (answer.count > 0) tellOfRest(answer);
        }
      }
      if (count > 0) tell(say("done.sentAgain", { count }));
      else tell(say("done.notSentAgain"), "warning");
    });
  },

  /** Everything that matches a filter. */
  async sendAllAgain(filter: Filter): Promise<void> {
    await attempt(() => sendAllAgain(filter));
  },

  /** @param node only its failures */
  async acknowledge(endpoint: string, node?: string): Promise<void> {
    await attempt(async () => {
      const { count } = await api.acknowledge(endpoint, node);
      if (count > 0) tell(say("done.acknowledged", { count }));
      else tell(say("done.nothingToAcknowledge"), "warning");
    });
  },

  /**
   * What waits for nodes that are gone.
   * @param node only what waits for this one
   */
  async discard(filter: Filter, node?: string): Promise<void> {
    await attempt(async () => {
      const endpoints = await endpointsOf(filter);
      const each = (isOnlyCounted: boolean) => Promise.all(endpoints.map((id) => api.discard(id, isOnlyCounted, node)));
      const count = sum(await each(true));
      if (count === 0) tell(say("done.nothingToDiscard"), "warning");
      else if (await ask(say("ask.discard", { count }), say("button.discard"))) {
        tell(say("done.discarded", { count: sum(await each(false)) }));
      }
    });
  },
};

function sum(counts: readonly { count: number }[]): number {
  return counts.reduce((all, { count }) => all + count, 0);
}

/** The oldest first, in their original order. */
function byEndpoint(rows: readonly Row[]): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  const oldestFirst = [...rows].sort((one, other) => one.receivedAt.localeCompare(other.receivedAt));
  for (const { endpoint, deliveryId } of oldestFirst) ids.set(endpoint, [...(ids.get(endpoint) ?? []), deliveryId]);
  return ids;
}

function tallyOf(rows: readonly Row[]) {
  const events: Record<string, number> = {};
  for (const { event } of rows) events[event] = (events[event] ?? 0) + 1;
  return { count: rows.length, events, delivered: rows.filter(({ state }) => state === "delivered").length };
}

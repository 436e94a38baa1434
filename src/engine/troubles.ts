import { EventEmitter } from "node:events";
import { maxDeliveryIds, type Trouble, unreadable } from "../problems/tally";
import type { WebhookEndpoint } from "./endpoint";
import type { Inboxes } from "./inboxes";

interface TroublesEvents {
  /** Something has gone wrong. */
  trouble: [Trouble];
  /** Hapana has sent something to this endpoint; tests do not count. */
  arrived: [endpoint: string];
}

/** Everything that goes wrong with events, in one place, for those who want to be notified. */
export class Troubles extends EventEmitter<TroublesEvents> {
  readonly #inboxes: Inboxes;

  /** @param inboxes where events are kept */
  constructor(inboxes: Inboxes) {
    super();
    this.#inboxes = inboxes;
    inboxes.on("notice", (notice) => {
      if (notice.code === "setAside") void this.#setAside(notice.subscriber, notice.count);
      if (notice.code === "unreadable") {
        const { endpoint = "", count } = notice;
        this.#note({ kind: "storage", endpoint, count, reason: unreadable });
      }
    });
    inboxes.on("handover", ({ withoutTaker }) => {
      for (const { endpoint, added } of withoutTaker)
        if (added > 0) this.#note({ kind: "unclaimed", endpoint, count: added });
    });
  }

  /** Watches an endpoint for as long as it exists. */
  follow(endpoint: WebhookEndpoint): void {
    const { id } = endpoint;
    let fault: string | undefined;
    endpoint.on("change", () => {
      const before = fault;
      fault = endpoint.storageFault;
      if (fault !== undefined && fault !== before) this.#note(standing(id, fault));
    });
    endpoint.on("refused", (code) => {
      if (code !== "notStored") this.#note({ kind: "refused", endpoint: id, count: 1, reason: code });
      else this.#note({ kind: "storage", endpoint: id, count: 1, reason: endpoint.storageFault });
    });
    endpoint.on("accepted", ({ unclaimed }, isTest) => {
      if (!isTest) this.emit("arrived", id);
      for (const deliveryId of unclaimed) this.#note({ kind: "unclaimed", endpoint: id, count: 1, deliveryId });
    });
  }

  /** An event has failed in a node's flow, and is not retried. */
  failed(endpoint: string, node: string, deliveryId: string): void {
    this.#note({ kind: "failed", endpoint, count: 1, node, deliveryId });
  }

  /** The notice says how many there are; the log tells which, if it can be read. */
  async #setAside(node: string, count: number): Promise<void> {
    const found = await this.#inboxes.setAside(node, Math.min(count, maxDeliveryIds)).catch(() => undefined);
    const { endpoint = "", deliveryIds = [] } = found ?? {};
    const [first, ...others] = deliveryIds;
    const without = { kind: "setAside", endpoint, node } as const;
    this.#note({ ...without, count: count - others.length, deliveryId: first });
    for (const deliveryId of others) this.#note({ ...without, count: 1, deliveryId });
  }

  #note(trouble: Trouble): void {
    this.emit("trouble", trouble);
  }
}

/** The storage refuses, whether or not that has cost anybody an event. */
export function standing(endpoint: string, reason: string): Trouble {
  return { kind: "storage", endpoint, count: 0, reason };
}

import type { Flow, FlowResult } from "../../../src/engine/flow";
import { eventTypes } from "../../../src/events/catalog";
import type { Inbox, Present } from "../../../src/inbox/inbox";
import { LevelInbox } from "../../../src/inbox/level/level-inbox";
import { memorySource } from "../../../src/inbox/level/memory-source";
import type { StoredEvent } from "../../../src/inbox/stored-event";
import { checkIn, clientOf, delivered } from "../../support/deliveries";

/** A flow that notes what it gets, and says what becomes of it when the test tells it to. */
export class TestFlow implements Flow {
  readonly id: string;
  readonly endpoint = "endpoint";
  readonly events = eventTypes;
  readonly sites: string[] = [];
  readonly retries: number;
  readonly sent: { client: string; attempt: number; finish(result: FlowResult): void }[] = [];
  /** The ids of those that failed for good. */
  readonly lost: string[] = [];
  /** What becomes of an event at once; `undefined` where the test says it later. */
  result: FlowResult | undefined;

  constructor(id = "flow", properties: { retries?: number; result?: FlowResult } = {}) {
    this.id = id;
    this.retries = properties.retries ?? 0;
    this.result = properties.result;
  }

  get clients(): string[] {
    return this.sent.map(({ client }) => client);
  }

  failed({ deliveryId }: StoredEvent): void {
    this.lost.push(deliveryId);
  }

  send(event: StoredEvent, attempt: number): Promise<FlowResult> {
    return new Promise((finish) => {
      this.sent.push({ client: clientOf(event), attempt, finish });
      if (this.result) finish(this.result);
    });
  }
}

/** An empty inbox in memory. */
export function memoryInbox(source = memorySource()): Promise<LevelInbox> {
  return LevelInbox.open(source, { storageChanged() {}, notice() {} });
}

/** Who is there: these flows, at one endpoint. */
export function presentOf(...flows: readonly Flow[]): Present {
  return { endpoints: [{ id: "endpoint", path: "/hapana", retentionDays: 7 }], subscribers: flows };
}

/** A delivery of a check-in by somebody new, and the client's id. */
export async function newCheckIn() {
  const body = checkIn();
  return { clientID: String(body.clientID), delivery: await delivered(body) };
}

/** Stores check-ins that nobody asks a place for; their clients. */
export async function storeWaiting(inbox: Inbox, count: number): Promise<string[]> {
  const stored: string[] = [];
  for (let each = 0; each < count; each += 1) {
    const { clientID, delivery } = await newCheckIn();
    await inbox.store("endpoint", delivery);
    stored.push(clientID);
  }
  return stored;
}

/** Lets everything that has been begun come as far as it can without the clock. */
export async function turnOfTheLoop(times = 5): Promise<void> {
  for (let time = 0; time < times; time += 1) await new Promise((resolve) => setImmediate(resolve));
}

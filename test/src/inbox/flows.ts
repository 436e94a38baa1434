import type { StoredEvent } from "../../../src/inbox/inbox";
import type { Flow, FlowObserver, FlowResult } from "../../../src/inbox/subscription-queue";
import { waitFor } from "../../support/wait-for";

/** A flow whose every event is finished by hand. */
export class ManualFlow implements Flow {
  retries = 0;
  readonly sent: { event: StoredEvent; attempt: number; finish(result: FlowResult): void }[] = [];
  readonly observer: FlowObserver | undefined;

  constructor(observer?: FlowObserver) {
    this.observer = observer;
  }

  send(event: StoredEvent, attempt: number): Promise<FlowResult> {
    return new Promise((finish) => this.sent.push({ event, attempt, finish }));
  }

  get sequences(): number[] {
    return this.sent.map(({ event }) => event.sequence);
  }

  async waitForSent(count: number): Promise<void> {
    await waitFor(
      () => (this.sent.length >= count ? true : undefined),
      () => `${this.sent.length} of ${count} events were sent`,
      5_000,
    );
  }

  finishAll(result: FlowResult = { kind: "delivered" }, from = 0): void {
    for (const { finish } of this.sent.slice(from)) finish(result);
  }
}

/** A flow that does at once what it is told to. */
export function quickFlow(resultOf: (event: StoredEvent, attempt: number) => FlowResult, retries = 0) {
  const sent: { sequence: number; attempt: number }[] = [];
  const flow: Flow = {
    retries,
    async send(event, attempt) {
      sent.push({ sequence: event.sequence, attempt });
      return resultOf(event, attempt);
    },
  };
  return { flow, sent };
}

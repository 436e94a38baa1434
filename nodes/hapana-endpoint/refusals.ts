import type { NodeAPI } from "node-red";
import type { WebhookEndpoint } from "../../src/engine/endpoint";
import type { ProblemCode } from "../../src/receiver/problems";
import { RefusalLog } from "../runtime/refusal-log";

/** Logs a warning about an endpoint. */
type Warn = (text: string) => void;

/** Logs the requests that endpoints refuse: by their nodes or, while the flows do not run, without them. */
export class Refusals {
  readonly #RED: NodeAPI;
  readonly #ends = new Map<WebhookEndpoint, () => void>();

  /** @param RED the API of the endpoint's node */
  constructor(RED: NodeAPI) {
    this.#RED = RED;
  }

  /** Logs an endpoint's refusals; one that is already followed is logged this way from now on. */
  follow(endpoint: WebhookEndpoint, warn: Warn): void {
    this.leave(endpoint);
    const log = new RefusalLog((code, count) => warn(this.#wordsOf(code, count)));
    const note = (code: ProblemCode) => log.note(code);
    endpoint.on("refused", note);
    this.#ends.set(endpoint, () => {
      endpoint.off("refused", note);
      log.close();
    });
  }

  /** Logs what has only been counted so far, and then nothing more. */
  leave(endpoint: WebhookEndpoint): void {
    this.#ends.get(endpoint)?.();
    this.#ends.delete(endpoint);
  }

  #wordsOf(code: ProblemCode, count: number): string {
    const reason = this.#RED._(`hapana-endpoint.refusal.${code}`);
    return count === 1 ? reason : this.#RED._("hapana-endpoint.log.refusedMore", { reason, count });
  }
}

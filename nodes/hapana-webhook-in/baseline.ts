import type { WebhookEndpoint } from "../../src/engine/endpoint";

/** What happened at an endpoint before a node existed, or was deployed: it does not count in the node's status. */
export interface Baseline {
  readonly refusals: number;
  unselected: number;
}

const baselines = new WeakMap<WebhookEndpoint, Map<string, Baseline>>();

/**
 * A node's baseline, at its deploy. It outlives the node: a deploy must not hide refusals. What a deploy may have fixed is
 * no longer shown.
 * @param endpoint the node's endpoint
 * @param id the node's id
 */
export function baselineOf(endpoint: WebhookEndpoint, id: string): Baseline {
  const { refusals, unselected } = endpoint.state;
  const ofEndpoint = baselines.get(endpoint) ?? new Map<string, Baseline>();
  baselines.set(endpoint, ofEndpoint);
  const baseline = ofEndpoint.get(id) ?? { refusals, unselected };
  ofEndpoint.set(id, baseline);
  baseline.unselected = unselected;
  return baseline;
}

/** Forgets the baseline of a deleted node. */
export function forgetBaseline(endpoint: WebhookEndpoint, id: string): void {
  baselines.get(endpoint)?.delete(id);
}

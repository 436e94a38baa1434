import type { WebhookEndpoint } from "../runtime/webhook-endpoint";

/** What a webhook-in node has seen since Node-RED started; nothing of an event's content. */
export interface Activity {
  /** How many events were sent, tests left out. */
  events: number;
  /** How many test events were sent. */
  tests: number;
  lastEvent: { name: string; at: number; isUnrecognised: boolean; isWired: boolean } | undefined;
  /** How many events the flow could not finish because of an error. */
  failed: number;
  /** How many events were set aside because Node-RED kept ending on them. */
  setAside: number;
  /** What its endpoint had refused before there was the node, and what no node had selected: that is not this one's affair. */
  readonly before: { readonly refusals: number; readonly unselected: number };
}

const activities = new WeakMap<WebhookEndpoint, Map<string, Activity>>();

/**
 * A node's activity. It outlives the node: after a deploy its status must not say that it waits for the first event.
 * @param endpoint the node's endpoint
 * @param id the node's id
 */
export function activityOf(endpoint: WebhookEndpoint, id: string): Activity {
  const ofEndpoint = activities.get(endpoint) ?? new Map<string, Activity>();
  activities.set(endpoint, ofEndpoint);
  const { refusals, unselected } = endpoint.state;
  const activity = ofEndpoint.get(id) ?? {
    ...{ events: 0, tests: 0, lastEvent: undefined, failed: 0, setAside: 0 },
    before: { refusals, unselected },
  };
  ofEndpoint.set(id, activity);
  return activity;
}

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
  /** What its endpoint had refused before there was the node, and what no node had selected before its last deploy. */
  readonly before: { readonly refusals: number; unselected: number };
}

const activities = new WeakMap<WebhookEndpoint, Map<string, Activity>>();

/**
 * A node's activity, at its deploy. It outlives the node: after a deploy its status must not say that it waits for the first
 * event. What a deploy may have mended, is not told any more.
 * @param endpoint the node's endpoint
 * @param id the node's id
 */
export function activityOf(endpoint: WebhookEndpoint, id: string): Activity {
  const ofEndpoint = activities.get(endpoint) ?? new Map<string, Activity>();
  activities.set(endpoint, ofEndpoint);
  const activity = ofEndpoint.get(id) ?? newActivity(endpoint);
  ofEndpoint.set(id, activity);
  activity.before.unselected = endpoint.state.unselected;
  if (activity.lastEvent) activity.lastEvent.isWired = true;
  return activity;
}

/** Forgets the activity of a node that is no more. */
export function forgetActivity(endpoint: WebhookEndpoint, id: string): void {
  activities.get(endpoint)?.delete(id);
}

function newActivity({ state: { refusals, unselected } }: WebhookEndpoint): Activity {
  return { events: 0, tests: 0, lastEvent: undefined, failed: 0, setAside: 0, before: { refusals, unselected } };
}

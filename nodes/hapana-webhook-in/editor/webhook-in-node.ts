import { catalog } from "hapana-catalog";
import { eventTitles } from "../../editor/event-titles";

/** What the node saves in a flow. */
export interface WebhookInProperties {
  version: number;
  name: string;
  endpoint: string;
  events: string[];
  sites: string[];
  deliveredWhen: "complete" | "sent";
  completeTimeout: number;
  retries: number;
  outputs: number;
}

/** The node in the editor. */
export type WebhookInNode = WebhookInProperties & NodeRed.EditorNode;

/** The event types, in catalog order. */
export const allEvents: readonly string[] = catalog.map(({ type }) => type);

/** @returns Hapana's own name for an event */
export function titleOf(type: string): string {
  return eventTitles.get(type) ?? type;
}

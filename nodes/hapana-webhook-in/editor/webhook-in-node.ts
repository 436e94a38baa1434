import { catalog } from "hapana-catalog";
import { eventTitles } from "../../editor/event-titles";
import type { PropertiesOf } from "../../editor/properties";
import type { defaults } from "../config";

/** What the node saves in a flow. */
export type WebhookInProperties = PropertiesOf<typeof defaults, { events: string[]; outputs: number }>;

/** The node in the editor. */
export type WebhookInNode = WebhookInProperties & NodeRed.EditorNode;

/** The event types, in catalog order. */
export const allEvents: readonly string[] = catalog.map(({ type }) => type);

/** @returns Hapana's own name for an event */
export function titleOf(type: string): string {
  return eventTitles.get(type) ?? type;
}

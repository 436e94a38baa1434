import { type EventType, eventTypes } from "../../src/events/catalog";

/** What a new node has; the editor shows the same. */
export const defaults = {
  name: "",
  endpoint: "",
  events: eventTypes,
  sites: [],
  deliveredWhen: "complete",
  completeTimeout: 60,
  retries: 0,
} as const;

/** What is saved in a flow: it may have been written by hand, or by another version. */
export type SavedWebhookIn = Readonly<Partial<Record<keyof typeof defaults, unknown>>>;

/** What a node is to do. */
export interface WebhookInConfig {
  /** The id of its endpoint. */
  endpoint: string;
  /** In catalog order: the outputs follow it. */
  events: EventType[];
  /** None stands for all; one that is empty, for none. */
  sites: string[];
  deliveredWhen: "complete" | "sent";
  /** Seconds. */
  completeTimeout: number;
  retries: number;
}

/**
 * Reads what is saved, and makes right what can be: numbers as text, text as numbers, what is left out, what is no event.
 * @param saved the node's properties
 */
export function configOf(saved: SavedWebhookIn): WebhookInConfig {
  const events = Array.isArray(saved.events) ? saved.events : eventTypes;
  const sites = Array.isArray(saved.sites) ? saved.sites : [];
  return {
    endpoint: textOf(saved.endpoint) ?? "",
    events: eventTypes.filter((type) => events.includes(type)),
    sites: sites.map(textOf).filter((site) => site !== undefined),
    deliveredWhen: saved.deliveredWhen === "sent" ? "sent" : "complete",
    completeTimeout: numberIn(saved.completeTimeout, 1, 86_400) ?? defaults.completeTimeout,
    retries: Math.floor(numberIn(saved.retries, 0, 100) ?? defaults.retries),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

function numberIn(value: unknown, min: number, max: number): number | undefined {
  const number = value === "" || value === null || typeof value === "object" ? Number.NaN : Number(value);
  return Number.isNaN(number) ? undefined : Math.min(Math.max(number, min), max);
}

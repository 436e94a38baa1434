import { type Migration, migrated, versionAfter } from "../../src/config/migrate";
import { numberIn, textOf } from "../../src/config/saved-values";
import type { EventType } from "../../src/events/catalog";

/** What is saved in a flow: it may have been written by hand, or by another version. */
export type SavedWebhookIn = Readonly<Partial<Record<keyof typeof defaults | "events", unknown>>>;

/** One for each change of what is saved; there has been none. */
export const migrations: readonly Migration[] = [];

/** What a new node has, besides all events. */
export const defaults = {
  version: versionAfter(migrations),
  name: "",
  endpoint: "",
  sites: [],
  deliveredWhen: "complete",
  /** Seconds. */
  completeTimeout: 60,
  retries: 0,
} as const;

/** The bounds of its numbers. */
export const limits = {
  completeTimeout: { min: 1, max: 86_400 },
  retries: { min: 0, max: 100 },
} as const;

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
 * @param found the node's properties
 * @param eventTypes all events, in catalog order
 * @returns `undefined` where a newer version has saved it
 */
export function configOf(found: SavedWebhookIn, eventTypes: readonly EventType[]): WebhookInConfig | undefined {
  const saved: SavedWebhookIn | undefined = migrated(found, migrations);
  if (!saved) return undefined;
  const events: unknown[] | readonly EventType[] = Array.isArray(saved.events) ? saved.events : eventTypes;
  return {
    endpoint: textOf(saved.endpoint) ?? "",
    events: eventTypes.filter((type) => events.includes(type)),
    sites: sitesOf(saved.sites),
    deliveredWhen: saved.deliveredWhen === "sent" ? "sent" : "complete",
    completeTimeout: numberIn(saved.completeTimeout, limits.completeTimeout) ?? defaults.completeTimeout,
    retries: Math.floor(numberIn(saved.retries, limits.retries) ?? defaults.retries),
  };
}

/**
 * Reads the locations that are saved; what is none is left out.
 * @returns none where all are wanted; one that is empty where only some were, and not one of them can be read
 */
export function sitesOf(saved: unknown): string[] {
  const found: unknown[] = Array.isArray(saved) ? saved : [];
  const sites = found.map(textOf).filter((site) => site !== undefined);
  return found.length > 0 && sites.length === 0 ? [""] : sites;
}

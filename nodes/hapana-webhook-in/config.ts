import { type Migration, migrated, versionAfter } from "../../src/config/migrate";
import { numberIn, textOf } from "../../src/config/saved-values";
import type { EventType } from "../../src/events/catalog";

/** What is saved in a flow: possibly handwritten, or from another version. */
export type SavedWebhookIn = Readonly<Partial<Record<keyof typeof defaults | "events", unknown>>>;

/** One for each change of the saved format; none so far. */
export const migrations: readonly Migration[] = [];

/** The defaults of a new node, except that it has all events. */
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

/** The limits of its numbers. */
export const limits = {
  completeTimeout: { min: 1, max: 86_400 },
  retries: { min: 0, max: 100 },
} as const;

/** A node's settings. */
export interface WebhookInConfig {
  /** The id of its endpoint. */
  endpoint: string;
  /** In catalog order, like the outputs. */
  events: EventType[];
  /** An empty list means all; an empty siteID, none. */
  sites: string[];
  deliveredWhen: "complete" | "sent";
  /** Seconds. */
  completeTimeout: number;
  retries: number;
}

/**
 * Reads saved settings, and corrects what it can: numbers as text, text as numbers, omissions, unknown events.
 * @param found the node's properties
 * @param eventTypes all events, in catalog order
 * @returns `undefined` if a newer version has saved them
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
 * Reads the saved locations; invalid ones are left out.
 * @returns an empty list if all are wanted; an empty siteID if only some are, and none is readable
 */
export function sitesOf(saved: unknown): string[] {
  const found: unknown[] = Array.isArray(saved) ? saved : [];
  const sites = found.map(textOf).filter((site) => site !== undefined);
  return found.length > 0 && sites.length === 0 ? [""] : sites;
}

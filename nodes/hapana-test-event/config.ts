import { type Migration, migrated, versionAfter } from "../../src/config/migrate";
import { textOf } from "../../src/config/saved-values";

/** What is saved in a flow: possibly handwritten, or from another version. */
export type SavedTestEvent = Readonly<Partial<Record<keyof typeof defaults, unknown>>>;

/** One for each change of the saved shape; so far, none. */
export const migrations: readonly Migration[] = [];

/** The setting for all events, one after the other. */
export const allEvents = "all";

/** The defaults of a new node. */
export const defaults = {
  version: versionAfter(migrations),
  name: "",
  endpoint: "",
  event: allEvents,
  fields: "",
} as const;

/** A node's settings. */
export interface TestEventConfig {
  /** The id of its endpoint. */
  endpoint: string;
  /** The event to post, or {@link allEvents}. */
  event: string;
  /** The fields to change in the sample, as typed. */
  fields: string;
}

/**
 * Reads saved settings.
 * @param found the node's properties
 * @returns `undefined` if a newer version has saved them
 */
export function configOf(found: SavedTestEvent): TestEventConfig | undefined {
  const saved: SavedTestEvent | undefined = migrated(found, migrations);
  if (!saved) return undefined;
  return {
    endpoint: textOf(saved.endpoint) ?? "",
    event: textOf(saved.event) ?? defaults.event,
    // Fields handwritten as an object mean the same as their text.
    fields: isObject(saved.fields) ? JSON.stringify(saved.fields) : (textOf(saved.fields) ?? defaults.fields),
  };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

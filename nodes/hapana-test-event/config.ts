import { type Migration, migrated, versionAfter } from "../../src/config/migrate";
import { textOf } from "../../src/config/saved-values";

/** What is saved in a flow: possibly handwritten, or from another version. */
export type SavedTestEvent = Readonly<Partial<Record<keyof typeof defaults, unknown>>>;

/** One for each change of the saved format; none so far. */
export const migrations: readonly Migration[] = [];

/** The setting for all events, one after another. */
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
    // Fields written as an object mean the same as their JSON.
    fields: isObject(saved.fields) ? JSON.stringify(saved.fields) : (textOf(saved.fields) ?? defaults.fields),
  };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

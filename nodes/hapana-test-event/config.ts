import { type Migration, migrated, versionAfter } from "../../src/config/migrate";
import { textOf } from "../../src/config/saved-values";

/** What is saved in a flow: it may have been written by hand, or by another version. */
export type SavedTestEvent = Readonly<Partial<Record<keyof typeof defaults, unknown>>>;

/** One for each change of what is saved; there has been none. */
export const migrations: readonly Migration[] = [];

/** The setting for all events, one after the other. */
export const allEvents = "all";

/** What a new node has. */
export const defaults = {
  version: versionAfter(migrations),
  name: "",
  endpoint: "",
  event: allEvents,
  fields: "",
} as const;

/** What a node is to do. */
export interface TestEventConfig {
  /** The id of its endpoint. */
  endpoint: string;
  /** The event to post, or {@link allEvents}. */
  event: string;
  /** The fields to change in the sample, as they were typed. */
  fields: string;
}

/**
 * Reads what is saved.
 * @param found the node's properties
 * @returns `undefined` where a newer version has saved it
 */
export function configOf(found: SavedTestEvent): TestEventConfig | undefined {
  const saved: SavedTestEvent | undefined = migrated(found, migrations);
  if (!saved) return undefined;
  return {
    endpoint: textOf(saved.endpoint) ?? "",
    event: textOf(saved.event) ?? defaults.event,
    // Fields that were written by hand as an object say the same as their text.
    fields: isObject(saved.fields) ? JSON.stringify(saved.fields) : (textOf(saved.fields) ?? defaults.fields),
  };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

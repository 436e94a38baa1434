import { type Migration, migrated, versionAfter } from "../../src/config/migrate";
import { numberIn, textOf } from "../../src/config/saved-values";

/** What is saved in a flow: it may have been written by hand, or by another version. */
export type SavedRoster = Readonly<Partial<Record<keyof typeof defaults, unknown>>>;

/** One for each change of what is saved; there has been none. */
export const migrations: readonly Migration[] = [];

/** What a new roster has. */
export const defaults = {
  version: versionAfter(migrations),
  name: "",
  endpoint: "",
  forgetAfterDays: 365,
} as const;

/** The bounds of its numbers. */
export const limits = { forgetAfterDays: { min: 1, max: 3_650 } } as const;

/** What a roster is to do. */
export interface RosterConfig {
  /** The id of its endpoint. */
  endpoint: string;
  forgetAfterDays: number;
}

/**
 * Reads what is saved, and makes right what can be.
 * @param found the node's properties
 * @returns `undefined` where a newer version has saved it
 */
export function configOf(found: SavedRoster): RosterConfig | undefined {
  const saved: SavedRoster | undefined = migrated(found, migrations);
  if (!saved) return undefined;
  return {
    endpoint: textOf(saved.endpoint) ?? "",
    forgetAfterDays: numberIn(saved.forgetAfterDays, limits.forgetAfterDays) ?? defaults.forgetAfterDays,
  };
}

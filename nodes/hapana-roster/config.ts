import { type Migration, migrated, versionAfter } from "../../src/config/migrate";
import { numberIn, textOf } from "../../src/config/saved-values";

/** What is saved in a flow: possibly handwritten, or from another version. */
export type SavedRoster = Readonly<Partial<Record<keyof typeof defaults, unknown>>>;

/** One for each change of the saved shape; so far, none. */
export const migrations: readonly Migration[] = [];

/** The defaults of a new roster. */
export const defaults = {
  version: versionAfter(migrations),
  name: "",
  endpoint: "",
  forgetAfterDays: 365,
} as const;

/** The limits of its numbers. */
export const limits = { forgetAfterDays: { min: 1, max: 3_650 } } as const;

/** A roster's settings. */
interface RosterConfig {
  /** The id of its endpoint. */
  endpoint: string;
  forgetAfterDays: number;
}

/**
 * Reads saved settings, and corrects what it can.
 * @param found the node's properties
 * @returns `undefined` if a newer version has saved them
 */
export function configOf(found: SavedRoster): RosterConfig | undefined {
  const saved: SavedRoster | undefined = migrated(found, migrations);
  if (!saved) return undefined;
  return {
    endpoint: textOf(saved.endpoint) ?? "",
    forgetAfterDays: numberIn(saved.forgetAfterDays, limits.forgetAfterDays) ?? defaults.forgetAfterDays,
  };
}

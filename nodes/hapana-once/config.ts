import { type Migration, migrated, versionAfter } from "../../src/config/migrate";
import { numberIn, textOf } from "../../src/config/saved-values";

/** What is saved in a flow: possibly handwritten, or from another version. */
export type SavedOnce = Readonly<Partial<Record<keyof typeof defaults, unknown>>>;

/** One for each change of the saved format; none so far. */
export const migrations: readonly Migration[] = [];

/** The defaults of a new node. */
export const defaults = {
  version: versionAfter(migrations),
  name: "",
  /** A property of the message. */
  key: "hapana.deliveryId",
  days: 30,
} as const;

/** The limits of its numbers. */
export const limits = { days: { min: 1, max: 3_650 } } as const;

/** A node's settings. */
export interface OnceConfig {
  /** The message property that is the key, such as `payload.clientID`. */
  key: string;
  /** How long the key is remembered. */
  days: number;
}

/**
 * Reads saved settings, and corrects what it can.
 * @param found the node's properties
 * @returns `undefined` if a newer version has saved them
 */
export function configOf(found: SavedOnce): OnceConfig | undefined {
  const saved: SavedOnce | undefined = migrated(found, migrations);
  if (!saved) return undefined;
  return {
    key: (textOf(saved.key)?.trim() || defaults.key).replace(/^msg\./, ""),
    days: numberIn(saved.days, limits.days) ?? defaults.days,
  };
}

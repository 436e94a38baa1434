import { type Migration, migrated, versionAfter } from "../../src/config/migrate";
import { numberIn, textOf } from "../../src/config/saved-values";

/** What is saved in a flow: it may have been written by hand, or by another version. */
export type SavedOnce = Readonly<Partial<Record<keyof typeof defaults, unknown>>>;

/** One for each change of what is saved; there has been none. */
export const migrations: readonly Migration[] = [];

/** What a new node has. */
export const defaults = {
  version: versionAfter(migrations),
  name: "",
  /** Of the message. */
  key: "hapana.deliveryId",
  days: 30,
} as const;

/** The bounds of its numbers. */
export const limits = { days: { min: 1, max: 3_650 } } as const;

/** What a node is to do. */
export interface OnceConfig {
  /** Which property of the message tells what is to be done once, as in `payload.clientID`. */
  key: string;
  /** How long that is remembered. */
  days: number;
}

/**
 * Reads what is saved, and makes right what can be.
 * @param found the node's properties
 * @returns `undefined` where a newer version has saved it
 */
export function configOf(found: SavedOnce): OnceConfig | undefined {
  const saved: SavedOnce | undefined = migrated(found, migrations);
  if (!saved) return undefined;
  return {
    key: (textOf(saved.key)?.trim() || defaults.key).replace(/^msg\./, ""),
    days: numberIn(saved.days, limits.days) ?? defaults.days,
  };
}

/** A node's properties as saved in a flow by any version. */
export type Saved = Readonly<Record<string, unknown>>;

/** Turns the properties of one version into those of the next. */
export type Migration = (saved: Saved) => Saved;

/** The version number of saved properties: the first is 1, and each migration adds one. */
export function versionAfter(migrations: readonly Migration[]): number {
  return migrations.length + 1;
}

/**
 * Migrates saved properties to the current version.
 * @param saved a node's properties; without a version, they are from the first
 * @param migrations the first one turns version 1 into version 2, and so on
 * @returns `undefined` if they were saved by a newer version, whose meaning is unknown here
 * @example
 * const migrations: Migration[] = [({ seconds, ...saved }) => ({ ...saved, milliseconds: Number(seconds) * 1000 })];
 * migrated({ seconds: 5 }, migrations); // { milliseconds: 5000, version: 2 }
 */
export function migrated(saved: Saved, migrations: readonly Migration[]): Saved | undefined {
  const version = saved.version === undefined || saved.version === null ? 1 : Number(saved.version);
  const current = versionAfter(migrations);
  if (!Number.isInteger(version) || version < 1 || version > current) return undefined;
  const brought = migrations.slice(version - 1).reduce((shape, migrate) => migrate(shape), saved);
  return { ...brought, version: current };
}

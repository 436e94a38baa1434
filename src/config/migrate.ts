/** A node's properties as they were saved in a flow, by whatever version. */
export type Saved = Readonly<Record<string, unknown>>;

/** Makes of what one version has saved what the next one would have. */
export type Migration = (saved: Saved) => Saved;

/** The version of what is saved: the first is 1, and each migration makes the next. */
export function versionAfter(migrations: readonly Migration[]): number {
  return migrations.length + 1;
}

/**
 * Brings what was saved up to the present version.
 * @param saved a node's properties; without a version, they are of the first
 * @param migrations the first one makes version 2 of version 1, and so on
 * @returns `undefined` where a newer version has saved them: what it means by them is not known here
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

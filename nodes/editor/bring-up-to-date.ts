import { type Migration, migrated } from "../../src/config/migrate";

/**
 * Migrates what an older version has saved, for the dialog: it is saved anew when the node is next deployed. What a newer version has
 * saved is left alone.
 * @param node a node that was added to the editor: created, imported or loaded
 * @param migrations of its type
 */
export function bringUpToDate(node: object, migrations: readonly Migration[]): void {
  if (migrations.length > 0) Object.assign(node, migrated({ ...node }, migrations));
}

import { type Migration, migrated } from "../../src/config/migrate";

/**
 * Lets a dialog show what an older version has saved: it is saved anew with the next deploy of the node. What a newer version has
 * saved is left as it is.
 * @param node a node that has been added to the editor: made, imported or loaded
 * @param migrations of its type
 */
export function bringUpToDate(node: object, migrations: readonly Migration[]): void {
  if (migrations.length > 0) Object.assign(node, migrated({ ...node }, migrations));
}

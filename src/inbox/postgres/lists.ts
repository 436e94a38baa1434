/**
 * A PostgreSQL array literal, for items that need no quotes: saves the driver quoting each item, and the database
 * unquoting it.
 */
export function listOf<Item>(items: readonly Item[], take: (item: Item) => number | boolean | string | null): string {
  let list = "";
  for (const item of items) list += `,${take(item)}`;
  return `{${list.slice(1)}}`;
}

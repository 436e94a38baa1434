/**
 * A list as the database writes it, of what needs no quotes there: the driver would put each item in some, and the database take
 * them off.
 */
export function listOf<Item>(items: readonly Item[], take: (item: Item) => number | boolean | string | null): string {
  let list = "";
  for (const item of items) list += `,${take(item)}`;
  return `{${list.slice(1)}}`;
}

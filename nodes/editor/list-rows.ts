/**
 * The current items of an editable list.
 * @param list its selector
 * @returns the items of its rows, in the order displayed
 */
export function rowsOf<Row>(list: string): Row[] {
  return $(list)
    .editableList("items")
    .toArray()
    .map((element) => $(element).data("data") as Row);
}

/**
 * What an editable list holds at the moment.
 * @param list its selector
 * @returns the items that its rows were made of, in the order that is seen
 */
export function rowsOf<Row>(list: string): Row[] {
  return $(list)
    .editableList("items")
    .toArray()
    .map((element) => $(element).data("data") as Row);
}

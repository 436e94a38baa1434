/**
 * Sorts selected events into catalog order, the order of their outputs.
 * @param catalog the event types, in order
 * @param selected the chosen event types
 */
export function inCatalogOrder(catalog: readonly string[], selected: readonly string[]): string[] {
  return catalog.filter((event) => Array.isArray(selected) && selected.includes(event));
}

/**
 * Says where each output goes when the selection of events changes, in the format that Node-RED's dialogs expect in
 * the `outputs` field: from the old port's index, or any other name for a new port, to the new index, or -1 if it is gone.
 * The last output, for unrecognised events, is always there.
 * @param before the previously selected events, in catalog order
 * @param after the currently selected events, in catalog order
 */
export function outputMap(before: readonly string[], after: readonly string[]): Record<string, number> {
  const kept = before.map((event, port) => [port, after.indexOf(event)]);
  const added = after.flatMap((event, port) => (before.includes(event) ? [] : [[`new-${event}`, port]]));
  return Object.fromEntries([...kept, [before.length, after.length], ...added]);
}

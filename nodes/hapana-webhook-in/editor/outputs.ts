/**
 * Brings a selection of events into the catalog's order, in which their outputs are.
 * @param catalog the event types, in order
 * @param selected the event types that were chosen
 */
export function inCatalogOrder(catalog: readonly string[], selected: readonly string[]): string[] {
  return catalog.filter((event) => Array.isArray(selected) && selected.includes(event));
}

/**
 * Says where each output goes when the selection of events changes, in the form in which Node-RED's dialogs take it from
 * the `outputs` field: the old port's index, or any other name for a new port, and the new index, or -1 where it is gone.
 * The last output, for unrecognised events, is always there.
 * @param before the events that were selected, in catalog order
 * @param after the events that are selected now, in catalog order
 */
export function outputMap(before: readonly string[], after: readonly string[]): Record<string, number> {
  const kept = before.map((event, port) => [port, after.indexOf(event)]);
  const added = after.flatMap((event, port) => (before.includes(event) ? [] : [[`new-${event}`, port]]));
  return Object.fromEntries([...kept, [before.length, after.length], ...added]);
}

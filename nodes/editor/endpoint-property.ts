/**
 * The property by which a node refers to its endpoint.
 * @param value what a new node has
 * @param label the field's name, for what Node-RED says of it
 */
export function endpointProperty(value: string, label: string) {
  return { value, type: "hapana-endpoint", required: true, label };
}

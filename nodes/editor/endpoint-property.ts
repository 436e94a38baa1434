/**
 * The property with which a node refers to its endpoint.
 * @param value the default
 * @param label the field's name, for Node-RED's messages about it
 */
export function endpointProperty(value: string, label: string) {
  return { value, type: "hapana-endpoint", required: true, label };
}

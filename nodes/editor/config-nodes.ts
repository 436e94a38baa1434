/** The configuration nodes of a type in the flows. */
export function configNodes(wanted: string): NodeRed.EditorNode[] {
  const found: NodeRed.EditorNode[] = [];
  RED.nodes.eachConfig((node) => {
    if (node.type === wanted) found.push(node);
  });
  return found;
}

/** @returns the id of the only configuration node of a type, or an empty text if there is none, or a choice */
export function onlyConfigNode(wanted: string): string {
  const [only, another] = configNodes(wanted);
  return only && !another ? only.id : "";
}

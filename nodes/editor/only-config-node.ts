/** @returns the id of the only configuration node of a type, or an empty text where there is none, or a choice */
export function onlyConfigNode(wanted: string): string {
  const ids: string[] = [];
  RED.nodes.eachConfig(({ id, type }) => {
    if (type === wanted) ids.push(id);
  });
  return ids.length === 1 && ids[0] !== undefined ? ids[0] : "";
}

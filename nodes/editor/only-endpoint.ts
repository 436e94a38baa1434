/** @returns the id of the only endpoint that there is, or an empty text where there is none, or a choice */
export function onlyEndpoint(): string {
  const ids: string[] = [];
  RED.nodes.eachConfig(({ id, type }) => {
    if (type === "hapana-endpoint") ids.push(id);
  });
  return ids.length === 1 && ids[0] !== undefined ? ids[0] : "";
}

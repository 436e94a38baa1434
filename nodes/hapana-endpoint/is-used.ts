import type { NodeAPI, NodeDef } from "node-red";

/**
 * Whether any node refers to an endpoint.
 * @param RED Node-RED's API
 * @param ids the endpoint's id; in a subflow also its template's, by which the nodes of the template refer to it
 */
export function isUsed(RED: NodeAPI, ids: readonly (string | undefined)[]): boolean {
  let found = false;
  RED.nodes.eachNode(({ endpoint }: NodeDef & { endpoint?: string }) => {
    if (endpoint && ids.includes(endpoint)) found = true;
  });
  return found;
}

import type { NodeAPI, NodeDef } from "node-red";
import type { WebhookEndpoint } from "../../src/engine/endpoint";
import type { Ingress } from "../runtime/ingress";

interface HttpInDefinition extends NodeDef {
  url?: string;
  method?: string;
}

/**
 * Finds the `http in` nodes that get no requests, because an endpoint answers them first.
 * @param RED the API of the endpoint's node
 * @param ingress where requests arrive
 * @param endpoint the endpoint
 * @returns their paths as seen from outside, each once
 */
export function hiddenHttpIns(RED: NodeAPI, ingress: Ingress, endpoint: WebhookEndpoint): string[] {
  const hidden = new Set<string>();
  RED.nodes.eachNode((definition: HttpInDefinition) => {
    if (definition.type !== "http in" || !definition.url || !RED.nodes.getNode(definition.id)) return;
    const path = ingress.fullPath(definition.url);
    if (ingress.holder((definition.method ?? "get").toUpperCase(), path) === endpoint) hidden.add(path);
  });
  return [...hidden];
}

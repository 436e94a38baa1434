import type { EndpointNode } from "./endpoint-node";
import { validateEndpoints } from "./revalidate";

/**
 * Asks which secrets are stored (never what they are), so that an endpoint without the one that it needs is marked as
 * soon as the editor is open. Node-RED itself would ask only when the dialog is opened.
 */
export function watchStoredCredentials(): void {
  RED.events.on("nodes:add", (node) => {
    if (node.type === "hapana-endpoint" && !node.credentials) void learnCredentials(node as EndpointNode);
  });
}

async function learnCredentials(node: EndpointNode): Promise<void> {
  const stored: NodeRed.Credentials = await $.getJSON(`credentials/hapana-endpoint/${node.id}`);
  if (node.credentials) return;
  node.credentials = { ...stored, _: { ...stored } };
  validateEndpoints();
}

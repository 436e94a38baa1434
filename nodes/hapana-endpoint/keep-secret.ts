import type { NodeAPI } from "node-red";

/** Which secret takes the place of which when it is rotated. */
const previousOf: Readonly<Record<string, string>> = {
  headerValue: "previousHeaderValue",
  signingSecret: "previousSigningSecret",
};

/**
 * Lets the editor rotate a stored secret. Node-RED never tells the editor a stored secret, so the editor cannot move it to
 * its new place: it asks for it to be kept here, and deploys the new one. No secret leaves Node-RED.
 * @param RED Node-RED's API
 */
export function serveRotation(RED: NodeAPI): void {
  const mayDeploy = RED.auth.needsPermission("flows.write");
  RED.httpAdmin.post("/hapana-endpoint/:id/keep/:secret", mayDeploy, (request, response) => {
    const { id = "", secret = "" } = request.params;
    const previous = Object.hasOwn(previousOf, secret) ? previousOf[secret] : undefined;
    const credentials = RED.nodes.getCredentials(id) as Record<string, unknown> | undefined;
    const isEndpoint = RED.nodes.getNode(id)?.type === "hapana-endpoint";
    if (!previous || !isEndpoint || !credentials?.[secret]) {
      response.sendStatus(404);
      return;
    }
    Promise.resolve(RED.nodes.addCredentials(id, { ...credentials, [previous]: credentials[secret] })).then(
      () => response.sendStatus(204),
      () => response.sendStatus(500),
    );
  });
}

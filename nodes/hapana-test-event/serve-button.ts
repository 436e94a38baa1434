import type { NodeAPI } from "node-red";
import { demandJson } from "../runtime/admin/demand-json";

/**
 * Lets the editor press the button of a node that is deployed.
 * @param RED Node-RED's API
 */
export function serveButton(RED: NodeAPI): void {
  const mayPress = RED.auth.needsPermission("hapana-test-event.write");
  RED.httpAdmin.post("/hapana-test-event/:id", mayPress, demandJson, (request, response) => {
    const node = RED.nodes.getNode(String(request.params.id));
    if (node?.type !== "hapana-test-event") {
      response.sendStatus(404);
      return;
    }
    node.receive();
    response.sendStatus(204);
  });
}

import { labelOf } from "../../editor/node-red-internals";
import type { TestEventNode } from "./event";

/** Makes Node-RED post the event of a deployed node; the node's status shows the endpoint's answer. */
export function pressButton(node: TestEventNode): void {
  if (node.changed || RED.nodes.node(node.endpoint)?.changed) {
    RED.notify(node._("hapana-test-event.error.undeployedChanges"), { type: "warning" });
    return;
  }
  const url = `hapana-test-event/${node.id}`;
  $.ajax({ url, method: "POST", contentType: "application/json", data: "{}" }).then(
    () => {
      // If it cannot be posted, the node's status says why.
      if (node.valid === false) return;
      const label = $("<span>").text(labelOf(node)).html();
      RED.notify(node._("hapana-test-event.button.pressed", { label }), {
        id: node.type,
        timeout: 2_000,
      });
    },
    ({ status }: JQuery.jqXHR) => {
      RED.notify(node._(`hapana-test-event.error.${problems[status] ?? "unexpected"}`, { statusCode: status }), {
        type: "error",
      });
    },
  );
}

const problems: Readonly<Record<number, string>> = {
  0: "noConnection",
  401: "notPermitted",
  403: "notPermitted",
  404: "notDeployed",
};

import { onStatusDrawn } from "../../editor/node-red-internals";
import { showEventsOf } from "../../editor/show-events";
import { tell } from "./ask";
import { isTaker } from "./choices";
import { say } from "./words";

/** Leads from a node to its events, or to its endpoint's if it gets none: by a click on its status, and by an action. */
export function leadToEvents(): void {
  onStatusDrawn((node, status) => {
    if (node.type === "hapana-access") makeLink(status, node, say("button.showDoor"), showDoor);
    else if (endpointOf(node) !== undefined) makeLink(status, node, say("button.showEvents"), showEvents);
  });
  RED.actions.add(
    "hapana:show-events-of-selected-node",
    () => {
      const { nodes: [node, ...others] = [] } = RED.view.selection();
      if (!node || others.length > 0 || endpointOf(node) === undefined) tell(say("done.noneSelected"), "warning");
      else showEvents(node);
    },
    { label: say("actionOfNode") },
  );
}

function makeLink(
  status: JQuery,
  node: NodeRed.EditorNode,
  words: string,
  show: (node: NodeRed.EditorNode) => void,
): void {
  const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
  title.textContent = words;
  status.addClass("hapana-status-link").append($(title));
  // Otherwise Node-RED starts to select what is around it.
  status.on("mousedown", (event) => event.stopPropagation());
  status.on("click", () => {
    RED.view.select({ nodes: [node] });
    show(node);
  });
}

function showDoor({ id }: NodeRed.EditorNode): void {
  RED.actions.invoke("hapana:show-doors", { door: id });
}

function showEvents(node: NodeRed.EditorNode): void {
  showEventsOf(endpointOf(node) ?? "", isTaker(node) ? node.id : undefined);
}

/** A node's endpoint, possibly empty; `undefined` for nodes that have none. */
function endpointOf(node: NodeRed.EditorNode & { endpoint?: string }): string | undefined {
  return node.type.startsWith("hapana-") ? node.endpoint : undefined;
}

import { onlyConfigNode } from "../../editor/config-nodes";
import { addToLastStep, defaultsOf, isLocked, lastStep, openDialogs } from "../../editor/node-red-internals";
import type { EndpointNode } from "./endpoint-node";
import { announce, giveConfigNode } from "./give-config-node";

/**
 * Assigns the first endpoint to the nodes that were there before it: they can only mean this one. It is
 * one step with the endpoint's own, so that Ctrl-Z undoes both.
 */
export function watchFirstEndpoint(): void {
  RED.events.on("nodes:add", ({ id, type }) => {
    // The dialog has put the endpoint into the history, but has not finished with it.
    if (type === "hapana-endpoint") setTimeout(() => giveToWaiting(id));
  });
}

function giveToWaiting(id: string): void {
  const added = lastStep();
  const wasMadeInDialog = added?.t === "add" && added.nodes?.length === 1 && added.nodes[0] === id;
  const endpoint = RED.nodes.node(id) as EndpointNode | null;
  const waiting = waitingNodes();
  if (!wasMadeInDialog || !endpoint || onlyConfigNode("hapana-endpoint") !== id || waiting.length === 0) return;
  addToLastStep(added, giveConfigNode(waiting, "endpoint", endpoint));
  announce(endpoint);
}

/** The nodes that lack an endpoint: for some, an empty one means all. The one whose dialog is open gets its own there. */
function waitingNodes(): NodeRed.EditorNode[] {
  const open = openDialogs();
  const waiting: NodeRed.EditorNode[] = [];
  RED.nodes.eachNode((node) => {
    const user = node as NodeRed.EditorNode & { endpoint?: string };
    const needsOne =
      user.type.startsWith("hapana-") && user.endpoint === "" && defaultsOf(user.type).endpoint?.required === true;
    if (needsOne && !open.includes(user.id) && !isLocked(user)) waiting.push(user);
  });
  return waiting;
}

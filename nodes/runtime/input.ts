import type { Node, NodeAPI, NodeMessage, NodeMessageInFlow } from "node-red";
import { briefly, type Words } from "./status-text";

/** Sends messages to a node's outputs, in their order; `null` for none. */
export type Send = (messages: (NodeMessage | null)[]) => void;

/** A newer version has saved this node, so that nobody here can read its settings: says so. */
export function refuseNewerNode(node: Node, { common }: Words): void {
  const text = common("status.newerNode");
  node.status({ fill: "red", shape: "ring", text: briefly(text) });
  node.error(text);
}

/**
 * Handles a node's messages. Node-RED learns when one is done, or why it failed.
 * @param node the node
 * @param take handles a message
 */
export function onInput(node: Node, take: (message: NodeMessageInFlow, send: Send) => Promise<void>): void {
  node.on("input", (message, send, done) => {
    take(message, send as Send).then(
      () => done(),
      (error) => done(error instanceof Error ? error : new Error(String(error))),
    );
  });
}

/**
 * A property of a message; where its parents are missing, Node-RED throws.
 * @param path such as `payload.clientID`
 */
export function propertyOf({ util }: NodeAPI, message: NodeMessageInFlow, path: string): unknown {
  try {
    return util.getMessageProperty(message as unknown as Record<string, unknown>, path);
  } catch {
    return undefined;
  }
}

import { explain } from "../../editor/icon-button";
import { labelOf } from "../../editor/node-red-internals";
import { linkButton } from "./button";
import { say } from "./words";

/** A node's name, which leads to the node if it exists. */
export function nodeLink(id: string, name: string): JQuery {
  const node = RED.nodes.node(id);
  if (!node) return $("<span>", { text: `${name || id} ${say("nodeGone")}` });
  const text = name || labelOf(node);
  const link = linkButton(text, () => RED.view.reveal(id));
  explain(link, say("button.showNode"));
  return link;
}

import { configNodes } from "../../editor/config-nodes";
import { eventTitles } from "../../editor/event-titles";
import { labelOf } from "../../editor/node-red-internals";
import { sitesOf } from "../../hapana-endpoint/config";
import { states, stateWord } from "./states";
import { say } from "./words";

/** A choice in a list: its value, and its label. */
export type Choice = readonly [value: string, words: string];

/** The choices in the filter's lists; endpoints and locations come and go. */
export const choices = {
  state: (): Choice[] => states.map((state) => [state, stateWord(state)]),
  event: (): Choice[] => [...eventTitles, ["unrecognised", say("unrecognised")]],
  endpoint: (): Choice[] => configNodes("hapana-endpoint").map((endpoint) => [endpoint.id, labelOf(endpoint)]),
  node: (): Choice[] => takers().map((node) => [node.id, labelOf(node)]),
  site: (): Choice[] => {
    const sites = configNodes("hapana-endpoint").flatMap((endpoint) =>
      sitesOf((endpoint as { sites?: unknown }).sites),
    );
    return [...new Map(sites.map(({ siteID, name }) => [siteID, name || siteID]))];
  },
} as const;

function takers(): NodeRed.EditorNode[] {
  const found: NodeRed.EditorNode[] = [];
  RED.nodes.eachNode((node) => {
    if (isTaker(node)) found.push(node);
  });
  return found;
}

/** Whether a node gets events under the id that the editor knows: in a subflow, each instance has its own ids. */
export function isTaker({ type, z = "" }: NodeRed.EditorNode): boolean {
  return type === "hapana-webhook-in" && Boolean(RED.nodes.workspace(z));
}

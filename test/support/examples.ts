import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type FlowNode, token } from "./flows";

const folder = join(__dirname, "../../examples");

/** What a user would set after importing an example. */
export interface ExampleSettings {
  /** Environment variables of the flow. */
  environment?: Readonly<Record<string, string>>;
  /** The value of the header that the endpoint expects. */
  headerValue?: string;
}

/**
 * One of the examples, as imported from the Import menu and set up.
 * @param name its entry in the menu
 */
export function loadExample(name: string, { environment = {}, headerValue = token }: ExampleSettings = {}): FlowNode[] {
  const nodes = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as FlowNode[];
  return nodes.map((node) => {
    if (node.type === "hapana-endpoint") return { ...node, credentials: { headerValue } };
    if (node.type === "tab") return { ...node, env: withValues(node, environment) };
    return node;
  });
}

function withValues(tab: FlowNode, environment: Readonly<Record<string, string>>): unknown[] {
  const variables = tab.env as { name: string; value: string }[];
  return variables.map((variable) => ({ ...variable, value: environment[variable.name] ?? variable.value }));
}

/** The node of an example that has this name on the canvas. */
export function named(flow: readonly FlowNode[], name: string): FlowNode {
  const node = flow.find((candidate) => candidate.name === name);
  if (!node) throw new Error(`No node is named "${name}".`);
  return node;
}

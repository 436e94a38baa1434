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
    if (node.type === "tab") return withValues(node, environment);
    return node;
  });
}

/** Secret variables are credentials of the flow, encrypted as every node's. */
function withValues(tab: FlowNode, environment: Readonly<Record<string, string>>): FlowNode {
  const variables = tab.env as { name: string; value: string; type: string }[];
  const isSecret = (name: string) => variables.some((variable) => variable.name === name && variable.type === "cred");
  const env = variables.map((variable) => ({
    ...variable,
    value: isSecret(variable.name) ? "" : (environment[variable.name] ?? variable.value),
  }));
  return {
    ...tab,
    env,
    credentials: Object.fromEntries(Object.entries(environment).filter(([name]) => isSecret(name))),
  };
}

/** The node of an example that has this name on the canvas. */
export function named(flow: readonly FlowNode[], name: string): FlowNode {
  const node = flow.find((candidate) => candidate.name === name);
  if (!node) throw new Error(`No node is named "${name}".`);
  return node;
}

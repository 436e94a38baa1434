import { variablesIn } from "../../../src/address/variables";
import { scopeChoice } from "../../editor/node-red-internals";
import type { EndpointNode } from "./endpoint-node";

/** Says where a value comes from that is given by an environment variable; nothing of any other. */
export function variableHint(node: EndpointNode, value: string): string | undefined {
  const variables = variablesIn(value);
  const key = isForAllFlows(node) ? "variableForAll" : "variable";
  return variables.length > 0 ? node._(`hapana-endpoint.hint.${key}`, { variable: listed(variables) }) : undefined;
}

/** @returns the names as they are told, each once */
export function listed(variables: readonly string[]): string {
  return [...new Set(variables)].join(", ");
}

/** Calls when the endpoint is given to another flow, or to all: then it sees other variables. */
export function onScopeChange(listener: () => void): void {
  // Node-RED takes all listeners off the choice itself before it is shown.
  $("#hapana-endpoint-dialog").closest(".red-ui-tray").on("change", scopeChoice, listener);
}

function isForAllFlows({ z }: EndpointNode): boolean {
  return !($(scopeChoice).val() ?? z);
}

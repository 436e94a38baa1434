import { variablesIn } from "../../../src/address/variables";
import { scopeChoice } from "../../editor/node-red-internals";
import { storedSecret } from "../../editor/secret-field";
import { type EndpointNode, field, fieldText, type SecretName } from "./endpoint-node";
import { deployedFault, deployedWords, storedVariables } from "./known-url";

/** Says where a value comes from that is given by environment variables; nothing of any other. */
export function variableHint(node: EndpointNode, variables: readonly string[]): string | undefined {
  if (variables.length === 0) return undefined;
  const key = isForAllFlows(node) ? "variableForAll" : "variable";
  return `${node._(`hapana-endpoint.hint.${key}`, { variable: listed(variables) })} ${isSetWords(node, variables)}`;
}

/** Says whether variables are set: Node-RED knows it of those that are deployed; else how one finds out. */
export function isSetWords(node: EndpointNode, variables: readonly string[]): string {
  const fault = deployedFault(node);
  return fault && "variable" in fault && variables.includes(fault.variable)
    ? deployedWords(node, fault)
    : node._("hapana-endpoint.hint.variableUnknown");
}

/** The environment variables that a secret is given by: as it is typed, or as it is stored. */
export function secretVariables(node: EndpointNode, secret: SecretName): readonly string[] {
  const typed = fieldText(secret);
  return typed === storedSecret ? storedVariables(node, secret) : variablesIn(typed);
}

/** Says so below the header's name, where that is given by environment variables. */
export function prepareHeaderName(node: EndpointNode): void {
  const show = () => {
    const hint = variableHint(node, variablesIn(fieldText("headerName")));
    $("#hapana-headerName-hint").text(hint ?? node._("hapana-endpoint.hint.headerName"));
  };
  onScopeChange(show);
  field("headerName").on("input change", show);
  show();
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

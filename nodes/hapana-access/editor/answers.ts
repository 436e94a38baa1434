import { credentialFormats } from "../../../src/access/credential";
import type { AccessNode } from "./access-node";

const types = ["bool", "str", "num", "json", "bin", "msg", "flow", "global", "jsonata", "env", "date"];

/** Sets up the fields for where to find what was read, and for the output. */
export function prepareAnswers(node: AccessNode): void {
  const reason = { value: "reason", label: node._("hapana-access.payloadType.reason"), hasValue: false };
  makeTyped(node, "credentialProperty", { default: "msg", types: ["msg"] });
  makeTyped(node, "openPayload", { default: "bool", types, typeField: "#node-input-openPayloadType" });
  makeTyped(node, "refusePayload", {
    default: "reason",
    types: [reason, ...types],
    typeField: "#node-input-refusePayloadType",
  });
}

/** Node-RED hides the labelled field, and does not label the ones that replace it. */
function makeTyped(node: AccessNode, name: string, options: NodeRed.TypedInputOptions): void {
  const label = node._(`hapana-access.label.${name}`);
  const container = $(`#node-input-${name}`).typedInput(options).next(".red-ui-typedInput-container");
  container.find("input, .red-ui-typedInput-type-select").attr("aria-label", label);
}

/** What is wrong with the property that contains what was read, as a message. */
export function propertyMessage(this: AccessNode, value: unknown): string | undefined {
  const isProperty = RED.utils.validatePropertyExpression(String(value ?? ""));
  return isProperty ? undefined : this._("hapana-access.error.credentialProperty");
}

/** What is wrong with the format, as a message. */
export function formatMessage(this: AccessNode, value: unknown): string | undefined {
  const isKnown = (credentialFormats as readonly unknown[]).includes(value);
  return isKnown ? undefined : this._("hapana-access.error.credentialFormat", { value: String(value ?? "") });
}

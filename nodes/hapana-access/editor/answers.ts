import { credentialFormats } from "../../../src/access/credential";
import { labelledTypedInput } from "../../editor/typed-input";
import type { AccessNode } from "./access-node";

const types = ["bool", "str", "num", "json", "bin", "msg", "flow", "global", "jsonata", "env", "date"];

/** Sets up the fields for where to find what was read, and for the output. */
export function prepareAnswers(node: AccessNode): void {
  const reason = { value: "reason", label: node._("hapana-access.payloadType.reason"), hasValue: false };
  labelledTypedInput(node, "credentialProperty", { default: "msg", types: ["msg"] });
  labelledTypedInput(node, "openPayload", { default: "bool", types, typeField: "#node-input-openPayloadType" });
  labelledTypedInput(node, "refusePayload", {
    default: "reason",
    types: [reason, ...types],
    typeField: "#node-input-refusePayloadType",
  });
}

/** What is wrong with the format, as a message. */
export function formatMessage(this: AccessNode, value: unknown): string | undefined {
  const isKnown = (credentialFormats as readonly unknown[]).includes(value);
  return isKnown ? undefined : this._("hapana-access.error.credentialFormat", { value: String(value ?? "") });
}

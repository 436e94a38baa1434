import { readFields } from "../fields";
import type { TestEventNode } from "./event";

/** What is wrong with the fields to change, in words. Nodes that were saved before there were any have none. */
export function fieldsMessage(this: TestEventNode, value: unknown): string | undefined {
  return readFields(String(value ?? "")) ? undefined : this._("hapana-test-event.error.fields");
}

/** Says what is wrong with the fields while they are being typed. */
export function prepareFields(node: TestEventNode): void {
  const input = $("#node-input-fields");
  const show = () => $("#hapana-fields-problem").text(fieldsMessage.call(node, input.val()) ?? "");
  input.on("input change", show);
  show();
}

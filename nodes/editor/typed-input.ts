import { validator } from "./validator";

/**
 * Turns a node's text field into one with a type. Node-RED hides the labelled field, and does not label the ones that replace it.
 * @param node whose dialog is open
 * @param name the property
 * @param options which types it has
 */
export function labelledTypedInput(node: NodeRed.EditorNode, name: string, options: NodeRed.TypedInputOptions): void {
  const label = node._(`${node.type}.label.${name}`);
  const container = $(`#node-input-${name}`).typedInput(options).next(".red-ui-typedInput-container");
  container.find("input, .red-ui-typedInput-type-select").attr("aria-label", label);
}

/**
 * Makes a validator for the path of a message's property.
 * @param error the key of the message
 */
export function messageProperty(error: string) {
  return validator(function (this: NodeRed.EditorNode, value) {
    return RED.utils.validatePropertyExpression(String(value ?? "")) ? undefined : this._(error);
  });
}

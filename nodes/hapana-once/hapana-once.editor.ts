import "../editor/dialog.css";
import { bringUpToDate } from "../editor/bring-up-to-date";
import { watchNewNodes, watchProblems } from "../editor/problems";
import { numberWithin, validator } from "../editor/validator";
import { defaults, limits, migrations } from "./config";
import type { OnceNode, OnceProperties } from "./editor/once-node";

const outputs = ["first", "again"];

RED.nodes.registerType<OnceProperties, OnceNode>("hapana-once", {
  category: "hapana",
  color: "#6fc7b9",
  icon: "hapana-once.svg",
  defaults: {
    version: { value: defaults.version },
    name: { value: defaults.name },
    key: { value: defaults.key, validate: validator(keyMessage) },
    days: { value: defaults.days, validate: numberWithin(limits.days, "hapana-once.error.days") },
  },
  inputs: 1,
  outputs: outputs.length,
  inputLabels() {
    return this._("hapana-once.port.input");
  },
  outputLabels(index) {
    return this._(`hapana-once.port.${outputs[index]}`);
  },
  paletteLabel() {
    return this._("hapana-once.paletteLabel");
  },
  label() {
    return this.name || this._("hapana-once.nodeLabel");
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  onadd() {
    bringUpToDate(this, migrations);
  },
  oneditprepare() {
    const field = $("#node-input-key").typedInput({ default: "msg", types: ["msg"] });
    // Node-RED hides the labelled field, and does not label the ones that replace it.
    const label = this._("hapana-once.label.key");
    field.next(".red-ui-typedInput-container").find("input, .red-ui-typedInput-type-select").attr("aria-label", label);
    watchProblems(this);
  },
});

watchNewNodes("hapana-once");

/** What is wrong with the key property, as a message. */
function keyMessage(this: OnceNode, value: unknown): string | undefined {
  const isProperty = RED.utils.validatePropertyExpression(String(value ?? ""));
  return isProperty ? undefined : this._("hapana-once.error.key");
}

import "../editor/dialog.css";
import { bringUpToDate } from "../editor/bring-up-to-date";
import { inputLabels, label, labelStyle, outputLabels, paletteLabel } from "../editor/labels";
import { watchNewNodes, watchProblems } from "../editor/problems";
import type { PropertiesOf } from "../editor/properties";
import { labelledTypedInput, messageProperty } from "../editor/typed-input";
import { numberWithin } from "../editor/validator";
import { defaults, limits, migrations } from "./config";

type OnceProperties = PropertiesOf<typeof defaults>;

const outputs = ["first", "again"];

RED.nodes.registerType<OnceProperties, OnceProperties & NodeRed.EditorNode>("hapana-once", {
  category: "hapana",
  color: "#6fc7b9",
  icon: "hapana-once.svg",
  defaults: {
    version: { value: defaults.version },
    name: { value: defaults.name },
    key: { value: defaults.key, validate: messageProperty("hapana-once.error.key") },
    days: { value: defaults.days, validate: numberWithin(limits.days, "hapana-once.error.days") },
  },
  inputs: 1,
  outputs: outputs.length,
  inputLabels,
  outputLabels: outputLabels(...outputs),
  paletteLabel,
  label,
  labelStyle,
  onadd() {
    bringUpToDate(this, migrations);
  },
  oneditprepare() {
    labelledTypedInput(this, "key", { default: "msg", types: ["msg"] });
    watchProblems(this);
  },
});

watchNewNodes("hapana-once");

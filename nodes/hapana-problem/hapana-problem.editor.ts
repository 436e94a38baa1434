import "../editor/dialog.css";
import { bringUpToDate } from "../editor/bring-up-to-date";
import { hoursInDialog, hoursMessage, prepareHours, timeZoneMessage } from "../editor/hours";
import { label, labelStyle, outputLabels, paletteLabel } from "../editor/labels";
import { watchNewNodes, watchProblems } from "../editor/problems";
import { numberWithin, validator } from "../editor/validator";
import { defaults, limits, migrations } from "./config";
import { kindsInDialog, kindsMessage, prepareKinds } from "./editor/kinds";
import type { ProblemNode, ProblemProperties } from "./editor/problem-node";

const words = "@gymflows/node-red-hapana/hapana-problem:hapana-problem";

RED.nodes.registerType<ProblemProperties, ProblemNode>("hapana-problem", {
  category: "hapana",
  color: "#6fc7b9",
  icon: "hapana-problem.svg",
  defaults: {
    version: { value: defaults.version },
    name: { value: defaults.name },
    endpoint: {
      value: defaults.endpoint,
      type: "hapana-endpoint",
      required: false,
      label: RED._(`${words}.label.endpoint`),
    },
    kinds: { value: [...defaults.kinds], validate: validator(kindsMessage) },
    intervalMinutes: {
      value: defaults.intervalMinutes,
      validate: numberWithin(limits.intervalMinutes, "hapana-problem.error.intervalMinutes"),
    },
    silenceHours: {
      value: defaults.silenceHours,
      validate: numberWithin(limits.silenceHours, "hapana-problem.error.silenceHours"),
    },
    hours: { value: [...defaults.hours], validate: validator(hoursMessage) },
    timeZone: { value: defaults.timeZone, validate: validator(timeZoneMessage) },
  },
  inputs: 0,
  outputs: 1,
  outputLabels: outputLabels("output"),
  paletteLabel,
  label,
  labelStyle,
  onadd() {
    bringUpToDate(this, migrations);
  },
  oneditprepare() {
    prepareKinds(this);
    prepareHours(this);
    watchProblems(this);
  },
  oneditsave() {
    this.kinds = kindsInDialog();
    this.hours = hoursInDialog();
  },
});

watchNewNodes("hapana-problem");

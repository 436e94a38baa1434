import "../editor/dialog.css";
import { bringUpToDate } from "../editor/bring-up-to-date";
import { onlyConfigNode } from "../editor/config-nodes";
import { endpointProperty } from "../editor/endpoint-property";
import { eventTitles } from "../editor/event-titles";
import { inputLabels, labelStyle, outputLabels, paletteLabel } from "../editor/labels";
import { watchNewNodes, watchProblems } from "../editor/problems";
import { validator } from "../editor/validator";
import { defaults, migrations } from "./config";
import { pressButton } from "./editor/button";
import { eventMessage, prepareEvent, type TestEventNode, type TestEventProperties } from "./editor/event";
import { fieldsInDialog, fieldsMessage, prepareFields } from "./editor/fields";

const words = "@gymflows/node-red-hapana/hapana-test-event:hapana-test-event";

RED.nodes.registerType<TestEventProperties, TestEventNode>("hapana-test-event", {
  category: "hapana",
  color: "#6fc7b9",
  icon: "hapana-test-event.svg",
  defaults: {
    version: { value: defaults.version },
    name: { value: defaults.name },
    endpoint: endpointProperty(defaults.endpoint, RED._(`${words}.label.endpoint`)),
    event: { value: defaults.event, validate: validator(eventMessage) },
    fields: { value: defaults.fields, validate: validator(fieldsMessage) },
  },
  inputs: 1,
  outputs: 1,
  inputLabels,
  outputLabels: outputLabels("output"),
  paletteLabel,
  label() {
    const title = eventTitles.get(this.event);
    return (
      this.name || (title ? this._("hapana-test-event.test", { event: title }) : this._("hapana-test-event.nodeLabel"))
    );
  },
  labelStyle,
  onadd() {
    bringUpToDate(this, migrations);
    this.endpoint ||= onlyConfigNode("hapana-endpoint");
  },
  oneditprepare() {
    prepareEvent(this);
    prepareFields(this);
    watchProblems(this);
  },
  oneditsave() {
    this.fields = fieldsInDialog(this);
  },
  button: {
    enabled() {
      return !this.changed;
    },
    onclick() {
      pressButton(this);
    },
  },
});

watchNewNodes("hapana-test-event");

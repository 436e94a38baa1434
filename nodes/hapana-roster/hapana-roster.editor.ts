import "../editor/dialog.css";
import { bringUpToDate } from "../editor/bring-up-to-date";
import { onlyConfigNode } from "../editor/config-nodes";
import { endpointProperty } from "../editor/endpoint-property";
import { watchProblems } from "../editor/problems";
import type { PropertiesOf } from "../editor/properties";
import { numberWithin } from "../editor/validator";
import { defaults, limits, migrations } from "./config";

type RosterProperties = PropertiesOf<typeof defaults>;

const words = "@gymflows/node-red-hapana/hapana-roster:hapana-roster";

RED.nodes.registerType<RosterProperties, RosterProperties & NodeRed.EditorNode>("hapana-roster", {
  category: "config",
  defaults: {
    version: { value: defaults.version },
    name: { value: defaults.name },
    endpoint: endpointProperty(defaults.endpoint, RED._(`${words}.label.endpoint`)),
    forgetAfterDays: {
      value: defaults.forgetAfterDays,
      validate: numberWithin(limits.forgetAfterDays, "hapana-roster.error.forgetAfterDays"),
    },
  },
  paletteLabel() {
    return this._("hapana-roster.paletteLabel");
  },
  label() {
    return this.name || this._("hapana-roster.paletteLabel");
  },
  onadd() {
    bringUpToDate(this, migrations);
  },
  oneditprepare() {
    // A new one gets the endpoint, if there is only one.
    if (!this.endpoint) $("#node-config-input-endpoint").val(onlyConfigNode("hapana-endpoint") || "_ADD_");
    watchProblems(this);
  },
});

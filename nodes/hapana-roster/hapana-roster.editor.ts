import "../editor/dialog.css";
import { bringUpToDate } from "../editor/bring-up-to-date";
import { numberWithin } from "../editor/validator";
import { defaults, limits, migrations } from "./config";
import type { RosterNode, RosterProperties } from "./editor/roster-node";

RED.nodes.registerType<RosterProperties, RosterNode>("hapana-roster", {
  category: "config",
  defaults: {
    version: { value: defaults.version },
    name: { value: defaults.name },
    endpoint: { value: defaults.endpoint, type: "hapana-endpoint" },
    forgetAfterDays: {
      value: defaults.forgetAfterDays,
      validate: numberWithin(limits.forgetAfterDays, "hapana-roster.error.forgetAfterDays"),
    },
  },
  label() {
    return this.name || this._("hapana-roster.paletteLabel");
  },
  onadd() {
    bringUpToDate(this, migrations);
  },
});

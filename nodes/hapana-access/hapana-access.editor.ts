import "../editor/dialog.css";
import { bringUpToDate } from "../editor/bring-up-to-date";
import { numberWithin } from "../editor/validator";
import { defaults, limits, migrations } from "./config";
import type { AccessNode, AccessProperties } from "./editor/access-node";

const within = (name: keyof typeof limits) => numberWithin(limits[name], `hapana-access.error.${name}`);

RED.nodes.registerType<AccessProperties, AccessNode>("hapana-access", {
  category: "hapana",
  color: "#43a497",
  icon: "hapana-access.svg",
  defaults: {
    version: { value: defaults.version },
    name: { value: defaults.name },
    roster: { value: defaults.roster, type: "hapana-roster" },
    door: { value: defaults.door },
    sites: { value: [...defaults.sites] },
    credentialProperty: { value: defaults.credentialProperty },
    credentialFormat: { value: defaults.credentialFormat },
    statuses: { value: [...defaults.statuses] },
    graceHours: { value: defaults.graceHours, validate: within("graceHours") },
    packages: { value: [...defaults.packages] },
    hours: { value: [...defaults.hours] },
    timeZone: { value: defaults.timeZone },
    maxAgeSeconds: { value: defaults.maxAgeSeconds, validate: within("maxAgeSeconds") },
    gapSeconds: { value: defaults.gapSeconds, validate: within("gapSeconds") },
    staleHours: { value: defaults.staleHours, validate: within("staleHours") },
    whenStale: { value: defaults.whenStale },
    testsOpen: { value: defaults.testsOpen },
    trustCheckInHours: { value: defaults.trustCheckInHours, validate: within("trustCheckInHours") },
    showNames: { value: defaults.showNames },
    openPayload: { value: defaults.openPayload },
    openPayloadType: { value: defaults.openPayloadType },
    refusePayload: { value: defaults.refusePayload },
    refusePayloadType: { value: defaults.refusePayloadType },
  },
  inputs: 1,
  outputs: 3,
  paletteLabel() {
    return this._("hapana-access.paletteLabel");
  },
  label() {
    return this.name || this._("hapana-access.paletteLabel");
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  onadd() {
    bringUpToDate(this, migrations);
  },
});

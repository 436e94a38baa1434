import "../editor/dialog.css";
import { bringUpToDate } from "../editor/bring-up-to-date";
import { onlyConfigNode } from "../editor/config-nodes";
import { hoursInDialog, hoursMessage, prepareHours, timeZoneMessage } from "../editor/hours";
import { inputLabels, labelStyle, outputLabels, paletteLabel } from "../editor/labels";
import { locationsInDialog, locationsMessage, prepareLocations } from "../editor/locations";
import { watchNewNodes, watchProblems } from "../editor/problems";
import { messageProperty } from "../editor/typed-input";
import { numberWithin, validator } from "../editor/validator";
import { defaults, limits, migrations } from "./config";
import type { AccessNode, AccessProperties } from "./editor/access-node";
import { prepareAdvanced } from "./editor/advanced";
import { formatMessage, prepareAnswers } from "./editor/answers";
import { packagesInDialog, prepareWho, statusesInDialog } from "./editor/who";

const labels = "@gymflows/node-red-hapana/hapana-access:hapana-access.label";
const outputs = ["open", "refused", "changed"];

const within = (name: keyof typeof limits) => numberWithin(limits[name], `hapana-access.error.${name}`);
const typed = (name: "openPayload" | "refusePayload") => ({
  value: defaults[name],
  label: RED._(`${labels}.${name}`),
  validate: RED.validators.typedInput(`${name}Type`),
});

watchNewNodes("hapana-access");

RED.nodes.registerType<AccessProperties, AccessNode>("hapana-access", {
  category: "hapana",
  color: "#6fc7b9",
  icon: "hapana-access.svg",
  defaults: {
    version: { value: defaults.version },
    name: { value: defaults.name },
    roster: { value: defaults.roster, type: "hapana-roster", required: true, label: RED._(`${labels}.roster`) },
    door: { value: defaults.door },
    sites: { value: [...defaults.sites], validate: validator(locationsMessage) },
    credentialProperty: {
      value: defaults.credentialProperty,
      validate: messageProperty("hapana-access.error.credentialProperty"),
    },
    credentialFormat: { value: defaults.credentialFormat, validate: validator(formatMessage) },
    statuses: { value: [...defaults.statuses] },
    graceHours: { value: defaults.graceHours, validate: within("graceHours") },
    packages: { value: [...defaults.packages] },
    hours: { value: [...defaults.hours], validate: validator(hoursMessage) },
    timeZone: { value: defaults.timeZone, validate: validator(timeZoneMessage) },
    maxAgeSeconds: { value: defaults.maxAgeSeconds, validate: within("maxAgeSeconds") },
    gapSeconds: { value: defaults.gapSeconds, validate: within("gapSeconds") },
    staleHours: { value: defaults.staleHours, validate: within("staleHours") },
    whenStale: { value: defaults.whenStale },
    testsOpen: { value: defaults.testsOpen },
    trustCheckInHours: { value: defaults.trustCheckInHours, validate: within("trustCheckInHours") },
    showNames: { value: defaults.showNames },
    openPayload: typed("openPayload"),
    openPayloadType: { value: defaults.openPayloadType },
    refusePayload: typed("refusePayload"),
    refusePayloadType: { value: defaults.refusePayloadType },
  },
  inputs: 1,
  outputs: outputs.length,
  inputLabels,
  outputLabels: outputLabels(...outputs),
  paletteLabel,
  label() {
    return this.name || this.door || this._("hapana-access.nodeLabel");
  },
  labelStyle,
  onadd() {
    bringUpToDate(this, migrations);
    this.roster ||= onlyConfigNode("hapana-roster");
  },
  oneditprepare() {
    prepareWho(this);
    prepareLocations(this, { field: "#node-input-roster", endpoint: endpointOfRoster });
    prepareHours(this);
    prepareAnswers(this);
    prepareAdvanced();
    $("#hapana-show-decisions").on("click", (event) => {
      event.preventDefault();
      RED.actions.invoke("hapana:show-doors", { door: this.id });
    });
    watchProblems(this);
  },
  oneditsave() {
    this.statuses = statusesInDialog();
    this.packages = packagesInDialog();
    this.sites = locationsInDialog();
    this.hours = hoursInDialog();
  },
});

/** Location names come from the endpoint that the chosen roster uses. */
function endpointOfRoster(): string {
  const roster = RED.nodes.node(String($("#node-input-roster").val() ?? "")) as { endpoint?: unknown } | null;
  return String(roster?.endpoint ?? "");
}

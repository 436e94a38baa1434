import "../editor/dialog.css";
import { bringUpToDate } from "../editor/bring-up-to-date";
import { onlyConfigNode } from "../editor/config-nodes";
import { endpointProperty } from "../editor/endpoint-property";
import { labelStyle, paletteLabel } from "../editor/labels";
import { locationsInDialog, locationsMessage, prepareLocations } from "../editor/locations";
import { offerTypes } from "../editor/monaco-types";
import { watchNewNodes, watchProblems } from "../editor/problems";
import { showEventsOnClick } from "../editor/show-events";
import { validator, wholeNumber } from "../editor/validator";
import { defaults, limits, migrations } from "./config";
import { eventsInDialog, eventsMessage, prepareEvents } from "./editor/events";
import { inCatalogOrder } from "./editor/outputs";
import { allEvents, titleOf, type WebhookInNode, type WebhookInProperties } from "./editor/webhook-in-node";

const words = "@gymflows/node-red-hapana/hapana-webhook-in:hapana-webhook-in";

RED.nodes.registerType<WebhookInProperties, WebhookInNode>("hapana-webhook-in", {
  category: "hapana",
  color: "#6fc7b9",
  icon: "hapana-webhook-in.svg",
  defaults: {
    version: { value: defaults.version },
    name: { value: defaults.name },
    endpoint: endpointProperty(defaults.endpoint, RED._(`${words}.label.endpoint`)),
    events: { value: [...allEvents], validate: validator(eventsMessage) },
    sites: { value: [...defaults.sites], validate: validator(locationsMessage) },
    deliveredWhen: { value: defaults.deliveredWhen },
    completeTimeout: {
      value: defaults.completeTimeout,
      validate: wholeNumber(limits.completeTimeout, "hapana-webhook-in.error.completeTimeout"),
    },
    retries: {
      value: defaults.retries,
      validate: wholeNumber(limits.retries, "hapana-webhook-in.error.retries"),
    },
    outputs: { value: allEvents.length + 1 },
  },
  inputs: 0,
  outputs: allEvents.length + 1,
  outputLabels(index) {
    const event = inCatalogOrder(allEvents, this.events)[index];
    return event ? titleOf(event) : this._("hapana-webhook-in.unrecognised");
  },
  paletteLabel,
  label() {
    const [only, ...others] = inCatalogOrder(allEvents, this.events);
    return this.name || (only && others.length === 0 ? titleOf(only) : this._("hapana-webhook-in.nodeLabel"));
  },
  labelStyle,
  onadd() {
    bringUpToDate(this, migrations);
    this.endpoint ||= onlyConfigNode("hapana-endpoint");
  },
  oneditprepare() {
    prepareEvents(this);
    const field = "#node-input-endpoint";
    const endpoint = () => String($(field).val() ?? "");
    prepareLocations(this, { field, endpoint });
    prepareDelivered();
    showEventsOnClick($("#hapana-show-events"), endpoint);
    watchProblems(this);
  },
  oneditsave() {
    this.events = eventsInDialog();
    this.sites = locationsInDialog();
  },
});

watchNewNodes("hapana-webhook-in");

offerTypes();

/** Explains both answers to "when is an event done?" side by side, and keeps the saved property in sync with the choice. */
function prepareDelivered(): void {
  const saved = $("#node-input-deliveredWhen");
  const radios = $("input[name=hapana-delivered]");
  const showOptions = () => $("#hapana-complete-options").toggle(saved.val() !== "sent");
  radios.filter(`[value=${saved.val() === "sent" ? "sent" : "complete"}]`).prop("checked", true);
  radios.on("change", () => {
    saved.val(String(radios.filter(":checked").val())).trigger("change");
    showOptions();
  });
  showOptions();
}

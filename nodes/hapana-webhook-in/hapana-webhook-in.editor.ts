import "../editor/dialog.css";
import { offerTypes } from "../editor/monaco-types";
import { isWholeNumber, validator } from "../editor/validator";
import { prepareDelivered } from "./editor/delivered";
import { eventsInDialog, eventsMessage, prepareEvents } from "./editor/events";
import { locationsInDialog, locationsMessage, prepareLocations } from "./editor/locations";
import { inCatalogOrder } from "./editor/outputs";
import { allEvents, titleOf, type WebhookInNode, type WebhookInProperties } from "./editor/webhook-in-node";

const words = "@gymflows/node-red-hapana/hapana-webhook-in:hapana-webhook-in";

RED.nodes.registerType<WebhookInProperties, WebhookInNode>("hapana-webhook-in", {
  category: "hapana",
  color: "#43a497",
  icon: "hapana-webhook-in.svg",
  defaults: {
    name: { value: "" },
    endpoint: { value: "", type: "hapana-endpoint", required: true, label: RED._(`${words}.label.endpoint`) },
    events: { value: [...allEvents], validate: validator(eventsMessage) },
    sites: { value: [], validate: validator(locationsMessage) },
    deliveredWhen: { value: "complete" },
    completeTimeout: {
      value: 60,
      validate: validator(function (value) {
        const isRight = isWholeNumber(value, { least: 1, most: 86_400 });
        return isRight ? undefined : this._("hapana-webhook-in.error.completeTimeout");
      }),
    },
    retries: {
      value: 0,
      validate: validator(function (value) {
        const isRight = isWholeNumber(value, { least: 0, most: 100 });
        return isRight ? undefined : this._("hapana-webhook-in.error.retries");
      }),
    },
    outputs: { value: allEvents.length + 1 },
  },
  inputs: 0,
  outputs: allEvents.length + 1,
  outputLabels(index) {
    const event = inCatalogOrder(allEvents, this.events)[index];
    return event ? titleOf(event) : this._("hapana-webhook-in.unrecognised");
  },
  paletteLabel() {
    return this._("hapana-webhook-in.paletteLabel");
  },
  label() {
    const [only, ...others] = this.events ?? [];
    return this.name || (only && others.length === 0 ? titleOf(only) : this._("hapana-webhook-in.paletteLabel"));
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare() {
    prepareEvents(this);
    prepareLocations(this);
    prepareDelivered();
  },
  oneditsave() {
    this.events = eventsInDialog();
    this.sites = locationsInDialog();
  },
});

offerTypes();

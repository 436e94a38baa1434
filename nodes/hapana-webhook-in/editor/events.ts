import { catalog } from "hapana-catalog";
import { showProblem } from "../../editor/problems";
import { inCatalogOrder, outputMap } from "./outputs";
import { allEvents, type WebhookInNode } from "./webhook-in-node";

/** Shows the events as a checklist, and keeps the outputs in step with it. */
export function prepareEvents(node: WebhookInNode): void {
  const before = inCatalogOrder(allEvents, node.events);
  for (const { type, title } of catalog) {
    const label = $("<label>", { class: "hapana-choice" }).appendTo("#hapana-events");
    $("<input>", { type: "checkbox", value: type, checked: before.includes(type) }).appendTo(label);
    const words = $("<span>").appendTo(label);
    $("<b>", { text: title }).appendTo(words);
    $("<span>", { class: "hapana-hint", text: firesWhen(node, type) }).appendTo(words);
  }
  const showOutputs = () => {
    const after = eventsInDialog();
    showProblem("events", $("#hapana-events"), eventsMessage.call(node, after));
    $("#node-input-outputs").val(JSON.stringify(outputMap(before, after)));
  };
  $("#hapana-events").on("change", showOutputs);
  showOutputs();
}

function firesWhen(node: WebhookInNode, type: string): string {
  return node._("hapana-webhook-in.firesWhen", { when: node._(`events.${type}.firesWhen`) });
}

/** @returns the ticked events, in catalog order */
export function eventsInDialog(): string[] {
  const ticked = $("#hapana-events input:checked").toArray();
  return inCatalogOrder(
    allEvents,
    ticked.map((input) => String($(input).val())),
  );
}

/** What is wrong with the selection, as a message. */
export function eventsMessage(this: WebhookInNode, value: unknown): string | undefined {
  return Array.isArray(value) && value.length > 0 ? undefined : this._("hapana-webhook-in.error.events");
}

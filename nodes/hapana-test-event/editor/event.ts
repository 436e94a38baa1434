import { eventTitles } from "../../editor/event-titles";
import type { PropertiesOf } from "../../editor/properties";
import { allEvents, type defaults } from "../config";

/** What the node saves in a flow. */
export type TestEventProperties = PropertiesOf<typeof defaults>;

/** The node in the editor. */
export type TestEventNode = TestEventProperties & NodeRed.EditorNode;

/** What is wrong with the saved event, for example in a handwritten flow. A list without a choice shows that it is invalid. */
export function eventMessage(this: TestEventNode, value: unknown): string | undefined {
  const saved: unknown = value || this.event;
  if (saved === undefined || saved === null || saved === allEvents || eventTitles.has(String(saved))) return undefined;
  // Node-RED treats the reasons of validators as HTML.
  return this._("hapana-test-event.error.event", { value: String(saved).replace(/[<>&]/g, "") });
}

/** Offers the events, and says when Hapana sends the chosen one. */
export function prepareEvent(node: TestEventNode): void {
  const select = $("#node-input-event");
  $("<option>", { value: allEvents, text: node._("hapana-test-event.event.all") }).appendTo(select);
  for (const [value, text] of eventTitles) $("<option>", { value, text }).appendTo(select);
  const showHint = () => {
    const chosen = String(select.val() ?? "");
    $("#hapana-event-hint").text(hintOf(node, chosen));
  };
  select.val(node.event ?? allEvents).on("change", showHint);
  showHint();
}

function hintOf(node: TestEventNode, event: string): string {
  if (!eventTitles.has(event)) return node._("hapana-test-event.hint.all", { count: eventTitles.size });
  return node._("hapana-test-event.firesWhen", { when: node._(`events.${event}.firesWhen`) });
}

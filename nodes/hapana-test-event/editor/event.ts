import { eventTitles } from "../../editor/event-titles";
import { allEvents } from "../config";

/** What the node saves in a flow. */
export interface TestEventProperties {
  version: number;
  name: string;
  endpoint: string;
  /** An event type, or {@link allEvents}. */
  event: string;
  /** Fields to change in the sample, as JSON; empty for none. */
  fields: string;
}

/** The node in the editor. */
export type TestEventNode = TestEventProperties & NodeRed.EditorNode;

/** Offers the events, and says of the chosen one when Hapana sends it. */
export function prepareEvent(node: TestEventNode): void {
  const select = $("#node-input-event");
  $("<option>", { value: allEvents, text: node._("hapana-test-event.event.all") }).appendTo(select);
  for (const [value, text] of eventTitles) $("<option>", { value, text }).appendTo(select);
  const showHint = () => $("#hapana-event-hint").text(hintOf(node, String(select.val() ?? allEvents)));
  select.val(eventTitles.has(node.event) ? node.event : allEvents).on("change", showHint);
  showHint();
}

function hintOf(node: TestEventNode, event: string): string {
  if (!eventTitles.has(event)) return node._("hapana-test-event.hint.all", { count: eventTitles.size });
  return node._("hapana-test-event.firesWhen", { when: node._(`events.${event}.firesWhen`) });
}

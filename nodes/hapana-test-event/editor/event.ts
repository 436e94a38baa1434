import { catalog } from "hapana-catalog";

/** What the node saves in a flow. */
export interface TestEventProperties {
  name: string;
  endpoint: string;
  /** An event type, or {@link allEvents}. */
  event: string;
  /** Fields to change in the sample, as JSON; empty for none. */
  fields: string;
}

/** The node in the editor. */
export type TestEventNode = TestEventProperties & NodeRed.EditorNode;

/** The setting for all events, one after the other. */
export const allEvents = "all";

const titles: ReadonlyMap<string, string> = new Map(catalog.map(({ type, title }) => [type, title]));

/** Hapana's name of an event; `undefined` where all are meant. */
export function titleOf(event: string): string | undefined {
  return titles.get(event);
}

/** Offers the events, and says of the chosen one when Hapana sends it. */
export function prepareEvent(node: TestEventNode): void {
  const select = $("#node-input-event");
  $("<option>", { value: allEvents, text: node._("hapana-test-event.event.all") }).appendTo(select);
  for (const [value, text] of titles) $("<option>", { value, text }).appendTo(select);
  const showHint = () => $("#hapana-event-hint").text(hintOf(node, String(select.val() ?? allEvents)));
  select.val(titles.has(node.event) ? node.event : allEvents).on("change", showHint);
  showHint();
}

function hintOf(node: TestEventNode, event: string): string {
  if (!titles.has(event)) return node._("hapana-test-event.hint.all", { count: titles.size });
  return node._("hapana-test-event.firesWhen", { when: node._(`events.${event}.firesWhen`) });
}

import { definitionOf, eventTypes } from "../../src/events/catalog";
import { align } from "./align";
import type { Delivery } from "./deliveries";

/** The table: what was posted, the answer, and the output where it arrived. */
export function describeTable(deliveries: readonly Delivery[]): string {
  const rows = deliveries.map(({ event, url, answer, outputs, right }) => [
    right ? "✓" : "✗",
    definitionOf(event).title,
    new URL(url).pathname,
    answer,
    outputs.length === 0 ? "not delivered" : outputs.map(describeOutput).join(", "),
  ]);
  return align([["", "Event", "Posted to", "Answered", "Output"], ...rows]);
}

function describeOutput(output: string): string {
  const event = eventTypes.find((type) => type === output);
  return event ? `output ${eventTypes.indexOf(event) + 1}, ${definitionOf(event).title}` : output;
}

/** What to do next. */
export function describeNextSteps(demo: {
  editorUrl: string;
  webhookUrl: string;
  token: string;
  files: string;
}): string {
  const body = { clientID: "my-first-client", siteID: "my-studio", checkInStatus: "Valid", sessionName: "Yoga" };
  return [
    `Editor   ${demo.editorUrl}`,
    `Webhook  ${demo.webhookUrl}`,
    `Files    ${demo.files} (what the example flows wrote; removed at the end)`,
    "",
    "Post an event of your own, and see it in the editor's debug sidebar (the same one again is a duplicate: change a field):",
    "",
    `curl -i '${demo.webhookUrl}/checkIn' -H 'Content-Type: application/json' -H 'Authorization: ${demo.token}' -d '${JSON.stringify(body)}'`,
    "",
    "Ctrl-C stops it.",
  ].join("\n");
}

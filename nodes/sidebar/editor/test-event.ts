import { fields } from "hapana-fields";
import { eventTitles } from "../../editor/event-titles";
import { hangAtMouse } from "../../editor/node-red-internals";
import { defaults } from "../../hapana-test-event/config";
import { tell } from "./ask";
import type { Detail } from "./logged";
import { testFieldsOf } from "./test-fields";
import { say } from "./words";

/** Whether an event can be turned into a test event: unrecognised ones cannot. */
export function canBeTest({ event, payload }: Detail): boolean {
  return eventTitles.has(event) && payload !== undefined && RED.user.hasPermission("flows.write");
}

/** Attaches a test event like an event to the mouse, like an import; it is one step to undo. */
export function makeTestEvent(event: Detail): void {
  const flow = RED.workspaces.active();
  if (flow === 0 || RED.workspaces.isLocked()) {
    tell(say("done.noFlow"), "warning");
    return;
  }
  const sample = Object.entries(fields).find(([type]) => type === event.event)?.[1] ?? [];
  const changed = testFieldsOf(event, sample);
  hangAtMouse({
    ...{ id: "test", type: "hapana-test-event", z: flow, x: 0, y: 0, wires: [[]] },
    ...{ ...defaults, event: event.event, endpoint: RED.nodes.node(event.endpoint) ? event.endpoint : "" },
    fields: Object.keys(changed).length > 0 ? JSON.stringify(changed) : "",
  });
  tell(say("done.testMade"));
}

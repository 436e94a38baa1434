import assert from "node:assert/strict";
import type { EventType } from "../../src/events/catalog";
import { assertAccepted } from "../support/answers";
import { endpoint, type FlowNode, token, webhookIn } from "../support/flows";
import { startNodeRed, stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { waitFor } from "../support/wait-for";

const events = 70;

function flows(selected: EventType[], func: string): FlowNode[] {
  const node = webhookIn({ events: selected, wires: [["end"], ["end"]] });
  const end = { id: "end", type: "function", z: "tab", x: 400, y: 100, outputs: 0, func, wires: [] };
  return [{ id: "tab", type: "tab", label: "Test" }, endpoint(), node, end];
}

interface Page {
  events: { event: { event: string }; recipients: { state: string; error?: string }[] }[];
}

for (const platform of onePlatform) {
  describe(`events that wait for a node which is deployed without them, on Node-RED ${platform.name}`, () => {
    after(stopAllNodeReds);

    it("are never told as delivered: they fail, and say what to do", async function () {
      this.timeout(60_000);
      const nodeRed = await startNodeRed({ platform, flows: flows(["checkIn"], "return new Promise(() => {});") });
      for (let sent = 0; sent < events; sent += 1) {
        const body = { clientID: `c${sent}`, siteID: "s1", checkInStatus: "Valid" };
        assertAccepted(await post(`${nodeRed.url}/hapana/checkIn`, { token, body }));
      }
      await nodeRed.setFlows(flows(["clientUpdated"], ""));
      const states = async () => {
        const page = (await (await fetch(`${nodeRed.url}/hapana-events?limit=100`)).json()) as Page;
        return page.events.flatMap(({ recipients }) => recipients.map(({ state, error }) => `${state} ${error ?? ""}`));
      };
      let seen: string[] = [];
      await waitFor(
        async () => {
          seen = await states();
          return seen.filter((state) => state.startsWith("failed")).length === events || undefined;
        },
        () => [...new Set(seen)].join(),
      );
      assert.match(seen[0] ?? "", /no longer has Client Check-In ticked: tick it again, deploy/);
    });
  });
}

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { loadExample } from "../support/examples";
import { onePlatform } from "../support/platforms";
import { allCoreNodes } from "../support/user-dir";
import { describeInBrowser } from "./support/in-browser";
import { flawsOf } from "./support/layout";
import { oneEditor } from "./support/one-editor";

const names = readdirSync(join(__dirname, "../../examples")).map((file) => file.replace(/\.json$/, ""));

/** The longest statuses that a studio sees every day, by the type of the node or, for functions, by its name. */
const statuses: Readonly<Record<string, string>> = {
  "hapana-webhook-in": "100K refused: Hapana sent a wrong token",
  "hapana-test-event": "Communication Outbound arrived in 1234 ms",
  "http request": "ECONNREFUSED",
  "hapana-access": "let in, but nothing heard (05:52 PM)",
  "mqtt in": "connected",
  "mqtt out": "connected",
  "hapana-once": "1234 passed, 123 again",
  "Prepare the row": "last row: /home/studio/hapana/purchases-2026-12.csv",
  "Who has been quiet?": "123 of 1234 quiet for 14 days",
  Wait: "12",
  "Was it taken?": "503: try 5 in 32 s",
  "Did the CRM take it?": "503: try 5 in 32 s",
};

describeInBrowser("the examples on the workspace", (browser) => {
  for (const platform of onePlatform) {
    describe(`of Node-RED ${platform.name}, with the sidebar open on a small screen`, () => {
      const nodes = names.flatMap((name) => loadExample(name)).filter(({ type }) => type !== "hapana-endpoint");
      const { editor, show } = oneEditor(browser, { platform, settings: allCoreNodes });

      beforeEach(async () => {
        await show(nodes);
        await editor().page.setViewportSize({ width: 1280, height: 800 });
      });

      for (const name of names) {
        it(`${name}: everything is in sight, and nothing is in the way of anything`, async () => {
          await editor().showFlow(name);
          await editor().page.evaluate(`((statuses) => RED.nodes.eachNode((node) => {
            const text = statuses[node.name] ?? statuses[node.type];
            if (!text) return;
            node.status = { fill: "green", shape: "dot", text };
            node.dirtyStatus = node.dirty = true;
          }))(${JSON.stringify(statuses)})`);
          await editor().page.evaluate("RED.view.redraw()");
          await editor().page.waitForFunction(`RED.nodes.filterNodes({ z: RED.workspaces.active() }).every(({ id, status }) =>
            !status || document.getElementById(id).querySelector(".red-ui-flow-node-status-label").textContent === status.text)`);
          assert.deepEqual(await flawsOf(editor().page), []);
        });
      }
    });
  }
});

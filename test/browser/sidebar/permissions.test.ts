import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { definitionOf } from "../../../src/events/catalog";
import { endpoint, token, webhookIn } from "../../support/flows";
import { startNodeRed, stopAllNodeReds } from "../../support/node-red";
import { onePlatform } from "../../support/platforms";
import { post } from "../../support/post";
import { makeUserDir } from "../../support/user-dir";
import { AccessTab } from "../support/access-tab";
import { Editor } from "../support/editor";
import { describeInBrowser } from "../support/in-browser";
import { onlyNodes } from "../support/studio";

describeInBrowser("who may only read sees in the sidebar", (browser) => {
  for (const platform of onePlatform) {
    describe(`of Node-RED ${platform.name}`, () => {
      const userDir = makeUserDir();
      let editor: Editor;
      const tab = new AccessTab(() => editor);
      const views = ["Events", "Clients", "Doors", "Unknown"];

      before(async () => {
        const { credentials: _, ...own } = endpoint({ name: "My studio" });
        const failing = { id: "fail", type: "function", z: "tab", x: 400, y: 100, wires: [], outputs: 0 };
        const flows = [
          { id: "tab", type: "tab", label: "Studio" },
          own,
          webhookIn({ events: ["checkIn"], wires: [["fail", "front"], []] }),
          { id: "roster", type: "hapana-roster", version: 1, name: "", endpoint: "endpoint", forgetAfterDays: 365 },
          {
            ...{ id: "front", type: "hapana-access", z: "tab", x: 400, y: 200, roster: "roster" },
            door: "Front",
            wires: [],
          },
          { ...failing, func: 'throw new Error("no card for Maria Silva");' },
        ];
        writeFileSync(join(userDir, "flows.json"), JSON.stringify(flows));
        writeFileSync(join(userDir, "flows_cred.json"), JSON.stringify({ endpoint: { headerValue: token } }));
        const settings = {
          ...onlyNodes("10-function.js"),
          credentialSecret: false,
          adminAuth: { type: "credentials", users: [], default: { permissions: "read" } },
        };
        const nodeRed = await startNodeRed({ platform, userDir, settings });
        const body = { ...definitionOf("checkIn").sample, clientID: "c1", firstName: "Maria", lastName: "Silva" };
        assert.equal((await post(`${nodeRed.url}/hapana/checkIn`, { token, body })).status, 200);
        editor = await Editor.open(browser(), nodeRed.url);
        await tab.show();
      });
      after(async () => {
        await editor?.page.close();
        await stopAllNodeReds();
        rmSync(userDir, { recursive: true, force: true });
      });

      it("that there were events and what has become of them, but nobody's name", async () => {
        await tab.count(1);
        assert.match((await tab.rows.first().textContent()) ?? "", /Client Check-In.*failed/);
        await tab.open(tab.rows.first());
        await tab.detail.getByText("You need the permission hapana.personal").waitFor();
        assert.doesNotMatch((await tab.root.textContent()) ?? "", /Maria|Silva|c1/);
        await tab.back();
      });

      it("no button that would be refused", async () => {
        const all = () => tab.root.locator("button:visible, input[type=checkbox]:visible");
        await tab.rows.first().hover();
        const names = (await all().allTextContents()).filter(Boolean);
        assert.deepEqual(names, [...views, "Failed: 1"]);
        await tab.root.locator("#hapana-menu").click();
        const menu = editor.page.locator(".red-ui-popover-panel .red-ui-menu li:visible");
        assert.deepEqual(await menu.allTextContents(), ["Refresh"]);
        await menu.click();
        await tab.open(tab.rows.first());
        const buttons = (await all().allTextContents()).filter(Boolean);
        const showNode = "Show this node in the flow";
        assert.deepEqual(buttons, [...views, "‹ All events", "Hapana roster", "Client Check-In", showNode]);
        await tab.back();
      });

      it("what the doors decided, but not about whom, and why there are no clients", async () => {
        await tab.view("Doors");
        await tab.row("Front").getByText("refused").waitFor();
        assert.doesNotMatch((await tab.root.textContent()) ?? "", /Maria|Silva|c1/);
        await tab.row("Front").click();
        const buttons = (await tab.root.locator("button:visible").allTextContents()).filter(Boolean);
        assert.deepEqual(buttons, [...views, "‹ Doors", "Front"]);
        await tab.back();
        for (const name of ["Clients", "Unknown"] as const) {
          await tab.view(name);
          await tab.root.getByText("You need the permission hapana.personal").waitFor();
          assert.equal(await tab.root.locator("input, select, button:not([role=tab])").count(), 0);
        }
        await tab.view("Events");
        await tab.count(1);
      });

      it("a search for delivery ids only, which tells no names", async () => {
        assert.equal(await tab.root.locator("#hapana-search").getAttribute("placeholder"), "Delivery ID");
        const hint = tab.root.getByText("Only delivery IDs are searched");
        assert.equal(await hint.count(), 0);
        await tab.search("maria", 0);
        await hint.waitFor();
        assert.deepEqual(editor.complaints, []);
      });
    });
  }
});

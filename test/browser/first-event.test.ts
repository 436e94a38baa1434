import assert from "node:assert/strict";
import { definitionOf, eventTypes } from "../../src/events/catalog";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { allCoreNodes } from "../support/user-dir";
import { Editor } from "./support/editor";
import { describeInBrowser } from "./support/in-browser";
import { drag, wire } from "./support/workspace";

describeInBrowser("from an empty workspace to the first event", (browser) => {
  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const nodeRed = oneNodeRed({ platform, settings: allCoreNodes });
      let editor: Editor;

      beforeEach(async () => {
        await nodeRed().setFlows([]);
        // As a person sees it: elsewhere, the dialogs come and go at once.
        editor = await Editor.open(browser(), nodeRed().url, { motion: "real" });
      });
      afterEach(async function () {
        await editor.page.close();
        if (this.currentTest?.state === "passed") assert.deepEqual(editor.complaints, [], "the browser's console");
      });

      it("with the mouse only", async () => {
        const { page } = editor;

        const webhook = await drag(editor, "hapana-webhook-in", { x: 150, y: 150 });
        await editor.openWebhookIn(webhook);
        assert.match((await page.locator("#node-input-endpoint").textContent()) ?? "", /Add new Hapana endpoint/);
        await editor.openEndpoint("add");
        await editor.pressInSecurity("Generate");
        const url = await page.locator("#hapana-webhook-url").inputValue();
        const token = await page.locator("#node-config-input-headerValue").inputValue();
        await (await editor.inSight("#node-config-input-publicUrl")).fill("https://studio.example.com");
        assert.equal(await page.locator("#hapana-publicUrl-warning").textContent(), "");
        await editor.openEmail();
        const email = await page.locator("#hapana-email-text").inputValue();
        assert.match(email, /I would like to subscribe[\s\S]*<https:\/\/studio\.example\.com\/hapana\/checkIn>/);
        assert.ok(email.includes(`- Value: ${token}`));
        assert.match(
          (await page.locator("#hapana-email-warnings").textContent()) ?? "",
          /Before you send it, press Close here, .*Deploy\..*contains your secret token/,
        );
        await editor.closeEmail();
        await page.locator("#node-config-input-publicUrl").fill("");
        await editor.closeEndpoint("ok");
        await editor.closeWebhookIn("ok");
        const [updates, checkIns] = [
          await drag(editor, "debug", { x: 500, y: 100 }),
          await drag(editor, "debug", { x: 500, y: 260 }),
        ];
        await wire(editor, webhook, eventTypes.indexOf("clientUpdated"), updates);
        await wire(editor, webhook, eventTypes.indexOf("checkIn"), checkIns);
        const testEvent = await drag(editor, "hapana-test-event", { x: 200, y: 420 });
        await editor.deploy();
        await page.getByText("waiting for the first event").waitFor();
        await page.evaluate("RED.sidebar.show('debug')");

        await editor.pressUntil(testEvent, `${eventTypes.length} events arrived`);
        for (const event of ["clientUpdated", "checkIn"] as const) {
          const body = definitionOf(event).sample;
          assert.equal((await post(`${url}/${event}`, { token, body })).status, 200);
        }
        await page.locator(".red-ui-debug-msg").nth(3).waitFor();
        const shown = await page.locator(".red-ui-debug-msg").allTextContents();
        for (const [index, event] of ["clientUpdated", "checkIn", "clientUpdated", "checkIn"].entries()) {
          assert.match(shown[index] ?? "", new RegExp(`${event} : msg.payload`));
        }
        assert.equal((await post(url, { token: "Bearer guessed", body: {} })).status, 401);
        await page.getByText("1 refused: ").waitFor();
      });

      it("with a test event that was there before the endpoint", async () => {
        const { page } = editor;
        const endpointOf = (id: string) => editor.property(id, "endpoint");

        const testEvent = await drag(editor, "hapana-test-event", { x: 200, y: 420 });
        const [webhook, other] = [
          await drag(editor, "hapana-webhook-in", { x: 150, y: 150 }),
          await drag(editor, "hapana-webhook-in", { x: 450, y: 150 }),
        ];
        assert.deepEqual(await Promise.all([testEvent, webhook, other].map(endpointOf)), ["", "", ""]);
        await editor.openWebhookIn(webhook);
        await editor.openEndpoint("add");
        await editor.pressInSecurity("Generate");
        await editor.closeEndpoint("ok");
        await editor.closeWebhookIn("ok");
        const [first, ...rest] = await Promise.all([testEvent, webhook, other].map(endpointOf));
        assert.ok(first);
        assert.deepEqual(rest, [first, first]);
        for (const id of [testEvent, webhook, other]) assert.equal(await editor.property(id, "valid"), true);
        const later = await drag(editor, "hapana-webhook-in", { x: 450, y: 420 });
        assert.equal(await endpointOf(later), first, "the only one that there is");
        await editor.undo();

        await editor.undo();
        await editor.undo();
        assert.deepEqual(await Promise.all([testEvent, webhook, other].map(endpointOf)), ["", "", ""]);
        assert.equal(await page.evaluate(`RED.nodes.node(${JSON.stringify(first)}) ?? null`), null);
        await editor.redo();
        await editor.redo();
        await editor.deploy();
        await editor.pressUntil(testEvent, `${eventTypes.length} events arrived`);
      });
    });
  }
});

import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import manifest from "../../../package.json";
import { access, once, problem, roster } from "../../support/flows";
import { onePlatform } from "../../support/platforms";
import { testEvent } from "../../support/test-events";
import { describeInBrowser } from "../support/in-browser";
import { oneEditor } from "../support/one-editor";
import { onlyNodes, studioFlows } from "../support/studio";
import { drag } from "../support/workspace";

const flows = [
  ...studioFlows(),
  testEvent({ y: 400 }),
  once({ x: 160, y: 460 }),
  problem({ y: 520 }),
  roster(),
  access({ x: 160, y: 580 }),
  { id: "broker", type: "mqtt-broker", name: "", broker: "localhost", port: "1883", autoConnect: false },
  { id: "mqtt", type: "mqtt in", z: "tab", x: 160, y: 640, topic: "a", qos: "2", broker: "broker", wires: [[]] },
];

/** In the browser: what a dialog measures. */
const sizes = `(() => {
  const tray = [...document.querySelectorAll(".red-ui-tray")].at(-1);
  const body = tray.querySelector(".red-ui-tray-body");
  return { tray: tray.offsetWidth, body: body.offsetWidth, hidden: body.scrollWidth - body.clientWidth };
})()`;

describeInBrowser("all dialogs", (browser) => {
  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const { editor, show, textOf, within } = oneEditor(browser, {
        platform,
        settings: onlyNodes("21-debug.js", "10-mqtt.js", "05-tls.js"),
      });
      const measure = () => editor().page.evaluate<{ tray: number; body: number; hidden: number }>(sizes);
      /** Border and words are there, or neither is; and both are of one colour. */
      const isMarked = async (field: Locator, name: string) => {
        const words = await textOf(`#hapana-${name}-problem`);
        const colours = await field.evaluate((element, id) => {
          const message = document.getElementById(id);
          return [getComputedStyle(element).borderTopColor, message && getComputedStyle(message).color];
        }, `hapana-${name}-problem`);
        const isRed = colours[0] === colours[1];
        assert.equal(isRed, words !== "", `${name}: ${words} ${colours}`);
        assert.equal((await field.getAttribute("aria-invalid")) === "true", isRed);
        return isRed;
      };

      for (const width of [1280, 1440]) {
        it(`are no wider than Node-RED's own in a window of ${width} pixels, and what is in them is no wider than they`, async () => {
          await show(flows);
          await editor().page.setViewportSize({ width, height: 1000 });
          const found: Record<string, { tray: number; body: number; hidden: number }> = {};
          const inNode = async (id: string, type: string, work = async () => {}) => {
            await editor().openNode(id, ".red-ui-tray-body");
            found[type] = await measure();
            await work();
            await editor().closeNode("cancel");
          };
          await inNode("mqtt", "mqtt in", async () => {
            await editor().openConfigNode("broker", "edit", "#node-config-mqtt-broker-tabs");
            found["mqtt-broker"] = await measure();
            await editor().closeConfigNode("cancel");
          });
          await inNode("webhook", "hapana-webhook-in", async () => {
            await editor().openEndpoint();
            for (const tab of ["address", "security", "locations", "storage"]) {
              await editor().showTab(tab);
              if (tab === "storage") await within("#node-config-input-storage").selectOption("shared");
              for (const fold of await within(`#hapana-tab-${tab} summary`).all()) await fold.click();
              found[`hapana-endpoint ${tab}`] = await measure();
            }
            found["hapana-endpoint"] = await measure();
            await editor().openEmail();
            found.email = await measure();
            await editor().closeEmail();
            await editor().closeEndpoint("cancel");
          });
          await inNode("test", "hapana-test-event");
          await inNode("once", "hapana-once");
          await inNode("problem", "hapana-problem");
          await inNode("access", "hapana-access", async () => {
            await editor().openConfigNode("roster", "edit", "#hapana-roster-dialog");
            found["hapana-roster"] = await measure();
            await editor().closeConfigNode("cancel");
          });
          const { "mqtt-broker": widest, ...others } = found;
          for (const type of Object.keys(manifest["node-red"].nodes)) assert.ok(others[type], `${type} is opened`);
          for (const [name, { tray, body, hidden }] of Object.entries(others)) {
            assert.ok(tray <= (widest?.tray ?? 0), `${name}: ${tray} of ${widest?.tray}`);
            assert.ok(body <= tray && hidden <= 0, `${name}: ${body} in ${tray}, ${hidden} hidden`);
          }
        });
      }

      it("do not begin with reproaches, and say what is wrong at the field once somebody has left it", async () => {
        await show([{ id: "tab", type: "tab", label: "Studio" }]);
        const id = await drag(editor(), "hapana-webhook-in", { x: 150, y: 150 });
        const endpoint = within("#node-input-endpoint");
        await editor().openWebhookIn(id);
        assert.equal(await isMarked(endpoint, "endpoint"), false);
        await editor().openEndpoint("add");
        await editor().showTab("security");
        const token = within("#node-config-input-headerValue");
        assert.equal(await isMarked(token, "headerValue"), false);
        await token.focus();
        await token.blur();
        assert.equal(await isMarked(token, "headerValue"), true);
        await editor().closeEndpoint("cancel");
        await editor().closeWebhookIn("ok");
        await editor().openWebhookIn(id);
        assert.equal(await isMarked(endpoint, "endpoint"), true, "Done was pressed");
        assert.match(await textOf("#hapana-endpoint-problem"), /^Choose an endpoint/);
        await editor().closeWebhookIn("cancel");
        await editor().undoAll();
      });

      it("say of an endpoint that is not ready what it lacks, and show the tab where that is", async () => {
        await show(flows);
        await editor().openWebhookIn("careless");
        assert.equal(await isMarked(within("#node-input-endpoint"), "endpoint"), true);
        assert.match(await textOf("#hapana-endpoint-problem"), /^Press the pencil .+: There is no token yet\./);
        await editor().openEndpoint();
        await within("#hapana-tab-security").waitFor();
        assert.equal(await isMarked(within("#node-config-input-headerValue"), "headerValue"), true);
        await editor().closeEndpoint("cancel");
        await editor().closeWebhookIn("cancel");
      });

      it("mark the tab and the fold of a field that is wrong, and change tabs by the keyboard", async () => {
        await show(flows);
        const { keyboard } = editor().page;
        const tab = (name: string) => within("#hapana-endpoint-tabs").getByRole("tab", { name });
        await editor().openWebhookIn("webhook");
        await editor().openEndpoint();
        await within("#node-config-input-name").focus();
        await keyboard.press("Tab");
        assert.equal(await tab("Address").getAttribute("aria-selected"), "true");
        await keyboard.press("ArrowLeft");
        await keyboard.press("ArrowRight");
        await keyboard.press("ArrowRight");
        assert.equal(await tab("Security").getAttribute("aria-selected"), "true");
        const name = await editor().inSight("#node-config-input-headerName");
        await name.fill("not a name");
        await editor().showTab("storage");
        await tab("Security: something in here is not right").waitFor();
        await editor().showTab("security");
        // What is wrong is unfolded, and stays to be seen when it is folded again.
        const fold = within("#hapana-tab-security summary");
        await fold.click();
        const red = await within("#hapana-headerName-problem").evaluate((each) => getComputedStyle(each).color);
        assert.equal(await fold.evaluate((each) => getComputedStyle(each).color), red);
        await (await editor().inSight("#node-config-input-headerName")).fill("Authorization");
        await tab("Security").and(within('[aria-label="Security"]')).waitFor();
        await editor().closeEndpoint("cancel");
        await editor().closeWebhookIn("cancel");
      });
    });
  }
});

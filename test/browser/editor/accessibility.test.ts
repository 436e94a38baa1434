import assert from "node:assert/strict";
import { defaults as access } from "../../../nodes/hapana-access/config";
import { catalog } from "../../../src/events/catalog";
import { once } from "../../support/flows";
import { everyPlatform } from "../../support/platforms";
import { testEvent } from "../../support/test-events";
import { describeInBrowser } from "../support/in-browser";
import { faintTexts, namelessControls } from "../support/legibility";
import { oneEditor } from "../support/one-editor";
import { studioFlows, studioSettings } from "../support/studio";

const door = { hours: [{ days: ["mon"], from: "6", to: "" }], statuses: [], sites: [""], staleHours: -1 };
const flows = [
  ...studioFlows(),
  testEvent({ y: 520 }),
  once({ y: 720, version: 1, days: 0 }),
  { id: "roster", type: "hapana-roster", name: "Members", endpoint: "endpoint", forgetAfterDays: 0 },
  { id: "access", type: "hapana-access", z: "tab", x: 160, y: 620, wires: [], ...access, ...door, roster: "roster" },
];

const fieldsOfTab = {
  address: ["publicUrl", "path"],
  security: ["auth", "headerValue", "signingSecret", "headerName", "tolerance"],
  storage: ["storage", "databaseUrl", "retentionDays"],
};

describeInBrowser("the dialogs for everyone", (browser) => {
  for (const platform of everyPlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const { editor, show, within } = oneEditor(browser, { platform, settings: studioSettings });

      beforeEach(() => show(flows));

      it("can be used with the keyboard, and every field and button has a name", async () => {
        await editor().openWebhookIn("webhook");
        assert.deepEqual(await namelessControls(within("#hapana-webhook-in-dialog")), []);
        await editor().openEndpoint();
        await (await editor().inSight("#node-config-input-auth")).selectOption("both");
        await (await editor().inSight("#node-config-input-storage")).selectOption("shared");
        for (const [tab, names] of Object.entries(fieldsOfTab)) {
          for (const name of names) await editor().inSight(`#node-config-input-${name}`);
          assert.deepEqual(await namelessControls(within("#hapana-endpoint-dialog")), []);
          const reached = new Set<string>();
          await within(`#hapana-tab-${tab}-tab`).focus();
          for (let step = 0; step < 20; step += 1) {
            await editor().page.keyboard.press("Tab");
            reached.add(await editor().page.evaluate(() => document.activeElement?.id ?? ""));
          }
          for (const name of names) {
            assert.ok(reached.has(`node-config-input-${name}`), `${name} is reached by the Tab key`);
          }
        }
        await editor().closeEndpoint("cancel");
        await editor().closeWebhookIn("cancel");
      });

      it("has help with the fields of every event", async () => {
        await editor().page.evaluate("RED.sidebar.help.show('hapana-webhook-in')");
        const help = within(".red-ui-help").last();
        await help.getByText("The events and their fields").waitFor();
        const text = (await help.textContent()) ?? "";
        for (const { title, firesWhen, schema } of catalog) {
          assert.ok(text.includes(title) && text.includes(firesWhen), title);
          for (const [name, { description }] of Object.entries(schema.shape)) {
            assert.ok(text.includes(name) && description && text.includes(description), `${title}: ${name}`);
          }
        }
        assert.doesNotMatch(text, /<!--|undefined/);
      });

      // Node-RED 4 has no dark theme.
      const themes = platform.name.startsWith("4") ? (["light"] as const) : (["light", "dark"] as const);
      for (const theme of themes) {
        it(`can be read when it is ${theme}`, async () => {
          if (themes.length > 1) await editor().reload(theme);
          await editor().openWebhookIn("webhook");
          await within("input[name=hapana-locations][value=some]").check();
          assert.deepEqual(await faintTexts(within("#hapana-webhook-in-dialog"), 4.5), []);
          await editor().openEndpoint();
          await (await editor().inSight("#node-config-input-auth")).selectOption("both");
          await editor().inSight("#node-config-input-headerName");
          const isLegible = async () => assert.deepEqual(await faintTexts(within("#hapana-endpoint-dialog"), 4.5), []);
          await isLegible();
          await editor().inSight("#hapana-url-checkIn");
          await (await editor().inSight("#node-config-input-path")).fill("flows");
          await isLegible();
          await editor().showTab("locations");
          await isLegible();
          await (await editor().inSight("#node-config-input-storage")).selectOption("shared");
          await (await editor().inSight("#node-config-input-databaseUrl")).fill("postgres://127.0.0.1:1/hapana");
          await within("#hapana-test-database").click();
          await within("#hapana-database-found.hapana-error").waitFor();
          await isLegible();
          await editor().openEmail();
          assert.deepEqual(await faintTexts(within("#hapana-subscription"), 4.5), []);
          await editor().closeEmail();
          await editor().closeEndpoint("cancel");
          await editor().closeWebhookIn("cancel");

          await editor().openNode("test", "#hapana-test-event-dialog");
          assert.deepEqual(await faintTexts(within("#hapana-test-event-dialog"), 4.5), []);
          await editor().closeNode("cancel");

          await editor().openNode("once", "#hapana-once-dialog");
          assert.deepEqual(await faintTexts(within("#hapana-once-dialog"), 4.5), []);
          assert.deepEqual(await namelessControls(within("#hapana-once-dialog")), []);
          assert.equal(await within("#node-input-days.input-error").count(), 1);
          await within("#node-input-days").fill("7");
          await editor().closeNode("ok");
          const kept = ["valid", "key", "days"].map((name) => editor().property("once", name));
          assert.deepEqual((await Promise.all(kept)).map(String), ["true", "hapana.deliveryId", "7"]);

          await editor().openNode("access", "#hapana-access-dialog");
          assert.equal(await within("#hapana-no-status").isVisible(), true);
          assert.deepEqual(await faintTexts(within("#hapana-access-dialog"), 4.5), []);
          await editor().openConfigNode("roster", "edit", "#hapana-roster-dialog");
          assert.deepEqual(await faintTexts(within("#hapana-roster-dialog"), 4.5), []);
          await editor().closeConfigNode("cancel");
          await editor().closeNode("cancel");
        });
      }
    });
  }
});

import assert from "node:assert/strict";
import { catalog, eventTypes } from "../../../src/events/catalog";
import { onePlatform } from "../../support/platforms";
import { describeInBrowser } from "../support/in-browser";
import { oneEditor } from "../support/one-editor";
import { studioFlows, studioSettings } from "../support/studio";

describeInBrowser("the webhook-in and its dialog", (browser) => {
  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const { editor, show, textOf, within } = oneEditor(browser, { platform, settings: studioSettings });

      beforeEach(() => show(studioFlows()));

      it("marks a node whose endpoint has no token, and says what is missing", async () => {
        await editor().page.waitForFunction("RED.nodes.node('bare').valid === false");
        const [reason] = await editor().property<string[]>("bare", "validationErrors");
        assert.equal(reason, "There is no token yet. Press Generate, then give the token to Hapana.");
        assert.equal(await editor().property("careless", "valid"), false);
        assert.equal(await editor().property("webhook", "valid"), true);
      });

      it("names each output on hover", async () => {
        const ports = [...[...catalog.map(({ title }) => title), "unrecognised"].entries()];
        for (const [port, title] of [ports[0], ports[3], ports[6]].filter((each) => each !== undefined)) {
          await editor().node("webhook").locator(".red-ui-flow-port-output").nth(port).hover();
          await within(".red-ui-flow-port-tooltip").getByText(title, { exact: true }).waitFor();
        }
      });

      it("lists the events with what fires them, the locations by name and both answers to when an event is done", async () => {
        await editor().openWebhookIn("webhook");
        const rows = await within("#hapana-events label").allTextContents();
        assert.deepEqual(
          rows,
          catalog.map(({ title, firesWhen }) => `${title}when ${firesWhen}`),
        );
        await within("input[name=hapana-locations][value=some]").check();
        assert.deepEqual(await within("#hapana-location-list label").allTextContents(), ["Bondi Beach", "Newtown"]);
        assert.equal(await within("#hapana-complete-options").isVisible(), true);
        await within("input[name=hapana-delivered][value=sent]").check();
        assert.equal(await within("#hapana-complete-options").isVisible(), false);
        await editor().closeWebhookIn("cancel");
        assert.equal(await editor().property("webhook", "deliveredWhen"), "complete");
      });

      it("keeps the wires of the other events when one is unticked, and when it is ticked again", async () => {
        const wiresOf = (types: readonly string[]) => [...types, "unrecognised"].map((type) => [`see-${type}`]);
        await editor().openWebhookIn("webhook");
        await within("#hapana-events input[value=accountCreated]").uncheck();
        await within("#hapana-events input[value=packagePurchased]").uncheck();
        await editor().closeWebhookIn("ok");
        const left = eventTypes.filter((type) => type !== "accountCreated" && type !== "packagePurchased");
        assert.deepEqual(await editor().property("webhook", "events"), left);
        assert.equal(await editor().property("webhook", "outputs"), 5);
        assert.deepEqual(await editor().wires("webhook"), wiresOf(left));

        await editor().openWebhookIn("webhook");
        await within("#hapana-events input[value=accountCreated]").check();
        await editor().closeWebhookIn("ok");
        const [first, ...rest] = wiresOf(left);
        assert.deepEqual(await editor().wires("webhook"), [first, [], ...rest]);

        await editor().page.keyboard.press("Control+z");
        await editor().page.keyboard.press("Control+z");
        assert.deepEqual(await editor().wires("webhook"), wiresOf(eventTypes));
        assert.deepEqual(await editor().property("webhook", "events"), eventTypes);
      });

      it("asks for at least one event", async () => {
        await editor().openWebhookIn("webhook");
        for (const type of eventTypes) await within(`#hapana-events input[value=${type}]`).uncheck();
        assert.equal(await textOf("#hapana-events-problem"), "Tick at least one event.");
        await editor().closeWebhookIn("cancel");
        assert.deepEqual(await editor().property("webhook", "events"), eventTypes);
      });

      it("says which nodes are without an endpoint once theirs is deleted, and Ctrl-Z brings it back", async () => {
        await editor().openWebhookIn("careless");
        await editor().openEndpoint();
        await editor().deleteEndpoint();
        await within(".red-ui-notification")
          .getByText("“No token” was deleted. Nodes that now have no endpoint: 1. Undo (Ctrl-Z) brings it back.")
          .waitFor();
        await editor().closeWebhookIn("cancel");
        assert.equal(await editor().property("careless", "endpoint"), "");
        await editor().undo();
        assert.equal(await editor().property("careless", "endpoint"), "bare");
      });
    });
  }
});

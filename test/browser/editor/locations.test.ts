import assert from "node:assert/strict";
import { definitionOf } from "../../../src/events/catalog";
import { onePlatform } from "../../support/platforms";
import { post } from "../../support/post";
import { describeInBrowser } from "../support/in-browser";
import { oneEditor } from "../support/one-editor";
import { sites, studioFlows, studioSettings } from "../support/studio";

describeInBrowser("the locations in the editor", (browser) => {
  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const { editor, show, inEndpoint, nodeRed, textOf, within } = oneEditor(browser, {
        platform,
        settings: studioSettings,
      });

      it("saves what was chosen, and locations that were typed in", async () => {
        await show(studioFlows());
        await editor().openWebhookIn("careless");
        await within("#node-input-endpoint").selectOption("endpoint");
        await within("input[name=hapana-locations][value=some]").check();
        await within("#hapana-location-list").getByLabel("Newtown").check();
        await within("#hapana-new-location").fill("  another-site ");
        await within("#hapana-new-location").press("Enter");
        await within("input[name=hapana-delivered][value=sent]").check();
        await editor().closeWebhookIn("ok");
        assert.deepEqual(await editor().property("careless", "sites"), [sites[1]?.siteID, "another-site"]);
        assert.equal(await editor().property("careless", "deliveredWhen"), "sent");
        assert.equal(await editor().property("careless", "valid"), true);

        await editor().openWebhookIn("careless");
        assert.deepEqual(await within("#hapana-location-list label:has(:checked)").allTextContents(), [
          "Newtown",
          "another-site",
        ]);
        await within("input[name=hapana-locations][value=all]").check();
        await editor().closeWebhookIn("ok");
        assert.deepEqual(await editor().property("careless", "sites"), []);
        await editor().undoAll();
      });

      it("does not take “only these” without a location for all of them", async () => {
        await show(studioFlows());
        const problem = "Tick at least one location, or choose “All locations”. Until then, no events will arrive.";
        const some = within("input[name=hapana-locations][value=some]");
        await editor().openWebhookIn("webhook");
        await some.check();
        assert.equal(await textOf("#hapana-locations-problem"), "", "nobody has had the chance to choose yet");
        await within("#hapana-location-list").getByLabel("Newtown").check();
        await within("#hapana-location-list").getByLabel("Newtown").uncheck();
        assert.equal(await textOf("#hapana-locations-problem"), problem);
        await editor().closeWebhookIn("ok");
        assert.deepEqual(await editor().property("webhook", "sites"), [""]);
        assert.equal(await editor().property("webhook", "valid"), false);
        assert.deepEqual(await editor().property("webhook", "validationErrors"), [problem]);

        await editor().openWebhookIn("webhook");
        assert.equal(await some.isChecked(), true);
        assert.equal(await textOf("#hapana-locations-problem"), problem);
        assert.equal(await within("#hapana-location-list label").count(), 2);
        await within("#hapana-new-location").fill("typed-but-not-added");
        assert.equal(await textOf("#hapana-locations-problem"), "");
        await editor().closeWebhookIn("ok");
        assert.deepEqual(await editor().property("webhook", "sites"), ["typed-but-not-added"]);

        await editor().openWebhookIn("webhook");
        await within("input[name=hapana-locations][value=all]").check();
        await editor().closeWebhookIn("ok");
        assert.deepEqual(await editor().property("webhook", "sites"), []);
        assert.equal(await editor().property("webhook", "valid"), true);
        await editor().undoAll();
      });

      it("keeps the locations' names", async () => {
        await show(studioFlows());
        await inEndpoint(async () => {
          await editor().showTab("locations");
          await within("#hapana-endpoint-dialog").getByText("Add a location").click();
          await within("#hapana-sites input").nth(4).fill("c2l0ZQ==");
          await within("#hapana-sites input").nth(5).fill("Manly");
        }, "ok");
        assert.deepEqual(await editor().property("endpoint", "sites"), [
          ...sites,
          { siteID: "c2l0ZQ==", name: "Manly" },
        ]);
      });

      it("says on its tab that a siteID is there twice, as long as it is", async () => {
        const [first, second] = sites;
        await show(studioFlows({ sites: [first, { ...second, siteID: first?.siteID }] }));
        const problem = "Your locations: every line needs a siteID, and no siteID can appear twice.";
        const tab = within("#hapana-tab-locations-tab");
        const says = async (words: string) => {
          assert.equal(await textOf("#hapana-sites-problem"), words);
          assert.equal(
            await tab.getAttribute("aria-label"),
            words === "" ? "Locations" : "Locations: something in here is not right",
          );
        };
        await inEndpoint(async () => {
          assert.equal(await tab.getAttribute("aria-selected"), "true", "it is shown at once");
          await says(problem);
          await within("#hapana-sites input").nth(2).fill("another");
          await says("");
          await within("#hapana-sites input").nth(2).fill(`${first?.siteID} `);
          await says(problem);
          await within("#hapana-sites .red-ui-editableList-item-remove").first().click();
          await within("#hapana-sites li").nth(1).waitFor({ state: "detached" });
          await says("");
        });
      });

      it("offers to name a location as soon as an event has come from it", async () => {
        // Without a token, so that the locations come by an endpoint that is no one else's in these tests.
        await show(studioFlows().map((node) => (node.id === "bare" ? { ...node, auth: "none" } : node)));
        const offered = within("#hapana-seen-sites button");
        const send = (siteID: string | undefined) =>
          post(`${nodeRed().url}/bare/checkIn`, {
            body: { ...definitionOf("checkIn").sample, siteID, checkInMessage: Math.random() },
          });
        for (const siteID of ["<b>QUtV</b>", sites[0]?.siteID, undefined])
          assert.equal((await send(siteID)).status, 200);

        await editor().openWebhookIn("careless");
        await within("input[name=hapana-locations][value=some]").check();
        await within("#hapana-location-list")
          .getByLabel(/^<b>QUtV<\/b> \(Client Check-In, /)
          .check();
        await editor().openEndpoint();
        await editor().showTab("locations");
        await offered.first().waitFor();
        const [unnamed, other, ...more] = await offered.allTextContents();
        assert.match(unnamed ?? "", /^<b>QUtV<\/b> \(Client Check-In, .*\d:\d\d/);
        assert.equal(other?.split(" ")[0], sites[0]?.siteID);
        assert.deepEqual(more, []);
        // An empty line that was added before is used, and not left empty.
        await within("#hapana-endpoint-dialog").getByText("Add a location").click();
        await offered.first().click();
        await editor().page.keyboard.type("Manly");
        await offered.first().click();
        await editor().page.keyboard.type("Bondi Beach");
        assert.equal(await within("#hapana-seen-sites").isVisible(), false);
        await editor().closeEndpoint("ok");
        assert.deepEqual(await editor().property("bare", "sites"), [
          { siteID: "<b>QUtV</b>", name: "Manly" },
          { siteID: sites[0]?.siteID, name: "Bondi Beach" },
        ]);
        const answered = editor().page.waitForResponse(/\/sightings$/);
        await editor().openEndpoint();
        await (await answered).finished();
        // Where locations are offered, they are so as soon as the answer is there; this is asked after it.
        await editor().page.evaluate("$.getJSON('settings')");
        assert.equal(await offered.count(), 0);
        await editor().closeEndpoint("cancel");
        await editor().closeWebhookIn("cancel");
      });
    });
  }
});

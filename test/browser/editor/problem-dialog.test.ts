import assert from "node:assert/strict";
import type { FlowNode } from "../../support/flows";
import { onePlatform } from "../../support/platforms";
import { describeInBrowser } from "../support/in-browser";
import { faintTexts, namelessControls } from "../support/legibility";
import { oneEditor } from "../support/one-editor";
import { studioFlows, studioSettings } from "../support/studio";

const allKinds = ["failed", "setAside", "unclaimed", "storage", "refused", "silence"];
const allDays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** As it is made by the palette. */
const problem = (id: string, y: number, properties: Partial<FlowNode> = {}): FlowNode => ({
  ...{ id, type: "hapana-problem", z: "tab", x: 160, y, name: "", endpoint: "", wires: [[]] },
  ...{ version: 1, kinds: allKinds, intervalMinutes: 10, silenceHours: 0, hours: [], timeZone: "" },
  ...properties,
});

const odd = {
  hours: [{ days: ["monday"], from: "6:00", to: "25:00" }],
  timeZone: "Mars/Olympus",
  intervalMinutes: -5,
};
const flows = [...studioFlows(), problem("problem", 420), problem("odd", 500, odd)];

describeInBrowser("the dialog of Hapana problem", (browser) => {
  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const { editor, show, within, textOf, fieldValue } = oneEditor(browser, { platform, settings: studioSettings });

      const open = (id: string) => editor().openNode(id, "#hapana-problem-dialog");
      const property = <Value>(name: string, id = "problem") => editor().property<Value>(id, name);
      const kind = (name: string) => within(`#hapana-kinds input[value=${name}]`);
      const line = (number: number) => within(".hapana-range").nth(number);

      beforeEach(() => show(flows));
      afterEach(() => editor().undoAll());

      it("begins with all kinds, all endpoints and ten minutes", async () => {
        const made = await editor().page.evaluate(`Object.fromEntries(
          Object.entries(RED.nodes.getType("hapana-problem").defaults).map(([name, { value }]) => [name, value]))`);
        const { version, kinds, intervalMinutes, silenceHours, hours, timeZone, name, endpoint } = problem(
          "problem",
          420,
        );
        assert.deepEqual(made, { version, name, endpoint, kinds, intervalMinutes, silenceHours, hours, timeZone });
        await open("problem");
        assert.equal(await within("#hapana-kinds input:checked").count(), allKinds.length);
        assert.deepEqual(
          [await fieldValue("#node-input-intervalMinutes"), await fieldValue("#node-input-silenceHours")],
          ["10", "0"],
        );
        assert.deepEqual(await namelessControls(within("#hapana-problem-dialog")), []);
        assert.deepEqual(await faintTexts(within("#hapana-problem-dialog"), 4.5), []);
        await editor().closeNode("ok");
        assert.deepEqual(await property("kinds"), allKinds);
        assert.deepEqual(
          [await property("endpoint"), await property("hours"), await property("valid")],
          ["", [], true],
        );
      });

      it("saves what was chosen, and shows it again", async () => {
        await open("problem");
        await within("#node-input-endpoint").selectOption("endpoint");
        await kind("refused").uncheck();
        await within("#node-input-silenceHours").fill("4.5");
        await within("#node-input-intervalMinutes").fill("30");
        await within("#node-input-timeZone").fill("Australia/Sydney");
        await within("#hapana-problem-dialog .red-ui-editableList-addButton").click();
        await line(0).locator("input[value=sun]").uncheck();
        await line(0).locator(".hapana-time").nth(1).fill("02:00");
        assert.equal(await textOf("#hapana-hours-problem"), "");
        await editor().closeNode("ok");
        assert.deepEqual(await property("hours"), [{ days: allDays.slice(0, 6), from: "06:00", to: "02:00" }]);
        assert.deepEqual(
          [await property("kinds"), await property("endpoint"), await property("timeZone"), await property("valid")],
          [allKinds.filter((each) => each !== "refused"), "endpoint", "Australia/Sydney", true],
        );

        await open("problem");
        assert.equal(await line(0).locator("input:checked").count(), 6);
        assert.equal(await fieldValue("#node-input-silenceHours"), "4.5");
        await kind("silence").uncheck();
        assert.equal(await within("#hapana-silence").isVisible(), false, "what only matters to silence");
        await editor().closeNode("ok");
        assert.deepEqual(await property("kinds"), ["failed", "setAside", "unclaimed", "storage"]);
        assert.equal((await property<unknown[]>("hours")).length, 1, "is kept");
      });

      it("can be filled in by keyboard alone", async () => {
        const press = (...keys: string[]) =>
          keys.reduce((before, key) => before.then(() => editor().page.keyboard.press(key)), Promise.resolve());
        await open("problem");
        await kind("failed").focus();
        await press("Space");
        await within("#hapana-problem-dialog .red-ui-editableList-addButton").focus();
        await press("Enter");
        // The first day has the focus: without Monday, from half past five on.
        await press("Space", ...Array(7).fill("Tab"));
        await editor().page.keyboard.type("05:30");
        await editor().closeNode("ok");
        assert.deepEqual(await property("hours"), [{ days: allDays.slice(1), from: "05:30", to: "22:00" }]);
        assert.deepEqual(await property("kinds"), allKinds.slice(1));
      });

      it("says that silence is never told where it is ticked without hours, or has hours and is not ticked", async () => {
        const noteAt = (id: string) => within(`#hapana-silence-${id}:visible`).allTextContents();
        await open("problem");
        const missing = ["Silence is ticked, but with 0 hours it is never reported: enter a number."];
        assert.deepEqual([await noteAt("missing"), await noteAt("unticked")], [missing, []]);
        await within("#node-input-silenceHours").fill("4.5");
        assert.deepEqual([await noteAt("missing"), await noteAt("unticked")], [[], []]);
        await kind("silence").uncheck();
        const unticked = ["4.5 hours are set, but Silence is not ticked, so it is not reported."];
        assert.deepEqual([await noteAt("missing"), await noteAt("unticked")], [[], unticked]);
        await editor().closeNode("ok");
        assert.equal(await property("valid"), true);
        await open("problem");
        assert.deepEqual(await noteAt("unticked"), unticked);
        await editor().closeNode("cancel");
      });

      it("says what is wrong, where it is, and what to do", async () => {
        assert.equal(await property("valid", "odd"), false);
        await open("odd");
        assert.equal(await textOf("#hapana-hours-problem"), "“25:00” is not a time. Write it like 06:00.");
        assert.equal(await line(0).locator(".hapana-time").first().inputValue(), "06:00");
        await line(0).locator(".hapana-time").nth(1).fill("22:00");
        assert.equal(await textOf("#hapana-hours-problem"), "");
        await line(0).locator("input[value=mon]").uncheck();
        assert.equal(await textOf("#hapana-hours-problem"), "Tick at least one day for each time.");
        await line(0).locator("xpath=..").getByLabel("Remove these hours").click();
        await editor().page.waitForFunction("$('#hapana-hours-problem').text() === ''");
        for (const each of allKinds) await kind(each).uncheck();
        assert.equal(await textOf("#hapana-kinds-problem"), "Tick at least one kind.");
        await editor().closeNode("ok");
        const problems = await property<string[]>("validationErrors", "odd");
        assert.deepEqual(problems, [
          "Tick at least one kind.",
          "At most one message: enter a number of minutes from 0 to 10080. The default is 10.",
          "Unknown time zone: “Mars/Olympus”. Choose one from the list, or leave the field empty.",
        ]);
      });
    });
  }

  for (const platform of onePlatform.slice(0, 1)) {
    describe(`and the first endpoint, in Node-RED ${platform.name}`, () => {
      const { editor, show } = oneEditor(browser, { platform, settings: studioSettings });

      it("does not narrow it to one endpoint: to a problem node, none stands for all", async () => {
        const [tab] = studioFlows();
        const webhook = studioFlows().find(({ id }) => id === "webhook");
        assert.ok(tab && webhook);
        await show([tab, { ...webhook, endpoint: "", wires: [] }, problem("problem", 420)]);
        await editor().openWebhookIn("webhook");
        await editor().openEndpoint("add");
        await editor().closeEndpoint("ok");
        await editor().closeWebhookIn("ok");
        assert.notEqual(await editor().property("webhook", "endpoint"), "");
        assert.equal(await editor().property("problem", "endpoint"), "");
      });
    });
  }
});

import assert from "node:assert/strict";
import { catalog, definitionOf, eventTypes } from "../../src/events/catalog";
import { endpoint, type FlowNode, token, webhookIn } from "../support/flows";
import { onePlatform } from "../support/platforms";
import { testEvent } from "../support/test-events";
import { describeInBrowser } from "./support/in-browser";
import { namelessControls } from "./support/legibility";
import { oneEditor } from "./support/one-editor";
import { studioSettings } from "./support/studio";
import { drag } from "./support/workspace";

const allArrived = new RegExp(`^${eventTypes.length} events arrived in \\d+ ms$`);

const flows: readonly FlowNode[] = [
  { id: "tab", type: "tab", label: "Studio" },
  endpoint({ name: "My studio" }),
  webhookIn({ wires: [...eventTypes, "unrecognised"].map(() => ["see"]) }),
  {
    id: "see",
    type: "debug",
    z: "tab",
    x: 500,
    y: 160,
    active: true,
    tosidebar: true,
    complete: "payload",
    targetType: "msg",
  },
  testEvent({ x: 160, y: 340 }),
  testEvent({
    id: "lines",
    event: "outboundMessage",
    fields: '{ "message": "Hi,\\nsee you.", "": 1 }',
    x: 160,
    y: 580,
  }),
  testEvent({ id: "magic", event: "magic", x: 400, y: 580 }),
  testEvent({ id: "unreadable", fields: "checkInStatus: Invalid", x: 160, y: 500 }),
];

describeInBrowser("the test event in the editor", (browser) => {
  for (const platform of onePlatform) {
    describe(`of Node-RED ${platform.name}`, () => {
      const { editor, nodeRed, show } = oneEditor(browser, { platform, settings: studioSettings });

      beforeEach(() => show(flows));

      const openDialog = (id: string) => editor().openNode(id, "#hapana-test-event-dialog");
      const done = () => editor().closeNode("ok");

      it("says that the event that is saved is unknown, and takes none in its place before one is chosen", async () => {
        const problem = "The saved event, “magic”, is unknown. Choose one.";
        const { page } = editor();
        assert.deepEqual(await editor().property("magic", "validationErrors"), [problem]);
        await openDialog("magic");
        assert.equal(await page.locator("#hapana-event-problem").textContent(), problem);
        await done();
        assert.equal(await editor().property("magic", "event"), "magic");
        await openDialog("magic");
        await page.locator("#node-input-event").selectOption("checkIn");
        assert.match((await page.locator("#hapana-event-hint").textContent()) ?? "", /^Hapana sends it when/);
        await done();
        assert.equal(await editor().property("magic", "valid"), true);
        await editor().undoAll();
      });

      it("posts each of them at the press of its button, and they are seen in the debug sidebar", async () => {
        const { page } = editor();
        await page.evaluate("RED.sidebar.show('debug')");
        await editor().press("test");
        await page.getByText(allArrived).waitFor();
        await page
          .locator(".red-ui-notification")
          .getByText("“Hapana test event” posts made-up events to your endpoint. Hapana itself sends nothing.")
          .waitFor();
        await page.locator(".red-ui-debug-msg").nth(5).waitFor();
        const shown = await page.locator(".red-ui-debug-msg").allTextContents();
        for (const [index, type] of eventTypes.entries())
          assert.match(shown[index] ?? "", new RegExp(`^.*${type} : msg`));
      });

      it("explains itself in its dialog, to the eye and to a screen reader", async () => {
        const { page } = editor();
        await openDialog("test");
        const select = page.getByLabel("Event", { exact: true });
        assert.deepEqual(await select.locator("option").allTextContents(), [
          "All events, one after the other",
          ...catalog.map(({ title }) => title),
        ]);
        await select.selectOption("checkIn");
        assert.equal(
          await page.locator("#hapana-event-hint").textContent(),
          `Hapana sends it when ${definitionOf("checkIn").firesWhen}.`,
        );
        assert.deepEqual(await namelessControls(page.locator("#hapana-test-event-dialog")), []);
        await done();
        assert.equal(await editor().property("test", "event"), "checkIn");
        await page.getByText("Test event: Client Check-In").first().waitFor();
        await editor().press("test");
        await page.getByText("There are undeployed changes. Press Deploy, then press the button again.").waitFor();
        await editor().undoAll();
      });

      it("takes fields to change, says what each means, and keeps what is there already", async () => {
        const { page } = editor();
        const within = (selector: string) => page.locator(`#hapana-test-event-dialog ${selector}`);
        const line = (number: number) => within(".hapana-field").nth(number);
        const change = async (number: number, field: string, value: string) => {
          await within(".red-ui-editableList-addButton").click();
          await line(number).getByLabel("Field").selectOption(field);
          await line(number).getByLabel("Value").fill(value);
        };
        await openDialog("test");
        await page.getByLabel("Event", { exact: true }).selectOption("packagePurchased");
        await change(0, "amount", "49.5");
        await change(1, "packageName", "12");
        assert.match((await line(0).textContent()) ?? "", /The amount paid, as a number/);
        assert.equal(await line(1).getByLabel("Value").getAttribute("placeholder"), "Ten Class Pass");
        await change(2, "amount", "0");
        const problem = page.locator("#hapana-fields-problem");
        assert.match((await problem.textContent()) ?? "", /^Add each field only once/);
        await line(2).locator("xpath=..").getByLabel("Do not change this field").click();
        await page.waitForFunction("$('#hapana-fields-problem').text() === ''");
        assert.deepEqual(await namelessControls(page.locator("#hapana-test-event-dialog")), []);
        await done();
        const saved = '{"amount":49.5,"packageName":"12"}';
        assert.equal(await editor().property("test", "fields"), saved);

        await openDialog("test");
        assert.equal(await line(1).getByLabel("Value").inputValue(), "12");
        // An event without these fields does not lose them.
        await page.getByLabel("Event", { exact: true }).selectOption("checkIn");
        assert.equal(await line(0).getByLabel("Field").inputValue(), "amount");
        await done();
        assert.equal(await editor().property("test", "fields"), saved);
        assert.equal(await editor().property("test", "valid"), true);
        await editor().undoAll();
      });

      it("leaves the fields as they are when nobody touched them, and values that were not touched", async () => {
        const saved = await editor().property("lines", "fields");
        await openDialog("lines");
        await done();
        assert.equal(await editor().property("lines", "fields"), saved);
        await openDialog("lines");
        await editor().page.locator("#hapana-test-event-dialog .red-ui-editableList-addButton").click();
        await editor().page.locator(".hapana-field").last().getByLabel("Field").selectOption("phone");
        await editor().page.locator(".hapana-field").last().getByLabel("Value").fill("1");
        await done();
        assert.equal(await editor().property("lines", "fields"), '{"message":"Hi,\\nsee you.","phone":"1"}');
        await editor().undoAll();
      });

      it("says where the fields cannot be read, and that they are to be set anew", async () => {
        assert.equal(await editor().property("unreadable", "valid"), false);
        await openDialog("unreadable");
        const problem = editor().page.locator("#hapana-fields-problem");
        assert.match((await problem.textContent()) ?? "", /cannot be read\. Done replaces them/);
        await done();
        assert.equal(await editor().property("unreadable", "fields"), "");
        assert.equal(await editor().property("unreadable", "valid"), true);
        await editor().undoAll();
      });

      it("takes the only endpoint that there is, and does as it says once it is deployed", async () => {
        const dragged = await drag(editor(), "hapana-test-event", { x: 200, y: 420 });
        assert.equal(await editor().property(dragged, "endpoint"), "endpoint");
        await editor().deploy();
        await editor().pressUntil(dragged, allArrived);
        assert.doesNotMatch(nodeRed().log(), new RegExp(token));
      });
    });
  }
});

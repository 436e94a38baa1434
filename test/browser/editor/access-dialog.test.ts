import assert from "node:assert/strict";
import { defaults } from "../../../nodes/hapana-access/config";
import type { FlowNode } from "../../support/flows";
import { onePlatform } from "../../support/platforms";
import { describeInBrowser } from "../support/in-browser";
import { faintTexts, namelessControls } from "../support/legibility";
import { oneEditor } from "../support/one-editor";
import { sites, studioFlows, studioSettings } from "../support/studio";

/** As it is made by the palette. */
const access = (id: string, y: number, properties: Partial<FlowNode> = {}): FlowNode => ({
  ...{ id, type: "hapana-access", z: "tab", x: 160, y, wires: [[], [], []] },
  ...{ ...defaults, roster: "roster" },
  ...properties,
});

const roster = (id: string, name: string, endpoint: string): FlowNode => ({
  ...{ id, type: "hapana-roster", version: 1, name, endpoint, forgetAfterDays: 365 },
});

const odd = {
  ...{ roster: "", sites: [""], statuses: ["ActivePackage", "vip"], packages: "Gold, Silver" },
  ...{ graceHours: -1, maxAgeSeconds: 0, gapSeconds: "", staleHours: "x", trustCheckInHours: 9_000 },
  ...{ hours: [{ days: ["mon"], from: "06:00", to: "25:00" }], timeZone: "Mars/Olympus", credentialFormat: "octal" },
  ...{ credentialProperty: "payload.[", openPayload: "{", openPayloadType: "json" },
};

const flows = [
  ...studioFlows(),
  roster("roster", "Members", "endpoint"),
  roster("another", "Trial", "bare"),
  access("access", 420),
  access("odd", 500, odd),
];

describeInBrowser("the dialogs of Hapana access and its roster", (browser) => {
  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      const { editor, show, within, textOf, fieldValue } = oneEditor(browser, { platform, settings: studioSettings });

      const open = (id = "access") => editor().openNode(id, "#hapana-access-dialog");
      const property = <Value>(name: string, id = "access") => editor().property<Value>(id, name);
      const saved = async (id = "access") =>
        JSON.parse(
          await editor().page.evaluate<string>(`(({ _def, ...node }) =>
            JSON.stringify(Object.fromEntries(Object.keys(_def.defaults).map((name) => [name, node[name]]))))(RED.nodes.node("${id}"))`),
        ) as Record<string, unknown>;
      const tick = (list: string, value: string) => within(`${list} input[value="${value}"]`);
      const ticked = (list: string) =>
        within(`${list} input:checked`).evaluateAll((inputs) =>
          inputs.map((input) => (input as HTMLInputElement).value),
        );
      const openRoster = (which: "edit" | "add") => editor().openConfigNode("roster", which, "#hapana-roster-dialog");

      beforeEach(() => show(flows));
      afterEach(() => editor().undoAll());

      it("has what a new node has, and changes nothing when it is only looked at", async () => {
        const made = await editor().page.evaluate(`Object.fromEntries(
          Object.entries(RED.nodes.getType("hapana-access").defaults).map(([name, { value }]) => [name, value]))`);
        assert.deepEqual(made, defaults);
        await open();
        await within("#hapana-advanced summary").click();
        assert.deepEqual(await ticked("#hapana-statuses"), defaults.statuses);
        assert.deepEqual(await namelessControls(within("#hapana-access-dialog")), []);
        assert.deepEqual(await faintTexts(within("#hapana-access-dialog"), 4.5), []);
        await editor().closeNode("ok");
        assert.equal(await property("changed"), false);
        assert.equal(await property("valid"), true);
        assert.deepEqual(await saved(), { ...defaults, roster: "roster" });
      });

      it("saves what was chosen, and shows it again", async () => {
        await open();
        await within("#node-input-door").fill("Front door");
        await tick("#hapana-statuses", "introOffer").uncheck();
        await within("#hapana-new-status").fill("vip");
        await within("#hapana-new-status").press("Enter");
        await within("#hapana-new-package").fill("Gold, yearly");
        await within("#hapana-packages button").click();
        await within("#hapana-new-package").fill("typed but not added");
        await within("input[name=hapana-locations][value=some]").check();
        await within("#hapana-location-list").getByLabel("Newtown").check();
        await within("#node-input-graceHours").fill("12");
        await within("#hapana-access-dialog .red-ui-editableList-addButton").click();
        await within("#node-input-timeZone").fill("Australia/Sydney");
        await within("#node-input-credentialFormat").selectOption("hex");
        await within("#hapana-advanced summary").click();
        assert.equal(await within("#node-input-whenStale").isDisabled(), true, "where no silence matters");
        await within("#node-input-staleHours").fill("6");
        await within("#node-input-whenStale").selectOption("refuse");
        await within("#node-input-testsOpen").check();
        await editor().page.evaluate(`$("#node-input-credentialProperty").typedInput("value", "payload.uid")`);
        await editor().page.evaluate(
          `$("#node-input-openPayload").typedInput("type", "json").typedInput("value", '{"on":1}')`,
        );
        await editor().closeNode("ok");
        const { version, name, gapSeconds, maxAgeSeconds, trustCheckInHours, showNames, ...others } = await saved();
        assert.deepEqual(others, {
          ...{ roster: "roster", door: "Front door", statuses: ["activePackage", "vip"], sites: [sites[1]?.siteID] },
          ...{ packages: ["Gold, yearly", "typed but not added"], graceHours: "12", timeZone: "Australia/Sydney" },
          hours: [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: "06:00", to: "22:00" }],
          ...{ credentialProperty: "payload.uid", credentialFormat: "hex", openPayload: '{"on":1}' },
          ...{ openPayloadType: "json", refusePayload: "", refusePayloadType: "reason" },
          ...{ staleHours: "6", whenStale: "refuse", testsOpen: true },
        });
        assert.equal(await property("valid"), true);

        await open();
        assert.deepEqual(await ticked("#hapana-statuses"), ["activePackage", "vip"]);
        assert.deepEqual(await ticked("#hapana-packages"), ["Gold, yearly", "typed but not added"]);
        assert.deepEqual(await within("#hapana-location-list label:has(:checked)").allTextContents(), ["Newtown"]);
        assert.equal(await within(".hapana-range").count(), 1);
        assert.equal(await fieldValue("#node-input-whenStale"), "refuse");
        for (const status of ["activePackage", "vip"]) await tick("#hapana-statuses", status).uncheck();
        assert.match(await textOf("#hapana-no-status"), /^No status is ticked/);
        await within("input[name=hapana-locations][value=all]").check();
        await editor().closeNode("ok");
        assert.deepEqual([await property("statuses"), await property("sites")], [[], []]);
      });

      it("offers the locations of the endpoint that the chosen roster listens to", async () => {
        await open();
        await within("input[name=hapana-locations][value=some]").check();
        const offered = () => within("#hapana-location-list label").allTextContents();
        assert.deepEqual(await offered(), ["Bondi Beach", "Newtown"]);
        await within("#hapana-location-list").getByLabel("Newtown").check();
        await within("#node-input-roster").selectOption("another");
        assert.deepEqual(await offered(), []);
        await within("#node-input-roster").selectOption("roster");
        assert.deepEqual(await offered(), ["Bondi Beach", "Newtown"]);
        await editor().closeNode("cancel");
      });

      it("says what is wrong, where it is, and what to do", async () => {
        assert.equal(await property("valid", "odd"), false);
        const problems = await property<string[]>("validationErrors", "odd");
        // What is wrong with JSON, each browser says in its own words.
        assert.deepEqual(problems.map((each) => each.replace(/(JSON data).*/, "$1")).toSorted(), [
          "A check-in is valid for: enter a number of seconds from 1 to 3600. The default is 30.",
          "Format: “octal” is not known. Choose one from the list.",
          "Grace: enter a number of hours from 0 to 8760. 0 means none.",
          "If open: Invalid JSON data",
          "Ignore repeated reads for: enter a number of seconds from 0 to 3600. The default is 3.",
          "Nothing received from Hapana for: enter a number of hours from 0 to 8760. 0 means no limit.",
          "Property: enter a property of the message, such as payload.uid.",
          "Roster: property value missing",
          "Tick at least one location, or choose “All locations”. Until then, nobody is let in.",
          "Unknown time zone: “Mars/Olympus”. Choose one from the list, or leave the field empty.",
          "Without a status: enter a number of hours from 0 to 8760. 0 means never.",
          "“25:00” is not a time. Write it like 06:00.",
        ]);
        await open("odd");
        assert.equal(await within("#node-input-gapSeconds").isVisible(), true, "what is wrong is not folded away");
        assert.deepEqual(await ticked("#hapana-statuses"), ["activePackage", "vip"]);
        assert.deepEqual(await ticked("#hapana-packages"), ["Gold", "Silver"]);
        assert.equal(await textOf("#hapana-hours-problem"), "“25:00” is not a time. Write it like 06:00.");
        await within("#node-input-roster").selectOption("roster");
        await within("input[name=hapana-locations][value=all]").check();
        await within(".hapana-range .hapana-time").nth(1).fill("22:00");
        await within("#node-input-timeZone").fill("");
        for (const name of ["graceHours", "maxAgeSeconds", "gapSeconds", "staleHours", "trustCheckInHours"])
          await within(`#node-input-${name}`).fill("1");
        await within("#node-input-credentialFormat").selectOption("auto");
        await editor().page.evaluate(`$("#node-input-credentialProperty").typedInput("value", "payload")`);
        await editor().page.evaluate(`$("#node-input-openPayload").typedInput("value", "{}")`);
        await editor().closeNode("ok");
        assert.deepEqual(await property("validationErrors", "odd"), []);
        assert.equal(await property("valid", "odd"), true);
      });

      it("tells the three outputs apart", async () => {
        const labels = await editor().page.evaluate(`[0, 1, 2].map((index) =>
          RED.nodes.node("access")._def.outputLabels.call(RED.nodes.node("access"), index))`);
        assert.deepEqual(labels, ["Open", "Refused", "Access changed"]);
      });

      it("makes a roster from there, which begins with the only endpoint", async () => {
        const endpoints = flows.filter(({ id }) => !["bare", "careless", "another", "roster", "odd"].includes(id));
        await show(endpoints.map((node) => (node.id === "access" ? { ...node, roster: "" } : node)));
        await open();
        await openRoster("add");
        assert.equal(await fieldValue("#node-config-input-endpoint"), "endpoint");
        assert.equal(await fieldValue("#node-config-input-forgetAfterDays"), "365");
        assert.deepEqual(await namelessControls(within("#hapana-roster-dialog")), []);
        assert.deepEqual(await faintTexts(within("#hapana-roster-dialog"), 4.5), []);
        await (await editor().inSight("#node-config-input-name")).fill("Members");
        await (await editor().inSight("#node-config-input-forgetAfterDays")).fill("0");
        await editor().closeConfigNode("ok");
        await editor().closeNode("ok");
        const id = await property<string>("roster");
        assert.equal(await property("endpoint", id), "endpoint");
        assert.deepEqual(await property("validationErrors", id), [
          "Forget a client after: enter a number of days from 1 to 3650. The default is 365.",
        ]);
        await open();
        await openRoster("edit");
        await (await editor().inSight("#node-config-input-forgetAfterDays")).fill("30");
        await editor().closeConfigNode("ok");
        await editor().closeNode("ok");
        assert.deepEqual([await property("valid", id), await property("valid")], [true, true]);
      });

      it("is set up from nothing, one dialog over the other", async () => {
        const [tab] = studioFlows();
        assert.ok(tab);
        await show([tab, access("access", 420, { roster: "" })]);
        await open();
        await openRoster("add");
        await editor().openEndpoint("add");
        await editor().closeConfigNode("ok");
        await editor().closeConfigNode("ok");
        await editor().closeNode("ok");
        const id = await property<string>("roster");
        const endpoint = await property<string>("endpoint", id);
        assert.equal(await property("type", endpoint), "hapana-endpoint");
        assert.deepEqual(
          await property("validationErrors", id),
          ["Endpoint: invalid configuration node"],
          "no token yet",
        );
      });

      it("is no longer marked once the endpoint of its roster is complete", async () => {
        await show([
          ...studioFlows({ id: "tokenless", credentials: {} }),
          roster("roster", "Members", "tokenless"),
          access("access", 420),
        ]);
        await editor().page.waitForFunction("RED.nodes.node('access').valid === false");
        assert.equal(await property("valid", "roster"), false);
        await editor().openWebhookIn("webhook");
        await editor().openEndpoint();
        await (await editor().inSight("#node-config-input-headerValue")).fill("Bearer something");
        await editor().closeEndpoint("ok");
        await editor().closeWebhookIn("ok");
        await editor().page.waitForFunction("RED.nodes.node('access').valid");
        assert.equal(await property("valid", "roster"), true);
      });

      it("keeps what a newer version has saved, as far as it can be read", async () => {
        await show([...flows, access("newer", 580, { version: 99, statuses: ["vip"], packages: ["Gold"] })]);
        await open("newer");
        await editor().closeNode("ok");
        assert.deepEqual(
          [await property("statuses", "newer"), await property("packages", "newer")],
          [["vip"], ["Gold"]],
        );
      });

      it("leads to what its door has decided", async () => {
        await open();
        await editor().page.evaluate(`{
          const { invoke } = RED.actions;
          RED.actions.invoke = (name, asked) => {
            if (name !== "hapana:show-doors") return invoke(name, asked);
            RED.actions.invoke = invoke;
            globalThis.asked = asked;
          };
        }`);
        await within("#hapana-access-dialog").getByRole("button", { name: "Show this door's decisions" }).click();
        assert.deepEqual(await editor().page.evaluate("globalThis.asked"), { door: "access" });
        await editor().closeNode("cancel");
      });

      it("gives a new node the only roster that there is, and none where there are two", async () => {
        const madeRoster = () =>
          editor().page.evaluate<string>(`(() => {
            const node = { id: "new", type: "hapana-access", roster: "", _def: RED.nodes.getType("hapana-access") };
            node._def.onadd.call(node);
            return node.roster;
          })()`);
        assert.equal(await madeRoster(), "");
        await show(flows.filter(({ id }) => id !== "another"));
        assert.equal(await madeRoster(), "roster");
      });
    });
  }
});

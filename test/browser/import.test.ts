import assert from "node:assert/strict";
import { access, endpoint, type FlowNode, roster, webhookIn } from "../support/flows";
import { onePlatform } from "../support/platforms";
import { describeInBrowser } from "./support/in-browser";
import { oneEditor } from "./support/one-editor";
import { onlyNodes } from "./support/studio";
import { importExample, importFlow } from "./support/workspace";

const studio: FlowNode = { id: "tab", type: "tab", label: "Studio" };
const own = endpoint({ id: "own", name: "My studio" });

/** The nodes in the examples that are imported. */
const settings = onlyNodes(
  ...["10-file.js", "10-function.js", "15-change.js", "21-debug.js", "21-httpin.js", "25-catch.js"],
  ...["10-switch.js", "60-link.js", "80-template.js", "90-comment.js"],
);

describeInBrowser("importing an example", (browser) => {
  for (const platform of onePlatform) {
    describe(`into Node-RED ${platform.name}`, () => {
      const { editor, nodeRed, show, within } = oneEditor(browser, { platform, settings });

      const endpoints = () =>
        editor().page.evaluate<string[]>(`(() => {
          const ids = [];
          RED.nodes.eachConfig((node) => { if (node.type === "hapana-endpoint") ids.push(node.id); });
          return ids;
        })()`);
      const users = (id: string) =>
        editor().page.evaluate<string[]>(`RED.nodes.node(${JSON.stringify(id)}).users.map((node) => node.id).sort()`);
      const notification = (text: string | RegExp) => within(".red-ui-notification").getByText(text);

      it("gives its nodes the endpoint that is there, at once, and Ctrl-Z takes the import back", async () => {
        await show([studio, own, webhookIn({ endpoint: "own" })]);
        await editor().page.evaluate("RED.sidebar.show('config')");
        await importExample(editor(), "Welcome a new client");
        await notification("use your endpoint “My studio”").waitFor();
        assert.deepEqual(await endpoints(), ["own"]);
        assert.equal(await editor().property("hapana_welcome_webhook", "endpoint"), "own");
        assert.equal(await editor().property("hapana_welcome_webhook", "valid"), true);
        const all = ["hapana_welcome_test", "hapana_welcome_webhook", "webhook"];
        assert.deepEqual(await users("own"), all);
        const listed = within(".red-ui-palette-node-config");
        assert.deepEqual([await listed.count(), await listed.locator(".red-ui-flow-node-error").count()], [1, 0]);

        await editor().undo();
        assert.equal(await editor().page.evaluate("RED.nodes.node('hapana_welcome_webhook') ?? null"), null);
        assert.deepEqual([await endpoints(), await users("own")], [["own"], ["webhook"]]);
        await editor().redo();
        assert.deepEqual([await endpoints(), await users("own")], [["own"], all]);

        await editor().deploy();
        assert.doesNotMatch(nodeRed().log(), /\[(error|warn)\].*hapana-endpoint/);
        await editor().reload();
        assert.deepEqual([await endpoints(), await users("own")], [["own"], all]);
      });

      it("gives its doors the roster that is there, so that nobody is blocked in one and let in by another", async () => {
        await show([studio, own, roster({ endpoint: "own" }), { ...access(), wires: [[], [], []] }]);
        const rosters = () =>
          editor().page.evaluate<string[]>(`(() => {
            const ids = [];
            RED.nodes.eachConfig((node) => { if (node.type === "hapana-roster") ids.push(node.id); });
            return ids;
          })()`);
        await importExample(editor(), "Access control");
        await notification("use your roster").waitFor();
        const alone = async () =>
          assert.deepEqual(
            [await endpoints(), await rosters(), await users("roster")],
            [["own"], ["roster"], ["access", "hapana_access_decide"]],
          );
        await alone();
        assert.equal(await editor().property("hapana_access_decide", "roster"), "roster");
        assert.equal(await editor().property("hapana_access_decide", "valid"), true);
        assert.ok((await users("own")).includes("roster"));

        await editor().undo();
        assert.deepEqual(
          [await endpoints(), await rosters(), await users("roster"), await users("own")],
          [["own"], ["roster"], ["access"], ["roster"]],
        );
        await editor().redo();
        await alone();
        await editor().deploy();
        await editor().reload();
        await alone();
      });

      it("gives them a roster that was added a moment ago, in the dialog of a door", async () => {
        await show([studio, own, { ...access(), roster: "", wires: [[], [], []] }]);
        await editor().openNode("access", "#node-input-roster");
        await within("#node-input-btn-roster-add").click();
        await within("#node-config-input-endpoint").selectOption("own");
        await within("#node-config-dialog-ok").click();
        await within("#node-config-dialog-ok").waitFor({ state: "hidden" });
        await within("#node-dialog-ok").click();
        await within("#node-dialog-ok").waitFor({ state: "hidden" });
        const added = await editor().property<string>("access", "roster");
        await importExample(editor(), "Access control");
        await notification("use your roster").waitFor();
        assert.equal(await editor().property("hapana_access_decide", "roster"), added);
        assert.deepEqual(await users(added), ["access", "hapana_access_decide"]);
      });

      it("asks nothing when a second example comes: both have one endpoint", async () => {
        await show([studio]);
        await importExample(editor(), "Welcome a new client");
        await importExample(editor(), "Attendance board");
        await notification(/use your endpoint/).waitFor();
        assert.deepEqual(await endpoints(), ["hapana_welcome_endpoint"]);
        assert.equal((await users("hapana_welcome_endpoint")).length, 4);
        assert.equal(await within(".red-ui-notification button").count(), 0);
      });

      it("offers the only endpoint that is there, where it has another path", async () => {
        await show([
          studio,
          endpoint({ id: "own", name: "My <b>studio</b>", path: "/gym" }),
          webhookIn({ endpoint: "own" }),
        ]);
        await importExample(editor(), "Welcome a new client");
        await notification("Use your endpoint “My <b>studio</b>” for them instead?").waitFor();
        assert.equal((await endpoints()).length, 2);
        await editor().page.getByRole("button", { name: "Use “My <b>studio</b>”" }).click();
        assert.deepEqual(await endpoints(), ["own"]);
        assert.equal((await users("own")).length, 3);

        await editor().undo();
        assert.deepEqual((await endpoints()).sort(), ["hapana_welcome_endpoint", "own"]);
        assert.deepEqual(await users("hapana_welcome_endpoint"), ["hapana_welcome_test", "hapana_welcome_webhook"]);
        assert.deepEqual(await users("own"), ["webhook"]);
        assert.equal(await editor().property("hapana_welcome_webhook", "endpoint"), "hapana_welcome_endpoint");
      });

      it("never drops an endpoint that something was set in, unless the user says so", async () => {
        await show([studio, own, webhookIn({ endpoint: "own" })]);
        const sites = [{ siteID: "s1", name: "Bondi Beach" }];
        await importFlow(editor(), [
          { id: "other-tab", type: "tab", label: "From elsewhere" },
          { ...endpoint({ id: "theirs", name: "Their studio", sites }), credentials: undefined },
          webhookIn({ id: "their-webhook", z: "other-tab", endpoint: "theirs" }),
        ]);
        await notification("They cannot both work.").waitFor();
        assert.equal((await endpoints()).length, 2);
        await editor().page.getByRole("button", { name: "Keep both" }).click();
        assert.equal((await endpoints()).length, 2);
        assert.equal(await editor().property("their-webhook", "valid"), false);
      });

      it("waits until imported nodes are put down", async () => {
        await show([studio, own, webhookIn({ endpoint: "own" })]);
        await importFlow(editor(), [
          { ...endpoint({ id: "theirs" }), credentials: undefined },
          webhookIn({ id: "their-webhook", z: "elsewhere", endpoint: "theirs" }),
        ]);
        const workspace = await within("#red-ui-workspace-chart").boundingBox();
        await editor().page.mouse.move((workspace?.x ?? 0) + 400, (workspace?.y ?? 0) + 300);
        // They hang at the mouse, and it has been looked twice whether they still do.
        await editor().page.evaluate(
          "RED.view.state = ((state) => () => { globalThis.looks = (globalThis.looks ?? 0) + 1; return state(); })(RED.view.state)",
        );
        await editor().page.waitForFunction("globalThis.looks > 1");
        assert.equal((await endpoints()).length, 2);
        await editor().page.mouse.down();
        await editor().page.mouse.up();
        await notification(/use your endpoint/).waitFor();
        assert.deepEqual(await endpoints(), ["own"]);
        await editor().undo();
        assert.equal(await editor().page.evaluate("RED.nodes.node('their-webhook') ?? null"), null);
        assert.deepEqual(await users("own"), ["webhook"]);
      });

      it("lets an endpoint alone that no node uses, whatever it lacks", async () => {
        await show([
          studio,
          own,
          endpoint({ id: "idle", path: "/idle", credentials: {} }),
          webhookIn({ endpoint: "own" }),
        ]);
        await editor().page.waitForFunction("RED.nodes.node('idle').credentials !== undefined");
        assert.equal(await editor().property("idle", "valid"), true);
        assert.doesNotMatch(nodeRed().log(), /\[(error|warn)\].*hapana-endpoint/);

        await editor().openWebhookIn("webhook");
        await within("#node-input-endpoint").selectOption("idle");
        await editor().closeWebhookIn("ok");
        await editor().page.waitForFunction("RED.nodes.node('webhook').valid === false");
        assert.equal(await editor().property("idle", "valid"), false);
        await editor().undo();
        await editor().page.waitForFunction("RED.nodes.node('webhook').valid === true");
        assert.equal(await editor().property("idle", "valid"), true);
      });
    });
  }
});

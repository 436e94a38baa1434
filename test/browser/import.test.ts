import assert from "node:assert/strict";
import { endpoint, type FlowNode, webhookIn } from "../support/flows";
import { type NodeRed, startNodeRed, stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { Editor } from "./support/editor";
import { describeInBrowser } from "./support/in-browser";

const studio: FlowNode = { id: "tab", type: "tab", label: "Studio" };
const own = endpoint({ id: "own", name: "My studio" });

describeInBrowser("importing an example", (browser) => {
  for (const platform of onePlatform) {
    describe(`into Node-RED ${platform.name}`, () => {
      let nodeRed: NodeRed;
      let editor: Editor;

      before(async () => {
        nodeRed = await startNodeRed({ platform, flows: [studio] });
        editor = await Editor.open(browser(), nodeRed.url);
      });
      afterEach(() => assert.deepEqual(editor.complaints.splice(0), [], "the browser's console"));
      after(async () => {
        await editor?.page.close();
        await stopAllNodeReds();
      });

      async function open(flows: readonly FlowNode[]): Promise<void> {
        await nodeRed.setFlows(flows);
        await editor.reload();
      }

      const endpoints = () =>
        editor.page.evaluate<string[]>(`(() => {
          const ids = [];
          RED.nodes.eachConfig((node) => { if (node.type === "hapana-endpoint") ids.push(node.id); });
          return ids;
        })()`);
      const users = (id: string) =>
        editor.page.evaluate<string[]>(`RED.nodes.node(${JSON.stringify(id)}).users.map((node) => node.id).sort()`);
      const notification = (text: string | RegExp) => editor.page.locator(".red-ui-notification").getByText(text);

      it("gives its nodes the endpoint that is there, at once, and Ctrl-Z takes the import back", async () => {
        await open([studio, own, webhookIn({ endpoint: "own" })]);
        await editor.page.evaluate("RED.sidebar.show('config')");
        await editor.importExample("Welcome a new client");
        await notification("use your endpoint “My studio”").waitFor();
        assert.deepEqual(await endpoints(), ["own"]);
        assert.equal(await editor.property("hapana_welcome_webhook", "endpoint"), "own");
        assert.equal(await editor.property("hapana_welcome_webhook", "valid"), true);
        const all = ["hapana_welcome_test", "hapana_welcome_webhook", "webhook"];
        assert.deepEqual(await users("own"), all);
        const listed = editor.page.locator(".red-ui-palette-node-config");
        assert.deepEqual([await listed.count(), await listed.locator(".red-ui-flow-node-error").count()], [1, 0]);

        await editor.undo();
        assert.equal(await editor.page.evaluate("RED.nodes.node('hapana_welcome_webhook') ?? null"), null);
        assert.deepEqual([await endpoints(), await users("own")], [["own"], ["webhook"]]);
        await editor.redo();
        assert.deepEqual([await endpoints(), await users("own")], [["own"], all]);

        await editor.deploy();
        assert.doesNotMatch(nodeRed.log(), /\[(error|warn)\].*hapana-endpoint/);
        await editor.reload();
        assert.deepEqual([await endpoints(), await users("own")], [["own"], all]);
      });

      it("asks nothing when a second example comes: both have one endpoint", async () => {
        await open([studio]);
        await editor.importExample("Welcome a new client");
        await editor.importExample("Attendance board");
        await notification(/use your endpoint/).waitFor();
        assert.deepEqual(await endpoints(), ["hapana_welcome_endpoint"]);
        assert.equal((await users("hapana_welcome_endpoint")).length, 4);
        assert.equal(await editor.page.locator(".red-ui-notification button").count(), 0);
      });

      it("offers the only endpoint that is there, where it has another path", async () => {
        await open([
          studio,
          endpoint({ id: "own", name: "My <b>studio</b>", path: "/gym" }),
          webhookIn({ endpoint: "own" }),
        ]);
        await editor.importExample("Welcome a new client");
        await notification("Use your endpoint “My <b>studio</b>” for them instead?").waitFor();
        assert.equal((await endpoints()).length, 2);
        await editor.page.getByRole("button", { name: "Use “My <b>studio</b>”" }).click();
        assert.deepEqual(await endpoints(), ["own"]);
        assert.equal((await users("own")).length, 3);

        await editor.undo();
        assert.deepEqual((await endpoints()).sort(), ["hapana_welcome_endpoint", "own"]);
        assert.deepEqual(await users("hapana_welcome_endpoint"), ["hapana_welcome_test", "hapana_welcome_webhook"]);
        assert.deepEqual(await users("own"), ["webhook"]);
        assert.equal(await editor.property("hapana_welcome_webhook", "endpoint"), "hapana_welcome_endpoint");
      });

      it("never drops an endpoint that something was set in, unless the user says so", async () => {
        await open([studio, own, webhookIn({ endpoint: "own" })]);
        const sites = [{ siteID: "s1", name: "Bondi Beach" }];
        await editor.importFlow([
          { id: "other-tab", type: "tab", label: "From elsewhere" },
          { ...endpoint({ id: "theirs", name: "Their studio", sites }), credentials: undefined },
          webhookIn({ id: "their-webhook", z: "other-tab", endpoint: "theirs" }),
        ]);
        await notification("Both cannot work.").waitFor();
        assert.equal((await endpoints()).length, 2);
        await editor.page.getByRole("button", { name: "Keep both" }).click();
        assert.equal((await endpoints()).length, 2);
        assert.equal(await editor.property("their-webhook", "valid"), false);
      });

      it("waits until imported nodes are put down", async () => {
        await open([studio, own, webhookIn({ endpoint: "own" })]);
        await editor.importFlow([
          { ...endpoint({ id: "theirs" }), credentials: undefined },
          webhookIn({ id: "their-webhook", z: "elsewhere", endpoint: "theirs" }),
        ]);
        const workspace = await editor.page.locator("#red-ui-workspace-chart").boundingBox();
        await editor.page.mouse.move((workspace?.x ?? 0) + 400, (workspace?.y ?? 0) + 300);
        await editor.page.waitForTimeout(500);
        assert.equal((await endpoints()).length, 2);
        await editor.page.mouse.down();
        await editor.page.mouse.up();
        await notification(/use your endpoint/).waitFor();
        assert.deepEqual(await endpoints(), ["own"]);
        await editor.undo();
        assert.equal(await editor.page.evaluate("RED.nodes.node('their-webhook') ?? null"), null);
        assert.deepEqual(await users("own"), ["webhook"]);
      });

      it("lets an endpoint alone that no node uses, whatever it lacks", async () => {
        await open([
          studio,
          own,
          endpoint({ id: "idle", path: "/idle", credentials: {} }),
          webhookIn({ endpoint: "own" }),
        ]);
        await editor.page.waitForFunction("RED.nodes.node('idle').credentials !== undefined");
        assert.equal(await editor.property("idle", "valid"), true);
        assert.doesNotMatch(nodeRed.log(), /\[(error|warn)\].*hapana-endpoint/);

        await editor.openWebhookIn("webhook");
        await editor.page.locator("#node-input-endpoint").selectOption("idle");
        await editor.closeWebhookIn("ok");
        await editor.page.waitForFunction("RED.nodes.node('webhook').valid === false");
        assert.equal(await editor.property("idle", "valid"), false);
        await editor.undo();
        await editor.page.waitForFunction("RED.nodes.node('webhook').valid === true");
        assert.equal(await editor.property("idle", "valid"), true);
      });
    });
  }
});

import assert from "node:assert/strict";
import type { FlowNode } from "../support/flows";
import { startNodeRed, stopAllNodeReds } from "../support/node-red";
import { everyPlatform } from "../support/platforms";
import { waitFor } from "../support/wait-for";
import { Editor } from "./support/editor";
import { describeInBrowser } from "./support/in-browser";

const flows: readonly FlowNode[] = [
  { id: "tab", type: "tab", label: "Studio" },
  { id: "function", type: "function", z: "tab", x: 200, y: 100, name: "", func: "", outputs: 1, wires: [[]] },
];

const withAce = { editorTheme: { tours: false, codeEditor: { lib: "ace" } } };

describeInBrowser("the code editor of a Function node", (browser) => {
  afterEach(stopAllNodeReds);

  async function openFunction(editor: Editor): Promise<void> {
    await waitFor(
      async () => {
        await editor.node("function").locator(".red-ui-flow-node-icon-group").dblclick({ force: true });
        const tray = editor.page.locator("#func-tabs");
        await tray.waitFor({ timeout: 1_500 }).catch(() => undefined);
        return (await tray.isVisible()) || undefined;
      },
      () => "the Function node's dialog does not open",
    );
  }

  /** Waits until the first names that are offered behind the last character of a code are these. */
  async function completes({ page }: Editor, code: string, names: readonly string[]): Promise<void> {
    let offered: string[] = [];
    // Asked again and again: TypeScript starts in a worker, and until it is there only Node-RED's snippets are offered.
    await waitFor(
      async () => {
        await page.evaluate(
          `(() => {
            const editor = monaco.editor.getEditors().find((each) => each.getDomNode().offsetParent);
            editor.setValue(${JSON.stringify(code)});
            editor.setPosition(editor.getModel().getPositionAt(${code.length}));
            editor.focus();
            editor.trigger("test", "editor.action.triggerSuggest", {});
          })()`,
        );
        await page.waitForTimeout(500);
        offered = await page.locator(".suggest-widget.visible .monaco-list-row .label-name").allTextContents();
        await page.keyboard.press("Escape");
        return names.every((name, index) => offered[index] === name) || undefined;
      },
      () => `behind "${code}" there is offered: ${offered.join(", ")}`,
      15_000,
    );
  }

  for (const platform of everyPlatform) {
    it(`of Node-RED ${platform.name} completes the message and the payload`, async () => {
      const nodeRed = await startNodeRed({ platform, flows });
      const editor = await Editor.open(browser(), nodeRed.url);
      await openFunction(editor);
      await completes(editor, "msg.hap", ["hapana"]);
      await completes(editor, "msg.hapana.att", ["attempt"]);
      await completes(editor, "msg.hapana.site.", ["id", "name"]);
      const visit = "/** @type {Hapana.CheckIn} */\nconst visit = msg.payload;\nvisit.";
      await completes(editor, `${visit}checkIn`, ["checkInMessage", "checkInStatus", "checkInTime"]);
      const purchase = '/** @type {Hapana.Message<"packagePurchased">} */\nconst purchase = msg;\npurchase.payload.';
      await completes(editor, `${purchase}amou`, ["amount"]);
      assert.deepEqual(editor.complaints, []);
      await editor.page.close();
    });

    it(`of Node-RED ${platform.name} opens also where it is not Monaco`, async () => {
      const nodeRed = await startNodeRed({ platform, flows, settings: withAce });
      const editor = await Editor.open(browser(), nodeRed.url);
      await openFunction(editor);
      await editor.page.locator(".ace_editor:visible").first().waitFor();
      assert.deepEqual(editor.complaints, []);
      await editor.page.close();
    });

    it(`of Node-RED ${platform.name} may be without Monaco altogether: our nodes are there all the same`, async () => {
      const nodeRed = await startNodeRed({ platform, flows, settings: withAce });
      const page = await browser().newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
      await page.route("**/vendor/monaco/**", (route) => route.abort());
      await page.goto(nodeRed.url);
      await page.waitForFunction('window.RED?.nodes?.getType?.("hapana-webhook-in")?.paletteLabel');
      assert.equal(await page.evaluate("typeof monaco"), "undefined");
      assert.deepEqual(errors, []);
      await page.close();
    });
  }
});

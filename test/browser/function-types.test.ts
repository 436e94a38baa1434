import assert from "node:assert/strict";
import { catalog } from "../../src/events/catalog";
import type { FlowNode } from "../support/flows";
import { onePlatform } from "../support/platforms";
import { waitFor } from "../support/wait-for";
import type { Editor } from "./support/editor";
import { describeInBrowser } from "./support/in-browser";
import { oneEditor } from "./support/one-editor";
import { onlyNodes } from "./support/studio";

const flows: readonly FlowNode[] = [
  { id: "tab", type: "tab", label: "Studio" },
  { id: "function", type: "function", z: "tab", x: 200, y: 100, name: "", func: "", outputs: 1, wires: [[]] },
];

describeInBrowser("the code editor of a Function node", (browser) => {
  const openFunction = (editor: Editor) => editor.openNode("function", "#func-tabs");

  /** Waits until the first names that are offered behind the last character of a code are these. */
  async function completes({ page }: Editor, code: string, names: readonly string[]): Promise<void> {
    let offered: string[] = [];
    const list = page.locator(".suggest-widget.visible .monaco-list-row .label-name");
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
        // To ask again breaks off what is under way, which on a busy machine takes seconds.
        await list
          .first()
          .waitFor({ timeout: 10_000 })
          .catch(() => undefined);
        offered = await list.allTextContents();
        await page.keyboard.press("Escape");
        return names.every((name, index) => offered[index] === name) || undefined;
      },
      () => `behind "${code}" there is offered: ${offered.join(", ")}`,
    );
  }

  for (const platform of onePlatform) {
    describe(`in Node-RED ${platform.name}`, () => {
      describe("with Monaco", () => {
        const { editor, show } = oneEditor(browser, { platform });

        it("completes the message and the payload", async () => {
          await show(flows);
          await openFunction(editor());
          await completes(editor(), "msg.hap", ["hapana"]);
          await completes(editor(), "msg.hapana.att", ["attempt"]);
          await completes(editor(), "msg.hapana.site.", ["id", "name"]);
          const visit = "/** @type {Hapana.CheckIn} */\nconst visit = msg.payload;\nvisit.";
          await completes(editor(), `${visit}checkIn`, ["checkInMessage", "checkInStatus", "checkInTime"]);
          const purchase =
            '/** @type {Hapana.Message<"packagePurchased">} */\nconst purchase = msg;\npurchase.payload.';
          await completes(editor(), `${purchase}amou`, ["amount"]);
          await editor().closeNode("cancel");
        });

        it("offers, at the start of a line, what says which event a payload is of", async () => {
          await show(flows);
          await openFunction(editor());
          const titles = catalog.map(({ title }) => `hapana: ${title}`).sort();
          await completes(editor(), "hapana", titles);
          await completes(editor(), "return msg.hap", ["hapana"]);
          await editor().closeNode("cancel");
        });

        it("completes each event's payload behind the line that the help gives for it", async () => {
          await show(flows);
          await openFunction(editor());
          const help = await editor().page.evaluate<string>("RED.nodes.getNodeHelp('hapana-webhook-in')");
          for (const { type } of catalog) {
            const line = help.split("\n").find((each) => each.includes(` const ${type} = msg.payload;`));
            assert.ok(line, type);
            const code = line.replace(/<.*?>/g, "");
            await completes(editor(), `${code}\n${type}.clientI`, ["clientID"]);
          }
          await editor().closeNode("cancel");
        });
      });

      describe("with Ace", () => {
        const { editor, nodeRed, show, within } = oneEditor(browser, {
          platform,
          settings: onlyNodes("10-function.js"),
        });

        it("opens as well", async () => {
          await show(flows);
          await openFunction(editor());
          await within(".ace_editor:visible").first().waitFor();
        });

        it("lets our nodes be there also where Monaco is not there at all", async () => {
          const page = await browser().newPage();
          const errors: string[] = [];
          page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
          await page.route("**/vendor/monaco/**", (route) => route.abort());
          await page.goto(nodeRed().url);
          await page.waitForFunction('window.RED?.nodes?.getType?.("hapana-webhook-in")?.paletteLabel');
          assert.equal(await page.evaluate("typeof monaco"), "undefined");
          assert.deepEqual(errors, []);
          await page.close();
        });
      });
    });
  }
});

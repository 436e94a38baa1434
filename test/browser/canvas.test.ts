import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endpoint, type FlowNode, webhookIn } from "../support/flows";
import { everyPlatform } from "../support/platforms";
import { dictionaryOf, languages } from "../support/spoken-words";
import { describeInBrowser } from "./support/in-browser";
import { contrastOf } from "./support/legibility";
import { oneEditor } from "./support/one-editor";
import { onlyNodes } from "./support/studio";

const types = ["hapana-webhook-in", "hapana-test-event", "hapana-access", "hapana-once", "hapana-problem"];

const flows: FlowNode[] = [
  { id: "tab", type: "tab", label: "Studio" },
  endpoint(),
  { id: "roster", type: "hapana-roster", name: "Members", endpoint: "endpoint" },
  webhookIn({ wires: [["once"]], x: 200, y: 160 }),
  { id: "test", type: "hapana-test-event", z: "tab", x: 200, y: 340, endpoint: "endpoint", wires: [[]] },
  { id: "access", type: "hapana-access", z: "tab", x: 480, y: 240, roster: "roster", wires: [[], [], []] },
  { id: "once", type: "hapana-once", z: "tab", x: 480, y: 120, wires: [[], []] },
  { id: "problem", type: "hapana-problem", z: "tab", x: 200, y: 420, endpoint: "", kinds: ["failed"], wires: [[]] },
];

/** A node on the workspace, as one sees it. */
interface Look {
  type: string;
  label: string;
  node: string;
  shade: string;
  icon: string;
}

describeInBrowser("the nodes on the workspace", (browser) => {
  for (const platform of everyPlatform) {
    describe(`of Node-RED ${platform.name}`, () => {
      const { editor, show } = oneEditor(browser, { platform, settings: onlyNodes() });

      beforeEach(() => show(flows));

      for (const theme of platform.name === "4.1" ? (["light"] as const) : (["light", "dark"] as const)) {
        it(`have labels and icons that stand out from their colour, ${theme}`, async () => {
          await editor().reload(theme);
          const looks = await editor().page.evaluate<
            Look[]
          >(`Promise.all(RED.nodes.filterNodes({ z: "tab" }).map(async (node) => {
            const element = document.getElementById(node.id);
            const style = (selector) => getComputedStyle(element.querySelector(selector));
            const shade = style(".red-ui-flow-node-icon-shade");
            const image = element.querySelector("image");
            const svg = await (await fetch(image.getAttribute("href") ?? image.getAttribute("xlink:href"))).text();
            return {
              type: node.type,
              label: style(".red-ui-flow-node-label-text").fill,
              node: style(".red-ui-flow-node").fill,
              shade: shade.fill.replace("rgb(", "rgba(").replace(")", ", " + shade.fillOpacity + ")"),
              icon: /stroke="(.*?)"/.exec(svg)[1],
            };
          }))`);
          assert.deepEqual(looks.map(({ type }) => type).sort(), [...types].sort());
          for (const { type, label, node, shade, icon } of looks) {
            const written = contrastOf(label, node);
            assert.ok(written >= 4.5, `${type}: the label ${label} on ${node} has ${written}`);
            const drawn = contrastOf(icon, shade, node);
            assert.ok(drawn >= 4.5, `${type}: the icon ${icon} on ${shade} on ${node} has ${drawn}`);
          }
        });
      }

      it("have one line in the palette, in each language", async () => {
        for (const language of languages) {
          for (const type of types) {
            const label = dictionaryOf(type, language).get(`${type}.paletteLabel`) ?? "";
            const width = await editor().page.evaluate<number>(
              `RED.view.calculateTextWidth(${JSON.stringify(label)}, "red-ui-palette-label")`,
            );
            // So much room there is, in either version.
            assert.ok(width < 82, `“${label}” takes ${width} px`);
          }
        }
        const lines = await editor().page.evaluate<number[]>(
          `$("[data-palette-type^=hapana-] .red-ui-palette-label").get().map((label) => label.getClientRects().length + $(label).find("br").length)`,
        );
        assert.deepEqual(
          lines,
          types.map(() => 1),
        );
      });
    });
  }

  it("have an icon each", () => {
    const icons = types.map((type) => readFileSync(join(__dirname, `../../nodes/${type}/icons/${type}.svg`), "utf8"));
    assert.equal(new Set(icons).size, types.length);
  });
});

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildEditor } from "../../scripts/build-editor";
import { catalog } from "../../src/events/catalog";

const root = join(__dirname, "../..");
const nodeTypes = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8"))["node-red"].nodes);

describe("the editor's files", () => {
  const dist = mkdtempSync(join(tmpdir(), "node-red-hapana-editor-"));
  const built = (nodeType: string, file: string) => readFileSync(join(dist, "nodes", nodeType, file), "utf8");
  before(() => buildEditor(root, dist));
  after(() => rmSync(dist, { recursive: true, force: true }));

  for (const nodeType of nodeTypes) {
    it(`of ${nodeType}: register the type in a way that Node-RED's scorecard can read`, () => {
      const html = built(nodeType, `${nodeType}.html`);
      assert.match(html, /<script type="text\/javascript">/);
      assert.ok(html.includes(`RED.nodes.registerType("${nodeType}", {`));
      assert.ok(html.includes(`data-template-name="${nodeType}"`));
    });

    it(`of ${nodeType}: are small, because zod stays out of the browser`, () => {
      const html = built(nodeType, `${nodeType}.html`);
      assert.ok(html.length < 105_000, `${html.length} characters`);
      assert.doesNotMatch(html, /ZodObject|safeParse/);
    });

    it(`of ${nodeType}: use Node-RED's own colours only`, () => {
      const style = /<style>([\s\S]*?)<\/style>/.exec(built(nodeType, `${nodeType}.html`))?.[1] ?? "";
      const colours = [...style.matchAll(/(?:color|background|border[\w-]*):([^;]+);/g)].map(
        ([, value]) => value ?? "",
      );
      assert.ok(colours.length > 3);
      for (const colour of colours) assert.match(colour, /var\(--red-ui-[\w-]+\)/);
    });

    it(`of ${nodeType}: have every word that the dialog and its script ask for`, () => {
      const html = built(nodeType, `${nodeType}.html`);
      const words: unknown = JSON.parse(built(nodeType, `locales/en-US/${nodeType}.json`));
      const asked = [...html.matchAll(new RegExp(`["\\]]((?:${nodeType}|events)\\.[\\w.-]+)["\`;]`, "g"))];
      const keys = [...new Set(asked.map(([, key]) => key ?? ""))].filter((key) => !/\.$|\.svg$/.test(key));
      assert.ok(keys.length > 5);
      for (const key of keys) assert.equal(typeof lookUp(words, key), "string", key);
    });
  }

  it("have the catalog's words for every event, and its fields in the help", () => {
    const words = JSON.parse(built("hapana-webhook-in", "locales/en-US/hapana-webhook-in.json"));
    const help = built("hapana-webhook-in", "locales/en-US/hapana-webhook-in.html");
    for (const { type, firesWhen, schema } of catalog) {
      assert.equal(words.events[type].firesWhen, firesWhen);
      for (const name of Object.keys(schema.shape)) assert.ok(help.includes(`>${name} <`), `${type}: ${name}`);
    }
    assert.doesNotMatch(help, /<!--/);
  });
});

function lookUp(words: unknown, key: string): unknown {
  return key.split(".").reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], words);
}

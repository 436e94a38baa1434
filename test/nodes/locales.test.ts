import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { payloadPhrases } from "../../scripts/payload-tables";

const nodes = join(__dirname, "../../nodes");
const languages = ["de", "es-ES", "fr", "ja", "pt-BR", "zh-CN"];
const nodeTypes = readdirSync(nodes).filter((folder) => existsSync(join(nodes, folder, "locales")));

describe("the translations", () => {
  for (const nodeType of nodeTypes) {
    const read = (language: string, extension: string) =>
      readFileSync(join(nodes, nodeType, "locales", language, `${nodeType}.${extension}`), "utf8");
    const english = texts(JSON.parse(read("en-US", "json")));

    it(`of ${nodeType} are in the seven languages`, () => {
      assert.deepEqual(readdirSync(join(nodes, nodeType, "locales")).sort(), [...languages, "en-US"].sort());
    });

    for (const language of languages) {
      it(`of ${nodeType} into ${language} have the same keys and placeholders`, () => {
        const translated = texts(JSON.parse(read(language, "json")));
        assert.deepEqual([...translated.keys()], [...english.keys()]);
        for (const [key, text] of translated) {
          assert.notEqual(text.trim(), "", key);
          assert.deepEqual(placeholders(text), placeholders(english.get(key) ?? ""), key);
        }
      });

      it(`of ${nodeType} into ${language} are translations`, () => {
        const translated = texts(JSON.parse(read(language, "json")));
        const same = [...translated].filter(([key, text]) => text === english.get(key) && text.includes(" "));
        assert.ok(same.length <= 3, same.join("; "));
      });

      // The sidebar is no node, and has none.
      if (nodeType === "sidebar") continue;
      it(`of ${nodeType} into ${language} have a help page of the same make`, () => {
        assert.deepEqual(make(read(language, "html")), make(read("en-US", "html")));
      });
    }
  }

  for (const language of languages) {
    it(`into ${language} cover every phrase of the catalog, and no other`, () => {
      const phrases = JSON.parse(readFileSync(join(nodes, "editor/phrases", `${language}.json`), "utf8"));
      assert.deepEqual(Object.keys(phrases).sort(), payloadPhrases().sort());
      for (const [english, text] of Object.entries(phrases)) assert.ok(text && text !== english, english);
    });
  }
});

function texts(words: unknown, path = ""): Map<string, string> {
  if (typeof words === "string") return new Map([[path, words]]);
  const entries = Object.entries(words as object).flatMap(([key, value]) => [...texts(value, `${path}.${key}`)]);
  return new Map(entries);
}

function placeholders(text: string): string[] {
  return (text.match(/__\w+?__/g) ?? []).sort();
}

/** What has to be the same in every language: the elements in their order, and what is code or is filled in. */
function make(page: string): string[] {
  return page.match(/<!--.*?-->|<code>.*?<\/code>|<[^>]+>/g) ?? [];
}

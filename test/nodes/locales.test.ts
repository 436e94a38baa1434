import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { briefly } from "../../nodes/runtime/status-text";
import { payloadPhrases } from "../../scripts/payload-tables";
import { sayings } from "../../src/events/sayings";
import { everyPlatform } from "../support/platforms";

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

  for (const language of [...languages, "en-US"]) {
    it(`into ${language} tell refusals apart also where there is only room for what comes before the colon`, () => {
      const file = join(nodes, `hapana-endpoint/locales/${language}/hapana-endpoint.json`);
      const { refusal } = JSON.parse(readFileSync(file, "utf8"))["hapana-endpoint"];
      const short = Object.values<string>(refusal).map(briefly);
      assert.deepEqual(
        short.filter((text, index) => short.indexOf(text) !== index),
        [],
      );
    });
  }

  for (const { name, redJs } of everyPlatform) {
    for (const language of [...languages, "en-US"]) {
      it(`into ${language} call the place where variables are set for all flows as Node-RED ${name} does`, () => {
        const place = placeOfVariables(redJs, language);
        const read = (extension: string) =>
          readFileSync(join(nodes, `hapana-endpoint/locales/${language}/hapana-endpoint.${extension}`), "utf8");
        const { fault } = JSON.parse(read("json"))["hapana-endpoint"];
        for (const text of [fault.variableMissing, fault.variableElsewhere, read("html")])
          assert.ok(place.test(text), `${place} is not in: ${text}`);
      });
    }
  }

  for (const language of languages) {
    it(`into ${language} cover every phrase of the catalog and every saying, and no other`, () => {
      const phrases = JSON.parse(readFileSync(join(nodes, "editor/phrases", `${language}.json`), "utf8"));
      assert.deepEqual(Object.keys(phrases).sort(), [...payloadPhrases(), ...Object.values(sayings)].sort());
      for (const [english, text] of Object.entries<string>(phrases)) {
        const hasWords = /[a-z]/i.test(english.replace(/__\w+?__/g, ""));
        assert.ok(text && (text !== english || !hasWords), english);
        assert.deepEqual(placeholders(text), placeholders(english), english);
      }
    });
  }
});

/** What the menu and the tab of the dialog are called; Node-RED itself falls back to English. */
function placeOfVariables(redJs: string, language: string): RegExp {
  const editor = dirname(createRequire(redJs).resolve("@node-red/editor-client/package.json"));
  const wordsOf = (each: string) => JSON.parse(readFileSync(join(editor, "locales", each, "editor.json"), "utf8"));
  const [own, english] = [wordsOf(language), wordsOf("en-US")];
  const tab = own["env-var"]?.environment ?? english["env-var"].environment;
  return new RegExp(`[(（]${own.menu.label.settings}(, | > )${tab}[)）]`);
}

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

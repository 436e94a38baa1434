import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bodyLimits } from "../../src/receiver/limits";
import { problems } from "../../src/receiver/problems";

const root = join(__dirname, "../..");
const languages = readdirSync(join(root, "nodes/hapana-endpoint/locales"));

describe("the page of the answers", () => {
  it("lists what can happen, and all of it", () => {
    assert.deepEqual(problemsInUse(), Object.keys(problems).sort());
  });

  it("says of each problem in its own words when it happens", () => {
    const whens = Object.values(problems).map(({ when }) => when);
    assert.equal(new Set(whens).size, whens.length);
  });

  for (const language of languages) {
    const { refusal } = wordsOf("hapana-endpoint", language);

    it(`has words for every problem in ${language}, and no others`, () => {
      assert.deepEqual(Object.keys(refusal).sort(), Object.keys(problems).sort());
      for (const [code, text] of Object.entries(refusal)) assert.notEqual(text.trim(), "", code);
    });

    it(`names the limits that hold in ${language}`, () => {
      assert.deepEqual(refusal.tooLarge?.match(/\d+/g)?.map(Number), [bodyLimits.bytes / (1024 * 1024)]);
      assert.deepEqual(refusal.tooSlow?.match(/\d+/g)?.map(Number), [bodyLimits.milliseconds / 1_000]);
    });
  }
});

interface Words {
  refusal: Record<string, string>;
}

function wordsOf(nodeType: string, language: string): Words {
  const file = join(root, "nodes", nodeType, "locales", language, `${nodeType}.json`);
  return JSON.parse(readFileSync(file, "utf8"))[nodeType];
}

function problemsInUse(): string[] {
  const sources = ["src", "nodes"].flatMap((folder) => {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
    return names.filter((name) => name.endsWith(".ts")).map((name) => readFileSync(join(root, folder, name), "utf8"));
  });
  // Others may have problems of their own.
  const using = sources.filter((source) => /\bproblems\b[^;]* from "[^"]*problems"/.test(source));
  const codes = using.flatMap((source) => [...source.matchAll(/\bproblems\.(\w+)/g)].map(([, code = ""]) => code));
  return [...new Set(codes)].sort();
}

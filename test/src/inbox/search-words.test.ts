import assert from "node:assert/strict";
import fc from "fast-check";
import { SearchWords, textsOf } from "../../../src/inbox/search-words";

describe("words that are looked for", () => {
  for (const [search, body, isFound] of [
    ["maria lopez", { lastName: "López, Lopez", firstName: "MARIA" }, true],
    ["+61 491 570", { phone: "+61491570156" }, true],
    ["100200300", { barcode: 100200300 }, true],
    ["lastname", { lastName: "Lopez" }, false],
    ["a.c", { note: "abc" }, false],
    ['say "hi"', { note: 'they say "hi"' }, true],
    ["back\\slash/es", { note: ["back\\slash/es"] }, true],
    ["maria nobody", { firstName: "Maria" }, false],
    ["zoe muller", { firstName: "Zoë", lastName: "MÜLLER" }, true],
    ["josé", { firstName: "Jose" }, true],
    ["jose", { firstName: "Jose\u0301" }, true],
    ["zoe", { firstName: "Zo" }, false],
  ] as const) {
    it(`are ${isFound ? "" : "not "}found: ${search} in ${JSON.stringify(body)}`, () => {
      const words = new SearchWords(search);
      assert.equal(words.mayBeIn(JSON.stringify(body)) && words.areIn(textsOf(body)), isFound);
    });
  }

  it("are found where PHP has written every other letter by its number", () => {
    const row = String.raw`{"firstName":"Zo\u00eb \ud83d\ude00","url":"https:\/\/x.example\/Z"}`;
    for (const search of ["zoë", "ZOË", "zoe", "😀", "https://x.example/z"]) {
      const words = new SearchWords(search);
      assert.ok(words.mayBeIn(row) && words.areIn(textsOf(JSON.parse(row))), search);
    }
  });

  it("are never passed over by the quick look at a row, whatever they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.boolean(), (text, isEscaped) => {
        const json = JSON.stringify({ note: text });
        const row = isEscaped
          ? json.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
          : json;
        const words = new SearchWords(text);
        assert.ok(words.mayBeIn(row), row);
        assert.ok(words.areIn(textsOf({ note: text })));
      }),
    );
  });

  it("do not hold up the event loop, however odd they are", () => {
    const words = new SearchWords(`${"a".repeat(50_000)} ${"(a+)+$ ".repeat(1_000)}`);
    const began = performance.now();
    assert.equal(words.mayBeIn("a".repeat(100_000)), false);
    assert.equal(words.mayBeIn("a\u0301\u0302".repeat(30_000)), false);
    assert.equal(words.mayBeIn("é".repeat(100_000)), false);
    assert.ok(performance.now() - began < 1_000);
  });
});

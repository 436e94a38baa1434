import assert from "node:assert/strict";
import { languageOfTimes } from "../../../nodes/editor/language-of-times";

describe("the language of times in the editor", () => {
  it("is the browser's, with its country, where the editor speaks the same", () => {
    assert.equal(languageOfTimes("en-US", "en-AU"), undefined);
    assert.equal(languageOfTimes("de", "de-CH"), undefined);
  });

  it("is the editor's where that speaks another, so that no sentence is in two", () => {
    assert.equal(languageOfTimes("de", "en-US"), "de");
    assert.equal(languageOfTimes("pt-BR", "es-MX"), "pt-BR");
  });
});

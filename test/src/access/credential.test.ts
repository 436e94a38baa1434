import assert from "node:assert/strict";
import { lookUpNames, nameOf, namesOf, readCredential } from "../../../src/access/credential";

describe("a credential", () => {
  const same = ["12345678", "0012345678", "BC614E", "bc614e", "00:BC:61:4E", "00-BC-61-4E", "0x00BC614E", "188,24910"];
  for (const text of [...same, "0012345678 188,24910", " 12345678 "]) {
    it(`${JSON.stringify(text)} is the fob 12345678`, () => assert.equal(nameOf(text), "n12345678"));
  }

  const others: readonly [string, string][] = [
    ["MEMBER-17", "tmember-17"],
    ["Jürgen 1", "tjürgen 1"],
    ["300,24910", "t300,24910"],
    ["188,99999", "t188,99999"],
    ["-5", "t-5"],
    ["1.5", "t1.5"],
  ];
  for (const [text, name] of others) it(`${JSON.stringify(text)} is text`, () => assert.equal(nameOf(text), name));

  it("is read as the format says", () => {
    assert.equal(nameOf("12345678", "hex"), "n305419896");
    assert.equal(nameOf("BC614E", "decimal"), undefined);
    assert.equal(nameOf("0012", "text"), "t0012");
  });

  it("is found by a reader that writes it in hexadecimal digits, none of which is a letter, as Hapana does", () => {
    assert.ok(lookUpNames("12:34:56:78", "hex").some((name) => namesOf("12345678").includes(name)));
    assert.ok(lookUpNames("12345678", "hex").some((name) => namesOf("12345678").includes(name)));
    assert.ok(lookUpNames("12345678", "hex").some((name) => namesOf("305419896").includes(name)));
    assert.ok(lookUpNames("0012", "text").some((name) => namesOf("0012").includes(name)));
  });

  const read: readonly [unknown, string | undefined][] = [
    [12345678, "12345678"],
    ["BC614E\r\n", "BC614E"],
    [Buffer.from("BC614E"), "BC614E"],
    [{ uid: "BC614E" }, "BC614E"],
    [{ credential: 5 }, "5"],
    [{ card: "1" }, "1"],
    [{ tag: "1" }, "1"],
    [{ RDM6300: { UID: "BC614E" } }, "BC614E"],
    [{ Time: "2026-04-12T07:52:10", Wiegand: { UID: 12345678, Size: 26 } }, "12345678"],
    ["", undefined],
    ["   ", undefined],
    [Number.NaN, undefined],
    [-1, undefined],
    [1.5, undefined],
    [2 ** 60, undefined],
    [null, undefined],
    [undefined, undefined],
    [true, undefined],
    [{}, undefined],
    [[], undefined],
    [["BC614E"], undefined],
    [{ uid: { uid: "BC614E" } }, undefined],
    ["a\u0000b", undefined],
    ["x".repeat(201), undefined],
  ];
  for (const [value, text] of read) {
    it(`reads ${JSON.stringify(value)?.slice(0, 60)}`, () => assert.equal(readCredential(value), text));
  }
});

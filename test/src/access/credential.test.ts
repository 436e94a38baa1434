import assert from "node:assert/strict";
import { type CredentialFormat, isMeant, lookUpNames, nameOf, readCredential } from "../../../src/access/credential";

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

  const meant: readonly [held: string, text: string, format: CredentialFormat, isMeant: boolean][] = [
    ["12345678", "00:BC:61:4E", "auto", true],
    ["12345678", "12:34:56:78", "auto", false],
    ["12345678", "12345678", "auto", true],
    ["12345678", "12345678", "hex", true],
    ["12345678", "12:34:56:78", "hex", true],
    ["305419896", "12345678", "hex", true],
    ["BC614E", "00BC614E", "hex", true],
    ["BC614E", "12345678", "decimal", true],
    ["12345678", "BC614E", "decimal", false],
    ["0012", "0012", "text", true],
    ["0012", "12", "text", false],
    ["0012", "12", "auto", true],
    ["Member-17", "MEMBER-17", "text", true],
  ];
  for (const [held, text, format, expected] of meant) {
    it(`${held} ${expected ? "is" : "is not"} what is read as ${text} (${format}), and is found so`, () => {
      assert.equal(isMeant(held, text, format), expected);
      if (expected) assert.ok(lookUpNames(text, format).includes(nameOf(held)));
    });
  }

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

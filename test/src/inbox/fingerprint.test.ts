import assert from "node:assert/strict";
import { base64url, fingerprint, quickFingerprint } from "../../../src/inbox/fingerprint";

describe("fingerprint", () => {
  it("is short, of one length, and the same for the same texts", () => {
    assert.equal(fingerprint("a").length, 43);
    assert.equal(fingerprint("x".repeat(100_000), "ü").length, 43);
    assert.equal(fingerprint("endpoint", "del_1"), fingerprint("endpoint", "del_1"));
  });

  it("tells texts apart that only together are the same", () => {
    const all = [fingerprint("ab", "c"), fingerprint("a", "bc"), fingerprint("abc"), fingerprint("ab", "c", "")];
    assert.equal(new Set(all).size, all.length);
  });

  it("holds nothing of the texts, which may be personal", () => {
    assert.doesNotMatch(fingerprint("joe@example.com"), /joe|example/);
  });
});

describe("quickFingerprint", () => {
  it("is ten characters of base64url, and the same for the same texts", () => {
    for (const text of ["", "a", "ü", "\ud800", "x".repeat(100_000)]) {
      assert.match(quickFingerprint(text), /^[\w-]{10}$/);
      assert.equal(quickFingerprint(text), quickFingerprint(text));
    }
  });

  it("tells hundreds of thousands of clients apart, and what only together is the same", () => {
    const prints = new Set([quickFingerprint("ab", "c"), quickFingerprint("a", "bc"), quickFingerprint("abc")]);
    for (let number = 0; number < 300_000; number += 1)
      prints.add(quickFingerprint("endpoint", "checkIn", `${number}`));
    assert.equal(prints.size, 300_003);
  });

  it("spreads over all of its sixty bits, also where the texts hardly differ", () => {
    const ones = new Array<number>(60).fill(0);
    const count = 20_000;
    for (let number = 0; number < count; number += 1) {
      [...quickFingerprint(`${number}`)].forEach((character, at) => {
        const bits = base64url.indexOf(character);
        for (let bit = 0; bit < 6; bit += 1) ones[at * 6 + bit] = (ones[at * 6 + bit] ?? 0) + ((bits >> bit) & 1);
      });
    }
    for (const each of ones) assert.ok(Math.abs(each / count - 0.5) < 0.03, `${ones}`);
  });
});

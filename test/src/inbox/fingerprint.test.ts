import assert from "node:assert/strict";
import { fingerprint, shortFingerprint } from "../../../src/inbox/fingerprint";

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

describe("shortFingerprint", () => {
  it("is ten characters of base64url, and the same for the same texts", () => {
    for (const text of ["", "a", "ü", "\ud800", "x".repeat(100_000)]) {
      assert.match(shortFingerprint(text), /^[\w-]{10}$/);
      assert.equal(shortFingerprint(text), shortFingerprint(text));
    }
  });

  it("tells many clients apart, and what only together is the same", () => {
    const prints = new Set([shortFingerprint("ab", "c"), shortFingerprint("a", "bc"), shortFingerprint("abc")]);
    for (let number = 0; number < 30_000; number += 1) prints.add(shortFingerprint("endpoint", "checkIn", `${number}`));
    assert.equal(prints.size, 30_003);
  });
});

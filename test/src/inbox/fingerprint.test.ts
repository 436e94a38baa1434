import assert from "node:assert/strict";
import { fingerprint } from "../../../src/inbox/fingerprint";

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

import assert from "node:assert/strict";
import { generateToken } from "../../../nodes/editor/token";

describe("a generated token", () => {
  it("has 256 bits", () => {
    const token = generateToken("X-Api-Key");
    assert.match(token, /^[\w-]{43}$/);
    assert.equal(Buffer.from(token, "base64url").length, 32);
  });

  it("is a bearer token in Authorization, and bare in any other header", () => {
    assert.match(generateToken(" authorization "), /^Bearer [\w-]{43}$/);
    assert.doesNotMatch(generateToken("X-Token"), /Bearer/);
  });

  it("is another one each time", () => {
    const tokens = Array.from({ length: 100 }, () => generateToken("X-Token"));
    assert.equal(new Set(tokens).size, 100);
  });
});

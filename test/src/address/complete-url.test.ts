import assert from "node:assert/strict";
import { completeUrl } from "../../../src/address/complete-url";

describe("an address that was typed without https://", () => {
  it("is completed where it is a host's name", () => {
    assert.equal(completeUrl(" studio.example.com "), "https://studio.example.com");
    assert.equal(completeUrl("studio.example.com:8443/node-red"), "https://studio.example.com:8443/node-red");
  });

  it("is left as it is where it is none, or is complete", () => {
    for (const text of [
      "",
      "studio",
      "http://studio.example.com",
      "https://studio.example.com",
      "192.168.1.5",
      "a b.com",
    ])
      assert.equal(completeUrl(text), text);
  });
});

import assert from "node:assert/strict";
import { webhookUrl } from "../../../src/address/webhook-url";

describe("the webhook's URL", () => {
  const address = { base: "https://studio.example.com", httpNodeRoot: "/", path: "/hapana" };

  it("is the base and the path, and for one event its type", () => {
    assert.equal(webhookUrl(address), "https://studio.example.com/hapana");
    assert.equal(webhookUrl(address, "checkIn"), "https://studio.example.com/hapana/checkIn");
  });

  it("has httpNodeRoot in it", () => {
    assert.equal(webhookUrl({ ...address, httpNodeRoot: "/api/" }), "https://studio.example.com/api/hapana");
  });

  it("has single slashes, however many were typed", () => {
    const typed = { base: " https://studio.example.com/proxy// ", httpNodeRoot: "//", path: "//hapana/ " };
    assert.equal(webhookUrl(typed, "checkIn"), "https://studio.example.com/proxy/hapana/checkIn");
  });
});

import assert from "node:assert/strict";
import { Readable } from "node:stream";
import * as api from "../../src/index";

describe("the public API", () => {
  it("offers what is documented", () => {
    for (const name of [
      "catalog",
      "createAuthenticator",
      "definitionOf",
      "eventTypes",
      "isProblem",
      "jsonSchemaOf",
      "openEnvelope",
      "readBody",
      "receive",
      "recogniseEventType",
      "signBody",
      "unrecognised",
      "validate",
      "verifySignature",
    ]) {
      assert.ok(name in api, name);
    }
  });

  it("receives a request without Node-RED", async () => {
    const body = Buffer.from('{"event":"Client Check-In","data":{"clientID":7,"siteID":"s1"}}');
    const settings = { auth: "signature", headerName: "", signingSecret: "s", tolerance: 300 } as const;
    const headers = { "x-hapana-signature": api.signBody(body, "s") };
    const request = { method: "POST", headers, eventName: undefined, readBody: async () => body };
    const delivery = await api.receive(request, api.createAuthenticator(settings));
    assert.ok(!api.isProblem(delivery));
    assert.deepEqual(delivery.events[0]?.payload, { clientID: "7", siteID: "s1" });
  });

  it("takes any bytes for a body, and keeps to itself what only the inbox wants to know", async () => {
    const bytes = new TextEncoder().encode(' [{"clientID":"c1","siteID":"s1"}] ').subarray(1, -1);
    const request = { method: "POST", headers: {}, eventName: "checkIn", readBody: async () => bytes };
    const delivery = await api.receive(request, api.createAuthenticator({ auth: "none" }));
    assert.ok(!api.isProblem(delivery));
    const visit = { clientID: "c1", siteID: "s1" };
    assert.deepEqual(delivery.events, [
      { event: "checkIn", payload: visit, clientID: "c1", siteID: "s1", issues: [], body: [visit] },
    ]);
  });

  it("takes a URL that ends in a slash for one that names no event", async () => {
    const readBody = async () => ({ parsed: { event: "checkIn", clientID: "c1" } });
    const request = { method: "POST", headers: {}, eventName: "", readBody };
    const delivery = await api.receive(request, api.createAuthenticator({ auth: "none" }));
    assert.ok(!api.isProblem(delivery));
    assert.equal(delivery.events[0]?.event, "checkIn");
  });

  it("says that something has read the body before, instead of waiting for it or calling it incomplete", async () => {
    const stream = Readable.from([Buffer.from("{}")]);
    for await (const _ of stream);
    const outcome = await api.readBody(stream);
    assert.equal(api.isProblem(outcome) && outcome.code, "rawBodyMissing");
  });

  it("lets nobody in by a header or a secret that is not set", () => {
    const { missing } = api.createAuthenticator({ auth: "both", headerValue: undefined });
    assert.equal(missing, "headerValue");
    assert.equal(api.createAuthenticator({ auth: "both", headerValue: "token" }).missing, "signingSecret");
  });
});

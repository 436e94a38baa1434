import assert from "node:assert/strict";
import { type AuthenticationSettings, createAuthenticator } from "../../../src/receiver/authenticate";
import { proofHeaders } from "../../../src/receiver/prove";

const now = Date.UTC(2026, 3, 12);
const body = Buffer.from('{"clientID":"c1"}');
const secrets = { headerName: "X-Gym-Token", headerValue: "Bearer t", signingSecret: "s", tolerance: 300 };

/** Node gives header names in lower case. */
const received = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

describe("proving a delivery", () => {
  for (const auth of ["header", "signature", "both", "none"] as const) {
    it(`${auth}: convinces the endpoint, and says no more than it asks for`, () => {
      const settings: AuthenticationSettings = { ...secrets, auth };
      const headers = received(proofHeaders(settings, body, now));
      const authenticator = createAuthenticator(settings);
      assert.equal(authenticator.checkHeaders(headers, now), undefined);
      assert.equal(authenticator.checkBody(headers, body, now), undefined);
      const expected = { header: ["x-gym-token"], signature: ["x-hapana-signature"], none: [] };
      const both = [...expected.header, ...expected.signature];
      assert.deepEqual(Object.keys(headers), auth === "both" ? both : expected[auth]);
    });
  }

  it("writes a token that is not ASCII byte for byte, without the spaces around it", () => {
    const settings: AuthenticationSettings = { ...secrets, auth: "header", headerValue: " Schlüssel ✓ " };
    const headers = received(proofHeaders(settings, body, now));
    assert.equal(createAuthenticator(settings).checkHeaders(headers, now), undefined);
  });

  it("has nothing to say where there is no secret", () => {
    assert.deepEqual(proofHeaders({ auth: "both", headerName: "Authorization", tolerance: 300 }, body, now), {});
  });
});

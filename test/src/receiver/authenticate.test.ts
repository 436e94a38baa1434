import assert from "node:assert/strict";
import { type AuthenticationSettings, createAuthenticator } from "../../../src/receiver/authenticate";
import type { Headers } from "../../../src/receiver/headers";
import { signBody } from "../../../src/receiver/signature";

const now = Date.parse("2026-04-12T07:52:10Z");
const body = Buffer.from("{}");
const token = "Bearer the token";
const signature = signBody(body, "secret", now);

const withHeader: AuthenticationSettings = {
  auth: "header",
  headerName: "Authorization",
  headerValue: token,
  tolerance: 300,
};
const withSignature: AuthenticationSettings = {
  auth: "signature",
  headerName: "",
  signingSecret: "secret",
  tolerance: 300,
};
const withBoth: AuthenticationSettings = { ...withHeader, auth: "both", signingSecret: "secret" };

/** The code of the problem with a request; `undefined` where it is let in. */
function problemOf(settings: AuthenticationSettings, headers: Headers): string | undefined {
  const authenticator = createAuthenticator(settings);
  return (authenticator.checkHeaders(headers, now) ?? authenticator.checkBody(headers, body, now))?.code;
}

describe("an endpoint whose way of proof is none of the four", () => {
  it("lets nobody in without the token", () => {
    const settings = { ...withHeader, auth: "magic" as never };
    assert.equal(problemOf(settings, {}), "tokenMissing");
  });
});

describe("a token in a header", () => {
  it("lets in who has it, in a header of any name", () => {
    assert.equal(problemOf(withHeader, { authorization: token }), undefined);
    const settings = { ...withHeader, headerName: " X-Hapana-Token " };
    assert.equal(problemOf(settings, { "x-hapana-token": token }), undefined);
    assert.equal(problemOf(settings, { authorization: token }), "tokenMissing");
  });

  it("is missing where the header has a name that every object knows", () => {
    for (const headerName of ["constructor", "__proto__", "toString"])
      assert.equal(problemOf({ ...withHeader, headerName }, {}), "tokenMissing", headerName);
  });

  it("is told once it has proved a request, and is none where none is asked for", () => {
    const headers = { authorization: ` ${token} ` };
    assert.equal(createAuthenticator(withHeader).provenToken(headers), token);
    assert.equal(createAuthenticator(withSignature).provenToken(headers), undefined);
    assert.equal(createAuthenticator({ ...withHeader, auth: "none" }).provenToken(headers), undefined);
  });

  it("may be set with white space around it by mistake", () => {
    assert.equal(problemOf({ ...withHeader, headerValue: `  ${token}\n` }, { authorization: token }), undefined);
  });

  for (const [what, headers] of Object.entries<Headers>({
    "a missing header": {},
    "an empty header": { authorization: "" },
    "white space": { authorization: "  " },
  })) {
    it(`refuses ${what}`, () => assert.equal(problemOf(withHeader, headers), "tokenMissing"));
  }

  for (const sent of [
    "Bearer the toke",
    "Bearer the tokenn",
    "bearer the token",
    "the token",
    `${token}, ${token}`,
    "x".repeat(10_000),
    "\u0000",
  ]) {
    it(`refuses ${JSON.stringify(sent.slice(0, 30))}`, () => {
      assert.equal(problemOf(withHeader, { authorization: sent }), "tokenWrong");
    });
  }

  it("refuses a header that comes twice, also where one is right", () => {
    assert.equal(problemOf({ ...withHeader, headerName: "x-token" }, { "x-token": [token, "x"] }), "tokenWrong");
  });

  it("is not the same with zeros behind it", () => {
    assert.equal(problemOf(withHeader, { authorization: `${withHeader.headerValue}\0` }), "tokenWrong");
  });

  it("may end in a letter whose last byte is a space elsewhere", () => {
    const arrived = Buffer.from("voilà").toString("latin1");
    assert.equal(problemOf({ ...withHeader, headerValue: "voilà" }, { authorization: arrived }), undefined);
  });

  it("may have letters beyond ASCII: they arrive byte for byte", () => {
    const settings = { ...withHeader, headerValue: "schlüssel✓" };
    const arrived = Buffer.from("schlüssel✓").toString("latin1");
    assert.equal(problemOf(settings, { authorization: arrived }), undefined);
    assert.equal(problemOf(settings, { authorization: "schlussel" }), "tokenWrong");
  });

  it("lets in the previous one during a rotation, and no longer than that", () => {
    const rotating = { ...withHeader, headerValue: "new", previousHeaderValue: "old" };
    assert.equal(problemOf(rotating, { authorization: "old" }), undefined);
    assert.equal(problemOf(rotating, { authorization: "new" }), undefined);
    assert.equal(problemOf(rotating, { authorization: "older" }), "tokenWrong");
    for (const previousHeaderValue of ["", "  ", undefined]) {
      const rotated = { ...withHeader, headerValue: "new", previousHeaderValue };
      assert.equal(problemOf(rotated, { authorization: "old" }), "tokenWrong");
      assert.equal(problemOf(rotated, { authorization: "" }), "tokenMissing");
    }
  });

  it("is not asked for a signature", () => {
    assert.equal(createAuthenticator(withHeader).needsRawBody, false);
  });
});

describe("a signature in a header", () => {
  it("lets in who made it, and needs the raw body", () => {
    assert.equal(problemOf(withSignature, { "x-hapana-signature": signature }), undefined);
    assert.equal(createAuthenticator(withSignature).needsRawBody, true);
  });

  it("lets in one made with the previous secret during a rotation", () => {
    const settings = { ...withSignature, signingSecret: "new", previousSigningSecret: "secret" };
    assert.equal(problemOf(settings, { "x-hapana-signature": signature }), undefined);
    assert.equal(
      problemOf({ ...settings, previousSigningSecret: "" }, { "x-hapana-signature": signature }),
      "signatureWrong",
    );
  });

  it("is refused before the body is read where the header alone shows that it is no good", () => {
    const { checkHeaders } = createAuthenticator(withSignature);
    const codeOf = (header?: string) =>
      checkHeaders.call(createAuthenticator(withSignature), { "x-hapana-signature": header }, now)?.code;
    assert.equal(codeOf(undefined), "signatureMissing");
    assert.equal(codeOf("t=1"), "signatureMalformed");
    assert.equal(codeOf(signBody(body, "secret", now - 301_000)), "signatureExpired");
    assert.equal(codeOf(signBody(body, "secret", now + 301_000)), "signatureExpired");
  });

  it("is refused when only the body shows it", () => {
    assert.equal(problemOf(withSignature, { "x-hapana-signature": signBody("[]", "secret", now) }), "signatureWrong");
    assert.equal(problemOf(withSignature, { "x-hapana-signature": signBody(body, "other", now) }), "signatureWrong");
  });

  it("does not ask for a token", () => {
    assert.equal(problemOf(withSignature, { "x-hapana-signature": signature, authorization: "x" }), undefined);
  });

  it("does not check a body whose headers were never found good", () => {
    assert.equal(createAuthenticator(withSignature).checkBody({}, body, now)?.code, "signatureMissing");
  });
});

describe("token and signature, both", () => {
  it("are both needed", () => {
    assert.equal(problemOf(withBoth, { authorization: token, "x-hapana-signature": signature }), undefined);
    assert.equal(problemOf(withBoth, { authorization: token }), "signatureMissing");
    assert.equal(problemOf(withBoth, { "x-hapana-signature": signature }), "tokenMissing");
    assert.equal(problemOf(withBoth, { authorization: "x", "x-hapana-signature": signature }), "tokenWrong");
  });
});

describe("no proof at all", () => {
  it("lets everybody in, where that is what was asked for", () => {
    const authenticator = createAuthenticator({ auth: "none", headerName: "", tolerance: 300 });
    assert.equal(authenticator.missing, undefined);
    assert.equal(problemOf({ auth: "none", headerName: "", tolerance: 300 }, {}), undefined);
  });
});

describe("an endpoint whose secret is empty lets nobody in", () => {
  const everything: Headers = { authorization: "", "x-hapana-signature": signBody(body, "", now), "": "" };
  const cases: readonly [AuthenticationSettings, string][] = [
    [{ ...withHeader, headerValue: undefined }, "headerValue"],
    [{ ...withHeader, headerValue: "" }, "headerValue"],
    [{ ...withHeader, headerValue: "  " }, "headerValue"],
    [{ ...withHeader, headerName: " " }, "headerValue"],
    [{ ...withHeader, headerValue: "", previousHeaderValue: token }, "headerValue"],
    [{ ...withSignature, signingSecret: undefined }, "signingSecret"],
    [{ ...withSignature, signingSecret: " " }, "signingSecret"],
    [{ ...withSignature, signingSecret: "", previousSigningSecret: "secret" }, "signingSecret"],
    [{ ...withBoth, headerValue: "" }, "headerValue"],
    [{ ...withBoth, signingSecret: "" }, "signingSecret"],
  ];
  for (const [settings, missing] of cases) {
    it(`${settings.auth}: ${JSON.stringify(settings)}`, () => {
      assert.equal(createAuthenticator(settings).missing, missing);
      for (const headers of [{}, everything, { authorization: token, "x-hapana-signature": signature }]) {
        assert.equal(problemOf(settings, headers), "misconfigured");
      }
    });
  }
});

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { parseSignatureHeader, signBody, verifySignature } from "../../../src/receiver/signature";

const now = Date.parse("2026-04-12T07:52:10.000Z");
const t = String(now / 1000);
const rawBody = Buffer.from('{"clientID":"c1"}');
const secret = "whsec_current";
const previous = "whsec_previous";

const hmac = (key: string, body = rawBody, time = t) =>
  createHmac("sha256", key).update(`${time}.`).update(body).digest("hex");
const v1 = hmac(secret);
const verifies = (header: string | undefined, options: Partial<Parameters<typeof verifySignature>[0]> = {}) =>
  verifySignature({ header, rawBody, secrets: [secret], now, ...options });

describe("a signature", () => {
  it("is the HMAC-SHA256 of the time, a dot and the body: a value computed elsewhere", () => {
    // printf '1776000000.{"clientID":"c1"}' | openssl dgst -sha256 -hmac whsec_current
    const header = "t=1776000000,v1=e2ae6e3a6245404ac9e10ee622272bc831c5fd76af79fe8cc329410743939d33";
    assert.equal(verifies(header, { now: 1_776_000_000_000 }), true);
    assert.equal(signBody(rawBody, secret, 1_776_000_000_999), header);
  });

  for (const [position, header] of Object.entries({
    "the only v1": `t=${t},v1=${v1}`,
    "the first v1": `t=${t},v1=${v1},v1=${"0".repeat(64)}`,
    "the last of ten v1": `t=${t},${`v1=${"0".repeat(64)},`.repeat(9)}v1=${v1}`,
    "before the time": `v1=${v1},t=${t}`,
    "between spaces": ` t=${t} , v1=${v1} `,
    "in capital letters": `t=${t},v1=${v1.toUpperCase()}`,
    "beside versions to come": `t=${t},v0=x,v1=${v1},v2=abc,flag`,
  })) {
    for (const [which, secrets] of Object.entries({ current: [secret, "another"], previous: ["another", secret] })) {
      it(`is found as ${position}, made with the ${which} secret`, () =>
        assert.equal(verifies(header, { secrets }), true));
    }
  }

  it("is good when only the previous secret made it, during a rotation", () => {
    assert.equal(verifies(`t=${t},v1=${hmac(previous)}`, { secrets: [secret, previous] }), true);
    assert.equal(verifies(`t=${t},v1=${hmac(previous)}`), false);
  });

  for (const [what, header] of Object.entries({
    "no header": undefined,
    "an empty header": "",
    "no time": `v1=${v1}`,
    "no v1": `t=${t}`,
    "only a later version": `t=${t},v2=${v1}`,
    "two times": `t=${t},t=${t},v1=${v1}`,
    "a time with a sign": `t=+${t},v1=${v1}`,
    "a negative time": `t=-${t},v1=${v1}`,
    "a time with a fraction": `t=${t}.0,v1=${v1}`,
    "a time in hex": `t=0x69db4f80,v1=${v1}`,
    "a time with an exponent": `t=1776e6,v1=${v1}`,
    "a time with a space in it": `t=17760 00000,v1=${v1}`,
    "an empty time": `t=,v1=${v1}`,
    "a time in other digits": `t=١٧٧٦٠٠٠٠٠٠,v1=${v1}`,
    "a time of too many digits": `t=${"0".repeat(20)}${t},v1=${v1}`,
    "a v1 that is too short": `t=${t},v1=${v1.slice(1)}`,
    "a v1 that is too long": `t=${t},v1=${v1}0`,
    "an empty v1": `t=${t},v1=`,
    "a v1 that is not hex": `t=${t},v1=${"g".repeat(64)}`,
    "a good v1 after one that is not hex": `t=${t},v1=zz,v1=${v1}`,
    "eleven v1": `t=${t}${`,v1=${v1}`.repeat(11)}`,
    "keys in capital letters": `T=${t},V1=${v1}`,
    semicolons: `t=${t};v1=${v1}`,
    "the bare digest": v1,
    "a wrong digest": `t=${t},v1=${hmac("another")}`,
    "the digest of another time": `t=${t},v1=${hmac(secret, rawBody, String(Number(t) - 1))}`,
    "the digest of the body alone": `t=${t},v1=${createHmac("sha256", secret).update(rawBody).digest("hex")}`,
  })) {
    it(`is refused: ${what}`, () => assert.equal(verifies(header), false));
  }

  it("is over the raw bytes: the same JSON with other white space is refused", () => {
    const spaced = Buffer.from('{ "clientID": "c1" }');
    assert.equal(verifies(`t=${t},v1=${v1}`, { rawBody: spaced }), false);
    const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x28]);
    assert.equal(verifies(`t=${t},v1=${hmac(secret, bytes)}`, { rawBody: bytes }), true);
  });

  it("is good up to 300 seconds off, either way, and no further", () => {
    for (const [seconds, isGood] of [
      [0, true],
      [300, true],
      [-300, true],
      [301, false],
      [-301, false],
      [1e9, false],
    ] as const) {
      assert.equal(verifies(`t=${t},v1=${v1}`, { now: now + seconds * 1000 }), isGood, `${seconds} s`);
    }
  });

  it("is good within a tolerance of one's own", () => {
    assert.equal(verifies(`t=${t},v1=${v1}`, { now: now + 9_000, tolerance: 10 }), true);
    assert.equal(verifies(`t=${t},v1=${v1}`, { now: now + 11_000, tolerance: 10 }), false);
  });

  it("is never good without a secret", () => {
    for (const secrets of [[], [""]]) {
      assert.equal(verifies(`t=${t},v1=${hmac("")}`, { secrets }), false);
    }
  });

  it("of the present is good by the clock", () => {
    assert.equal(
      verifySignature({ header: signBody("{}", secret), rawBody: Buffer.from("{}"), secrets: [secret] }),
      true,
    );
  });

  it("takes what Node.js has of the header, the bytes or their text, and secrets that are not set", () => {
    const text = '{"name":"Zoë"}';
    const header = [signBody(text, secret, now)];
    for (const rawBody of [text, Buffer.from(text), new TextEncoder().encode(text)]) {
      assert.ok(verifySignature({ header, rawBody, secrets: [undefined, secret], now }));
      assert.ok(!verifySignature({ header, rawBody, secrets: [undefined, ""], now }));
    }
    assert.ok(!verifySignature({ header: signBody(text, "", now), rawBody: text, secrets: [undefined, ""], now }));
    assert.ok(!verifySignature({ header: [], rawBody: text, secrets: [secret], now }));
  });

  it("keeps the time as it was written, because that is what was signed", () => {
    assert.equal(parseSignatureHeader(`t=0${t},v1=${v1}`)?.timestamp, `0${t}`);
    assert.equal(verifies(`t=0${t},v1=${hmac(secret, rawBody, `0${t}`)}`), true);
  });
});

import assert from "node:assert/strict";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { createAuthenticator } from "../../../src/receiver/authenticate";
import { isProblem } from "../../../src/receiver/problems";
import { type RequestBody, receive } from "../../../src/receiver/receive";
import { signBody } from "../../../src/receiver/signature";
import { openToAnyone } from "../../support/receiving";

const event = { clientID: "c1", siteID: "s1", checkInStatus: "Valid" };
const json = Buffer.from(JSON.stringify(event));
const form = "application/x-www-form-urlencoded";

/** What becomes of a body: the client of its event, or the code of the problem. */
async function receiveWith(
  body: RequestBody,
  headers: Record<string, string>,
  settings = openToAnyone,
): Promise<string | undefined> {
  const request = { method: "POST", headers, eventName: "checkIn", readBody: async () => body };
  const outcome = await receive(request, createAuthenticator(settings));
  return isProblem(outcome) ? outcome.code : outcome.events[0]?.clientID;
}

describe("a body that is compressed", () => {
  const encodings: Record<string, Buffer> = {
    gzip: gzipSync(json),
    "x-gzip": gzipSync(json),
    GZIP: gzipSync(json),
    "identity, gzip": gzipSync(json),
    deflate: deflateSync(json),
    br: brotliCompressSync(json),
  };
  for (const [encoding, body] of Object.entries(encodings)) {
    it(`is read: ${encoding}`, async () => {
      assert.equal(await receiveWith(body, { "content-encoding": encoding }), "c1");
    });
  }

  it("is read without the frame around it, as some send deflate", async () => {
    assert.equal(await receiveWith(deflateRawSync(json), { "content-encoding": "deflate" }), "c1");
  });

  it("is read where hundreds come at once; of more than can be held, the last are to come again", async () => {
    const send = (body: Buffer, count: number) =>
      Promise.all(Array.from({ length: count }, () => receiveWith(body, { "content-encoding": "gzip" })));
    assert.deepEqual(new Set(await send(gzipSync(json), 500)), new Set(["c1"]));
    const large = Buffer.concat([gzipSync(json), Buffer.alloc(900_000)]);
    const outcomes = await send(large, 30);
    assert.ok(outcomes.slice(0, 18).every((outcome) => outcome !== "tooBusy"));
    assert.equal(outcomes.at(-1), "tooBusy");
    assert.deepEqual(await send(gzipSync(json), 1), ["c1"]);
  });

  it("is said to be so where it is not what it says, or is cut off: that it is no JSON would send somebody looking in the wrong place", async () => {
    for (const body of [json, gzipSync(json).subarray(0, 20), Buffer.alloc(0)])
      assert.equal(await receiveWith(body, { "content-encoding": "gzip" }), "notDecoded");
  });

  const bomb = Buffer.alloc(200 * 1_024 * 1_024);
  for (const [encoding, compress] of Object.entries({ gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync })) {
    it(`is cut off at the limit, whatever it would become: ${encoding}`, async function () {
      this.timeout(60_000);
      const body = encoding === "br" ? brotliCompressSync(bomb.subarray(0, 20 * 1_024 * 1_024)) : compress(bomb);
      assert.ok(body.length < 1_024 * 1_024);
      const before = process.memoryUsage.rss();
      assert.equal(await receiveWith(body, { "content-encoding": encoding }), "tooLarge");
      assert.ok(process.memoryUsage.rss() - before < 50 * 1_024 * 1_024);
    });
  }

  it("may be signed as it is sent, or as it was before", async () => {
    const settings = { auth: "signature", headerName: "", signingSecret: "secret", tolerance: 300 } as const;
    const body = gzipSync(json);
    for (const signed of [body, json]) {
      const headers = { "content-encoding": "gzip", "x-hapana-signature": signBody(signed, "secret") };
      assert.equal(await receiveWith(body, headers, settings), "c1");
    }
    const headers = { "content-encoding": "gzip", "x-hapana-signature": signBody(Buffer.from("{}"), "secret") };
    assert.equal(await receiveWith(body, headers, settings), "signatureWrong");
  });
});

describe("a signed request that is repeated", () => {
  const settings = { auth: "signature", headerName: "", signingSecret: "secret", tolerance: 300 } as const;
  const signature = signBody(json, "secret");

  async function signedOf(body: Buffer, headers: Record<string, string> = {}): Promise<string | undefined> {
    const all = { "x-hapana-signature": signature, ...headers };
    const request = { method: "POST", headers: all, eventName: "checkIn", readBody: async () => body };
    const outcome = await receive(request, createAuthenticator(settings));
    assert.ok(!isProblem(outcome), JSON.stringify(outcome));
    return outcome.signed;
  }

  it("is the same, however it is compressed or labelled, and whatever else stands in the header", async () => {
    const first = await signedOf(json);
    assert.match(first ?? "", /^[\w-]{43}$/);
    const repeated = [
      await signedOf(gzipSync(json), { "content-encoding": "gzip" }),
      await signedOf(gzipSync(json, { level: 1 }), { "content-encoding": "gzip" }),
      await signedOf(brotliCompressSync(json), { "content-encoding": "br" }),
      await signedOf(json, { "content-type": form }),
      await signedOf(json, { "x-hapana-signature": `v1=${"0".repeat(64)},${signature}` }),
    ];
    assert.deepEqual(new Set(repeated), new Set([first]));
  });

  it("is another where another time or body was signed", async () => {
    const other = Buffer.from(JSON.stringify({ ...event, barcode: "1" }));
    const headers = { "x-hapana-signature": signBody(other, "secret") };
    assert.notEqual(await signedOf(other, headers), await signedOf(json));
  });
});

describe("a body that is labelled as a form", () => {
  const text = JSON.stringify(event);
  const bodies: Record<string, string> = {
    "JSON all the same": text,
    "JSON in its only field": `payload=${encodeURIComponent(text)}`,
    "JSON as the name of its only field": encodeURIComponent(text),
    "JSON with plus signs for blanks": `data=${encodeURIComponent(JSON.stringify(event, null, 1)).replaceAll("%20", "+")}`,
  };
  for (const [what, body] of Object.entries(bodies)) {
    for (const type of [form, `${form.toUpperCase()}; charset=utf-8`])
      it(`is read: ${what}, ${type}`, async () => {
        assert.equal(await receiveWith(Buffer.from(body), { "content-type": type }), "c1");
      });
  }

  it("is read where somebody else has parsed it", async () => {
    for (const parsed of [{ payload: text }, { [text]: "" }])
      assert.equal(await receiveWith({ parsed }, { "content-type": form }), "c1");
  });

  it("is refused where it is a form", async () => {
    for (const body of ["clientID=c1&siteID=s1", "payload=hello", "a=b", `payload=${encodeURIComponent(text)}&more=1`])
      assert.equal(await receiveWith(Buffer.from(body), { "content-type": form }), "notJsonType", body);
    for (const parsed of [{ clientID: "c1", siteID: "s1" }, { payload: "hello" }, { payload: ["a"] }])
      assert.equal(await receiveWith({ parsed }, { "content-type": form }), "notJsonType");
  });

  it("is empty where nothing is in it", async () => {
    assert.equal(await receiveWith(Buffer.alloc(0), { "content-type": form }), "empty");
  });
});

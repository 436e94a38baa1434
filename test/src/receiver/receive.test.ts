import assert from "node:assert/strict";
import type { AuthenticationSettings } from "../../../src/receiver/authenticate";
import { createAuthenticator } from "../../../src/receiver/authenticate";
import type { Headers } from "../../../src/receiver/headers";
import { jsonText } from "../../../src/receiver/json";
import { isProblem, problems } from "../../../src/receiver/problems";
import { type RequestBody, receive } from "../../../src/receiver/receive";
import { signBody } from "../../../src/receiver/signature";
import { openToAnyone, type Received, receiveBody } from "../../support/receiving";

const now = Date.parse("2026-04-12T07:52:10.123Z");
const withToken: AuthenticationSettings = {
  auth: "header",
  headerName: "Authorization",
  headerValue: "t",
  tolerance: 300,
};
const signed: AuthenticationSettings = { auth: "signature", headerName: "", signingSecret: "s", tolerance: 300 };
const body = '{"clientID":"c1","siteID":"s1","barcode":"1","checkInStatus":"Valid"}';

async function codeOf(received: Partial<Received>): Promise<string> {
  const outcome = await receiveBody({ body, ...received });
  return isProblem(outcome) ? outcome.code : "received";
}

async function deliveryOf(received: Partial<Received>) {
  const outcome = await receiveBody({ body, ...received });
  assert.ok(!isProblem(outcome), JSON.stringify(outcome));
  return outcome;
}

/** Receives a body that someone else has parsed. */
function receiveParsed(parsed: unknown, settings = openToAnyone) {
  const readBody = async (): Promise<RequestBody> => ({ parsed });
  return receive({ method: "POST", headers: {}, eventName: undefined, readBody }, createAuthenticator(settings), now);
}

describe("a delivery", () => {
  it("carries its id, its time and the event", async () => {
    const delivery = await deliveryOf({ headers: { "x-hapana-delivery": "del_1" }, now });
    assert.deepEqual(delivery, {
      deliveryId: "del_1",
      hasOwnId: true,
      receivedAt: "2026-04-12T07:52:10.123Z",
      test: false,
      events: [
        {
          event: "checkIn",
          payload: JSON.parse(body),
          clientID: "c1",
          distinction: undefined,
          siteID: "s1",
          issues: [],
          body: JSON.parse(body),
          bodyJson: body,
          isPayloadBody: true,
        },
      ],
    });
  });

  it("carries each event's JSON, from which the event can be read again", async () => {
    const bodies = [
      ` \n${body} `,
      '{"clientID":9007199254740993,"checkInStatus":"\\ud800","barcode":1e400}',
      '{"clientID":"a","clientID":"c1","checkInStatus":"Valid"}',
      `{"event":"checkIn","data":${body}}`,
      `[${body},{"clientID":"c2","checkInStatus":"Invalid"}]`,
      JSON.stringify({ event: "checkIn", data: body }),
      '{"nobody":"knows"}',
    ];
    for (const each of bodies) {
      const { events } = await deliveryOf({ body: `\ufeff${each}` });
      for (const event of events) assert.deepEqual(JSON.parse(jsonText(event.bodyJson)), event.body, each);
    }
  });

  for (const id of [undefined, "", "has space", "tab\t", "ümlaut", "x".repeat(201), ["del_1", "del_2"]]) {
    it(`gets an id of our own in place of ${JSON.stringify(id)?.slice(0, 30)}`, async () => {
      const first = await deliveryOf({ headers: { "x-hapana-delivery": id } });
      const second = await deliveryOf({ headers: { "x-hapana-delivery": id } });
      assert.equal(first.hasOwnId, false);
      assert.match(first.deliveryId, /^[0-9a-f-]{36}$/);
      assert.notEqual(first.deliveryId, second.deliveryId);
    });
  }

  it("is a test only where it says so", async () => {
    const isTest = async (header?: string) => (await deliveryOf({ headers: { "x-hapana-test": header } })).test;
    assert.deepEqual(
      [await isTest("true"), await isTest("false"), await isTest("1"), await isTest()],
      [true, false, false, false],
    );
  });
});

describe("a request that is refused", () => {
  for (const method of ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "post", ""]) {
    it(`${method || "without a method"} is not POST`, async () => assert.equal(await codeOf({ method }), "notPost"));
  }

  for (const eventName of [" ", "unknown", "towelReturned", "..", "__proto__", "constructor"]) {
    it(`names no event in its URL: ${JSON.stringify(eventName)}`, async () => {
      assert.equal(await codeOf({ eventName }), "unknownEventType");
    });
  }

  for (const encoding of ["compress", "gzip, br", "constructor", "x"]) {
    it(`has a content-encoding: ${encoding}`, async () => {
      assert.equal(await codeOf({ headers: { "content-encoding": encoding } }), "contentEncoded");
    });
  }

  for (const type of [
    "multipart/form-data; boundary=x",
    "text/html",
    "text/xml; charset=utf-8",
    "application/xml",
    "application/soap+xml",
    "IMAGE/PNG",
    "application/pdf",
    "application/zip",
    "application/vnd.api+cbor",
  ]) {
    it(`cannot be JSON: ${type}`, async () => {
      assert.equal(await codeOf({ headers: { "content-type": type } }), "notJsonType");
    });
  }

  it("is refused for what its headers show before its body is read", async () => {
    const refused: readonly [headers: Headers, method: string, eventName: string | undefined][] = [
      [{ authorization: "t" }, "GET", undefined],
      [{ authorization: "wrong" }, "POST", undefined],
      [{}, "POST", "unknown"],
      [{ authorization: "t" }, "POST", "unknown"],
      [{ authorization: "t", "content-encoding": "x" }, "POST", undefined],
      [{ authorization: "t", "content-type": "text/html" }, "POST", undefined],
    ];
    for (const [headers, method, eventName] of refused) {
      const readBody = () => assert.fail("The body was read.");
      const outcome = await receive({ method, headers, eventName, readBody }, createAuthenticator(withToken), now);
      assert.ok(isProblem(outcome));
    }
  });

  it("learns nothing of what is known here before it has proved itself", async () => {
    const settings = withToken;
    for (const received of [
      { eventName: "unknown" },
      { headers: { "content-encoding": "x" } },
      { headers: { "content-type": "text/xml" } },
      { body: "{" },
    ]) {
      assert.equal(await codeOf({ settings, ...received }), "tokenMissing");
    }
  });

  it("has no body that can be read", async () => {
    for (const code of ["tooLarge", "tooSlow", "aborted"] as const) {
      const readBody = async () => problems[code];
      const outcome = await receive(
        { method: "POST", headers: {}, eventName: undefined, readBody },
        createAuthenticator(openToAnyone),
      );
      assert.equal(outcome, problems[code]);
    }
  });

  it("holds more than two thousand events", async () => {
    const events = (count: number) => `[${Array.from({ length: count }, (_, id) => `{"clientID":${id},"phone":"1"}`)}]`;
    assert.equal(await codeOf({ body: events(2_000) }), "received");
    assert.equal(await codeOf({ body: events(2_001) }), "tooMany");
  });

  it("is not signed, or not by us, or not this body", async () => {
    assert.equal(await codeOf({ settings: signed, now }), "signatureMissing");
    const headers = { "x-hapana-signature": signBody(body, "s", now) };
    assert.equal(await codeOf({ settings: signed, now, headers }), "received");
    assert.equal(await codeOf({ settings: signed, now, headers, body: `${body} ` }), "signatureWrong");
  });

  it("is not signed, which is found before its JSON is looked at", async () => {
    const headers = { "x-hapana-signature": signBody("[", "other", now) };
    assert.equal(await codeOf({ settings: signed, now, headers, body: "[" }), "signatureWrong");
    assert.equal(
      await codeOf({ settings: signed, now, headers: { "x-hapana-signature": signBody("[", "s", now) }, body: "[" }),
      "notJson",
    );
  });
});

describe("a content type under which JSON may come", () => {
  for (const type of [
    undefined,
    "",
    "application/json",
    "application/json; charset=utf-8",
    "APPLICATION/JSON",
    "application/vnd.hapana+json",
    "application/octet-stream",
    "text/plain",
    "text/json",
    "nonsense",
  ]) {
    it(`${type ?? "none"}`, async () => assert.equal(await codeOf({ headers: { "content-type": type } }), "received"));
  }

  it("identity is no encoding", async () => {
    for (const encoding of ["identity", "Identity", " IDENTITY , identity", ""])
      assert.equal(await codeOf({ headers: { "content-encoding": encoding } }), "received");
  });
});

describe("a body that someone else has parsed", () => {
  it("is received", async () => {
    const outcome = await receiveParsed(JSON.parse(body));
    assert.ok(!isProblem(outcome));
    assert.equal(outcome.events[0]?.event, "checkIn");
  });

  it("is refused where nothing is in it", async () => {
    for (const parsed of [undefined, null, {}, [], ""]) assert.equal(await receiveParsed(parsed), problems.empty);
  });

  it("is refused where a signature is asked for: its raw bytes are gone", async () => {
    const readBody = async (): Promise<RequestBody> => ({ parsed: JSON.parse(body) });
    const headers = { "x-hapana-signature": signBody(body, "s", now) };
    const request = { method: "POST", headers, eventName: undefined, readBody };
    assert.equal(await receive(request, createAuthenticator(signed), now), problems.rawBodyMissing);
  });
});

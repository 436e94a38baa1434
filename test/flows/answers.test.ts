import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { definitionOf } from "../../src/events/catalog";
import { assertAccepted, assertRefused } from "../support/answers";
import { recordedFlow, token } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { type Answer, type PostOptions, post } from "../support/post";
import { head, speak } from "../support/raw";
import { type RecordingNodeRed, startRecording } from "../support/recording";
import { waitFor } from "../support/wait-for";

const { sample } = definitionOf("checkIn");
const personal = { ...sample, clientID: "the-client-of-this-test", email: "nobody-should-log@example.com" };

const unproven: Readonly<Record<string, PostOptions>> = {
  "no token": { body: personal },
  "an empty token": { body: personal, token: "" },
  "a wrong token": { body: personal, token: "Bearer a-wrong-token" },
  "a token that is too short": { body: personal, token: token.slice(0, -1) },
  "the token in another header": { body: personal, headers: { "X-Token": token } },
  "no token and broken JSON": { body: "{" },
  "no token and an unknown content type": { body: "<x/>", headers: { "content-type": "text/xml" } },
  "no token and compression": { body: "x", headers: { "content-encoding": "gzip" } },
  "no token and two megabytes": { body: "x".repeat(2 * 1024 * 1024) },
};

const broken: Readonly<Record<string, unknown>> = {
  "no body": undefined,
  "white space": " \r\n ",
  null: "null",
  "an empty object": "{}",
  "an empty list": "[]",
  "half an object": '{"clientID":',
  "text that is not JSON": "hello",
  "a form": "clientID=c1&siteID=s1",
  "two documents": "{}{}",
  "bytes that are not UTF-8": Buffer.from('{"clientID":"\xff\xfe"}', "latin1"),
  "UTF-16": Buffer.from('{"clientID":"c1"}', "utf16le"),
  "a compressed body that says nothing of it": gzipSync('{"clientID":"c1"}'),
  "four hundred thousand brackets": "[".repeat(400_000) + "]".repeat(400_000),
  "half of four hundred thousand brackets": "[".repeat(400_000),
};

const cannotBeJson = [
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "text/html",
  "application/xml",
  "image/png",
];

for (const platform of onePlatform) {
  describe(`what is refused at the default roots, on Node-RED ${platform.name}`, function () {
    this.timeout(120_000);
    let nodeRed: RecordingNodeRed;

    before(async () => {
      nodeRed = await startRecording({ platform }, recordedFlow);
    });
    after(stopAllNodeReds);

    const send = (options: PostOptions, below = ""): Promise<Answer> => post(`${nodeRed.url}/hapana${below}`, options);

    for (const [what, options] of Object.entries(unproven)) {
      it(`401: ${what}`, async () => assertRefused(await send(options), 401, "unauthorized"));
    }

    for (const [what, body] of Object.entries(broken)) {
      it(`400: ${what}`, async () => assertRefused(await send({ token, body }), 400, "bad_request"));
    }

    it("400: a body that stops in the middle", async () => {
      const connection = speak(nodeRed.port, head("POST /hapana", { Authorization: token, "Content-Length": 100 }));
      connection.write('{"clientID":"c1"');
      connection.break();
      await waitFor(
        () => /the connection ended before the content was complete/.test(nodeRed.log()) || undefined,
        () => nodeRed.log(),
      );
    });

    for (const name of [
      "unknown",
      "bookingCancelled",
      "%00",
      "..%2f..%2fetc%2fpasswd",
      "%3Cscript%3E",
      "%",
      "x".repeat(5_000),
      "checkIn%2f",
    ]) {
      it(`${name === "checkIn%2f" ? 200 : 404}: the event type ${name.slice(0, 30)} in the URL`, async () => {
        const answer = await send({ token, body: { ...personal, clientID: name } }, `/${name}`);
        if (name === "checkIn%2f") assertAccepted(answer);
        else assertRefused(answer, 404, "unknown_event_type");
      });
    }

    for (const method of ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      for (const below of ["", "/", "/checkIn"]) {
        it(`405: ${method} /hapana${below}`, async () => {
          assertRefused(await send({ token, method }, below), 405, "method_not_allowed");
          assertRefused(await send({ method }, below), 405, "method_not_allowed");
        });
      }
    }

    it("405: HEAD, without a body", async () => {
      const answer = await send({ token, method: "HEAD" });
      assert.deepEqual([answer.status, answer.headers.allow, answer.body], [405, "POST", ""]);
    });

    for (const length of [1024 * 1024 + 1, 10 * 1024 * 1024]) {
      it(`413: ${length} bytes`, async () => {
        assertRefused(await send({ token, body: "x".repeat(length) }), 413, "too_large");
      });
    }

    it("413: as much without a length", async () => {
      const connection = speak(
        nodeRed.port,
        head("POST /hapana", { Authorization: token, "Transfer-Encoding": "chunked" }),
      );
      const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
      for (let count = 0; count < 17; count += 1) connection.write(chunk);
      const answer = await connection.closed;
      assert.match(answer, /^HTTP\/1\.1 413 /);
      assert.match(answer, /\{"status":"too_large","message":"The body is larger than 1 MB\."\}$/);
    });

    it("200: a megabyte, to the byte", async () => {
      const empty = JSON.stringify({ ...personal, clientID: "big", padding: "" });
      const body = JSON.stringify({ ...personal, clientID: "big", padding: "x".repeat(1024 * 1024 - empty.length) });
      assert.equal(Buffer.byteLength(body), 1024 * 1024);
      assertAccepted(await send({ token, body }, "/checkIn"));
    });

    for (const type of cannotBeJson) {
      it(`415: ${type}`, async () => {
        assertRefused(
          await send({ token, body: personal, headers: { "content-type": type } }),
          415,
          "unsupported_media_type",
        );
      });
    }

    for (const encoding of ["gzip", "deflate", "br"]) {
      it(`415: ${encoding}`, async () => {
        const headers = { "content-encoding": encoding };
        assertRefused(await send({ token, body: gzipSync("{}"), headers }), 415, "unsupported_media_type");
      });
    }

    for (const type of [
      undefined,
      "",
      "application/json",
      "application/vnd.api+json; charset=utf-8",
      "text/plain",
      "application/octet-stream",
    ]) {
      it(`200: the content type ${type ?? "left out"}`, async () => {
        const body = { ...personal, clientID: `type ${type}` };
        assertAccepted(await send({ token, body, headers: { "content-type": type } }, "/checkIn"));
      });
    }

    it("the same delivery again is answered 200 duplicate, and does not come out twice", async () => {
      const options = {
        token,
        body: { ...personal, clientID: "twice" },
        headers: { "X-Hapana-Delivery": "del_twice" },
      };
      const first = await send(options, "/checkIn");
      const second = await send(options, "/checkIn");
      assertAccepted(first);
      assertAccepted(second, "duplicate");
      assert.deepEqual([first.json().deliveryId, second.json().deliveryId], ["del_twice", "del_twice"]);
    });

    it("emitted nothing of what was refused, and everything of what was accepted", async () => {
      const accepted = 1 + 1 + 6 + 1;
      const recorded = await nodeRed.next(accepted);
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.equal(nodeRed.count(), accepted);
      assert.ok(recorded.every(({ output }) => output === "checkIn"));
    });

    it("wrote neither secrets nor personal data nor stack traces to the log, and one line of each kind", () => {
      const log = nodeRed.log();
      assert.doesNotMatch(log, /a-token-for-tests|a-wrong-token|the-client-of-this-test|nobody-should-log|etc.passwd/);
      assert.doesNotMatch(log, /^\s+at .+:\d+/m);
      const refusals = log.split("\n").filter((line) => line.includes("[hapana-endpoint:Test endpoint]"));
      assert.equal(
        new Set(refusals.map((line) => line.replace(/^.*\[hapana-endpoint/, ""))).size,
        refusals.length,
        log,
      );
      assert.ok(refusals.length >= 8 && refusals.length <= 14, refusals.join("\n"));
    });
  });
}

import assert from "node:assert/strict";
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
  "a wrong token": { body: personal, token: "Bearer a-wrong-token" },
  "no token and two megabytes": { body: "x".repeat(2 * 1024 * 1024) },
};

const broken: Readonly<Record<string, unknown>> = {
  "no body": undefined,
  "half an object": '{"clientID":',
  "bytes that are not UTF-8": Buffer.from('{"clientID":"\xff\xfe"}', "latin1"),
};

const unsupported: Readonly<Record<string, PostOptions>> = {
  "a type that cannot be JSON": { body: personal, headers: { "content-type": "text/html" } },
  "a body that is compressed in an unknown way": { body: personal, headers: { "content-encoding": "compress" } },
};

/** What is refused for other reasons of the same kind is tried in test/src/receiver: here is one of each answer. */
for (const platform of onePlatform) {
  describe(`what is answered at the default roots, on Node-RED ${platform.name}`, function () {
    this.timeout(120_000);
    let nodeRed: RecordingNodeRed;
    let accepted = 0;

    before(async () => {
      nodeRed = await startRecording({ platform }, recordedFlow);
    });
    after(stopAllNodeReds);

    const send = (options: PostOptions, below = ""): Promise<Answer> => post(`${nodeRed.url}/hapana${below}`, options);
    const accepts = async (options: PostOptions) => {
      const answer = await send({ token, ...options }, "/checkIn");
      assertAccepted(answer);
      accepted += 1;
      return answer.json().deliveryId;
    };

    for (const [what, options] of Object.entries(unproven)) {
      it(`401: ${what}`, async () => assertRefused(await send(options), 401, "unauthorized"));
    }

    for (const [what, body] of Object.entries(broken)) {
      it(`400: ${what}`, async () => assertRefused(await send({ token, body }), 400, "bad_request"));
    }

    it("400: a body that stops in the middle, which nobody is there to be told", async () => {
      const connection = speak(nodeRed.port, head("POST /hapana", { Authorization: token, "Content-Length": 100 }));
      connection.write('{"clientID":"c1"');
      connection.break();
      await waitFor(
        () => /the connection ended early/.test(nodeRed.log()) || undefined,
        () => nodeRed.log(),
      );
    });

    for (const name of ["unknown", "..%2f..%2fetc%2fpasswd"]) {
      it(`404: the event type ${name} in the URL`, async () => {
        assertRefused(await send({ token, body: personal }, `/${name}`), 404, "unknown_event_type");
      });
    }

    for (const method of ["GET", "OPTIONS"]) {
      it(`405: ${method}, also below its path`, async () => {
        for (const below of ["", "/", "/checkIn"]) {
          assertRefused(await send({ token, method }, below), 405, "method_not_allowed");
          assertRefused(await send({ method }, below), 405, "method_not_allowed");
        }
      });
    }

    it("405: HEAD, without a body", async () => {
      const answer = await send({ token, method: "HEAD" });
      assert.deepEqual([answer.status, answer.headers.allow, answer.body], [405, "POST", ""]);
    });

    it("413: a byte more than a megabyte", async () => {
      assertRefused(await send({ token, body: "x".repeat(1024 * 1024 + 1) }), 413, "too_large");
    });

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

    for (const [what, options] of Object.entries(unsupported)) {
      it(`415: ${what}`, async () => {
        assertRefused(await send({ token, ...options }), 415, "unsupported_media_type");
      });
    }

    it("200: a megabyte, to the byte", async () => {
      const empty = JSON.stringify({ ...personal, clientID: "big", padding: "" });
      const body = JSON.stringify({ ...personal, clientID: "big", padding: "x".repeat(1024 * 1024 - empty.length) });
      assert.equal(Buffer.byteLength(body), 1024 * 1024);
      await accepts({ body });
    });

    it("200: without a content type", () =>
      accepts({ body: { ...personal, clientID: "no type" }, headers: { "content-type": undefined } }));

    it("200 duplicate: the same delivery again, which does not come out twice", async () => {
      const options = { body: { ...personal, clientID: "twice" }, headers: { "X-Hapana-Delivery": "del_twice" } };
      assert.equal(await accepts(options), "del_twice");
      const second = await send({ token, ...options }, "/checkIn");
      assertAccepted(second, "duplicate");
      assert.equal(second.json().deliveryId, "del_twice");
    });

    it("emitted nothing of what was refused, and everything of what was accepted", async () => {
      await accepts({ body: { ...personal, clientID: "the last" } });
      const recorded = await nodeRed.next(accepted);
      assert.equal(recorded.at(-1)?.msg.payload.clientID, "the last");
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

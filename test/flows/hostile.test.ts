import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { definitionOf } from "../../src/events/catalog";
import { assertAccepted, assertRefused } from "../support/answers";
import { recordedFlow, token } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { head, speak } from "../support/raw";
import { type RecordingNodeRed, startRecording } from "../support/recording";

const { sample } = definitionOf("checkIn");

for (const platform of onePlatform) {
  describe(`hostile senders, on Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    let nodeRed: RecordingNodeRed;
    let count = 0;
    before(async () => {
      nodeRed = await startRecording({ platform }, recordedFlow);
    });
    after(stopAllNodeReds);

    const nextBody = (more: object = {}) => {
      count += 1;
      return JSON.stringify({ ...sample, ...more, clientID: `client ${count}` });
    };
    const url = (below = "/checkIn") => `${nodeRed.url}/hapana${below}`;
    /** Says something that no client would, and gives all that comes back until the connection is closed. */
    const say = (text: string) => speak(nodeRed.port, text).closed;
    const assertNothingCameOut = async () => {
      const before = nodeRed.count();
      assertAccepted(await post(url(), { token, body: nextBody() }));
      await nodeRed.next(1);
      assert.equal(nodeRed.count(), before + 1);
    };

    for (const [what, headers] of Object.entries<Record<string, string | number>>({
      "a length and chunks": { "Content-Length": 5, "Transfer-Encoding": "chunked" },
      "chunks in an unheard-of coding": { "Transfer-Encoding": "chunked, x" },
      "two lengths in one": { "Content-Length": "5, 6" },
      "a length that is none": { "Content-Length": "5x" },
      "a negative length": { "Content-Length": "-5" },
    })) {
      it(`${what}: Node.js refuses it, and nothing is smuggled in`, async () => {
        const smuggled = head("POST /hapana/checkIn", { Authorization: token, "Content-Length": 30 }) + nextBody();
        const answer = await say(`${head("POST /hapana", { Authorization: token, ...headers })}0\r\n\r\n${smuggled}`);
        assert.match(answer, /^HTTP\/1\.1 400 /);
        assert.equal(answer.split("HTTP/1.1").length, 2);
        await assertNothingCameOut();
      });
    }

    it("a length that is too short: the rest is not taken for a part of the body", async () => {
      const body = nextBody();
      const headers = { Authorization: token, "Content-Length": body.length - 5, Connection: "close" };
      const answer = await say(head("POST /hapana/checkIn", headers) + body);
      assert.match(answer, /^HTTP\/1\.1 400 /);
      await assertNothingCameOut();
    });

    it("a length that is too long, and a sender that ends: what has come is not taken for the body", async () => {
      const body = nextBody();
      const headers = { Authorization: token, "Content-Length": body.length + 5 };
      const connection = speak(nodeRed.port, head("POST /hapana/checkIn", headers) + body);
      connection.end();
      const began = Date.now();
      assert.doesNotMatch(await connection.closed, /^HTTP\/1\.1 2/);
      assert.ok(Date.now() - began < 5_000, "nobody waits for the rest");
      await assertNothingCameOut();
    });

    it("chunks that do not end, and a sender that does: what has come is not taken for the body", async () => {
      const body = nextBody();
      const headers = { Authorization: token, "Transfer-Encoding": "chunked" };
      const chunk = `${body.length.toString(16)}\r\n${body}\r\n`;
      const connection = speak(nodeRed.port, head("POST /hapana/checkIn", headers) + chunk);
      connection.end();
      assert.doesNotMatch(await connection.closed, /^HTTP\/1\.1 2/);
      await assertNothingCameOut();
    });

    it("a request behind a refused one on the same connection still has to prove itself", async () => {
      const first = head("POST /hapana", { Authorization: "wrong", "Content-Length": 2 });
      const second = head("POST /hapana", { "Content-Length": 2, Connection: "close" });
      const answer = await say(`${first}{}${second}{}`);
      assert.equal(answer.match(/HTTP\/1\.1 401 /g)?.length, 2);
    });

    it("the same header twice: a right token does not help a wrong one", async () => {
      const body = nextBody();
      const twice = `POST /hapana/checkIn HTTP/1.1\r\nHost: x\r\nAuthorization: wrong\r\nAuthorization: ${token}\r\n`;
      assert.match(
        await say(`${twice}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`),
        /^HTTP\/1\.1 401 /,
      );
    });

    it("headers of sixteen kilobytes and more are refused by Node.js", async () => {
      const answer = await say(head("POST /hapana", { "X-Long": "x".repeat(20_000), "Content-Length": 0 }));
      assert.match(answer, /^HTTP\/1\.1 431 /);
    });

    it("a header name such as __proto__ does no harm", async () => {
      const body = nextBody();
      const headers = { __proto: "x", constructor: "x", Authorization: token, "Content-Length": body.length };
      const text = head("POST /hapana/checkIn", { ...headers, Connection: "close" }).replace("__proto:", "__proto__:");
      assert.match(await say(text + body), /^HTTP\/1\.1 200 /);
      await nodeRed.next(1);
    });

    it("chunks of a single byte are put together", async () => {
      const body = nextBody();
      const connection = speak(
        nodeRed.port,
        head("POST /hapana/checkIn", { Authorization: token, "Transfer-Encoding": "chunked", Connection: "close" }),
      );
      for (const byte of body) connection.write(`1\r\n${byte}\r\n`);
      connection.write("0\r\n\r\n");
      assert.match(await connection.closed, /^HTTP\/1\.1 200 /);
      await nodeRed.next(1);
    });

    const wide = (keys: number) => `{${Array.from({ length: keys }, (_, index) => `"k${index}":1`).join(",")}}`;
    for (const [what, body] of Object.entries<() => string>({
      "fifteen hundred keys": () => nextBody().replace(/}$/, `,"more":${wide(1_500)}}`),
      "fifteen hundred keys around it": () => wide(1_500).replace(/}$/, `,"data":${nextBody()}}`),
      "objects sixty levels deep": () => nextBody().replace(/}$/, `,"x":${'{"a":'.repeat(60)}1${"}".repeat(60)}}`),
      "numbers that are huge": () =>
        nextBody().replace(/}$/, `,"x":[1e999,-1e999,${"9".repeat(5_000)},0.${"1".repeat(5_000)}]}`),
      "lone surrogates": () => nextBody({ firstName: "\ud83d", lastName: "\udc00x" }),
      "every control character": () => nextBody({ firstName: String.fromCharCode(...Array(32).keys()) }),
      "the same key many times": () => nextBody().replace(/}$/, `${',"email":"a@example.com"'.repeat(1_500)}}`),
    })) {
      it(`${what}: comes out of its output soon`, async () => {
        const text = body();
        const started = Date.now();
        assertAccepted(await post(url(), { token, body: text }));
        assert.ok(Date.now() - started < 5_000);
        const [recorded] = await nodeRed.next(1);
        assert.equal(recorded?.output, "checkIn");
        assert.equal(recorded?.msg.payload.clientID, `client ${count}`);
      });
    }

    it("a million keys are refused by their length alone, whether it is told or not", async () => {
      const body = wide(1_000_000);
      for (const sent of [body, Readable.from([body])]) {
        const started = Date.now();
        assertRefused(await post(url(), { token, body: sent }), 413, "too_large");
        assert.ok(Date.now() - started < 5_000);
      }
    });

    it("eighty thousand keys are more than is read", async () => {
      for (const body of [nextBody().replace(/}$/, `,"more":${wide(80_000)}}`), `{"data":${wide(80_000)}}`]) {
        const started = Date.now();
        assertRefused(await post(url(), { token, body }), 413, "too_large");
        assert.ok(Date.now() - started < 5_000);
      }
    });

    it("two thousand events in one body all come out", async () => {
      const body = `[${Array.from({ length: 2_000 }, (_, index) => `{"clientID":"many ${index}","siteID":"s1"}`)}]`;
      assertAccepted(await post(url(), { token, body }));
      const recorded = await nodeRed.next(2_000);
      assert.equal(new Set(recorded.map(({ msg }) => msg.payload.clientID)).size, 2_000);
    });

    it("a hundred senders that break off in the middle leave the endpoint as it was", async () => {
      const connections = Array.from({ length: 100 }, () => {
        const connection = speak(nodeRed.port, head("POST /hapana", { Authorization: token, "Content-Length": 100 }));
        connection.write('{"clientID":');
        return connection;
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
      for (const connection of connections) connection.break();
      await Promise.all(connections.map(({ closed }) => closed));
      assertRefused(await post(url(), { body: "{" }), 401, "unauthorized");
      await assertNothingCameOut();
    });

    it("none of it made Node-RED write a stack trace, or end", () => {
      assert.doesNotMatch(nodeRed.log(), /^\s+at .+:\d+|uncaught|unhandled/im);
      assert.equal(nodeRed.process.exitCode, null);
    });
  });
}

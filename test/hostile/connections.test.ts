import assert from "node:assert/strict";
import { recordedFlow, token } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { speak } from "../support/raw";
import { type RecordingNodeRed, startRecording } from "../support/recording";
import { converse } from "./support";

let count = 0;

/** An event that has not been sent before. */
function event(): string {
  count += 1;
  return JSON.stringify({ clientID: `client ${count}`, siteID: "s1", checkInStatus: "Valid", barcode: "1" });
}

/** A request as it goes over the wire; header lines may come in any number and form. */
function request(requestLine: string, headerLines: readonly string[] = [], body = event()): string {
  const lines = ["Host: localhost", ...headerLines, `Content-Length: ${Buffer.byteLength(body)}`];
  return `${requestLine}\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** The same, with nothing added to the header lines. */
function bare(requestLine: string, headerLines: readonly string[], body = ""): string {
  return `${requestLine}\r\n${["Host: localhost", ...headerLines].join("\r\n")}\r\n\r\n${body}`;
}

const post = "POST /hapana HTTP/1.1";
const proof = `Authorization: ${token}`;
const wrong = "Authorization: Bearer guess";
const chunked = "Transfer-Encoding: chunked";
const websocket = ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"];

/** What is sent, and the statuses of the answers; 200 always means that an event was taken, and came out. */
const conversations: Readonly<Record<string, readonly [text: string, ...statuses: number[]]>> = {
  "two tokens, the first one right": [request(post, [proof, wrong]), 200],
  "two tokens, the first one wrong": [request(post, [wrong, proof]), 401],
  "the token in a folded line": [request(post, ["Authorization: Bearer", " a-token-for-tests"]), 400],
  "header names that every object has": [request(post, ["__proto__: x", "constructor: x", proof]), 200],
  "a NUL in the token": [request(post, [`${proof}\0`]), 400],
  "a token of 20 KB": [request(post, [`${proof}${"x".repeat(20_000)}`]), 431],
  "two delivery ids": [request(post, [proof, "X-Hapana-Delivery: a", "X-Hapana-Delivery: b"]), 200],
  "a delivery id that is none": [request(post, [proof, `X-Hapana-Delivery: ${"x".repeat(5_000)}`]), 200],

  "two different lengths": [bare(post, [proof, "Content-Length: 2", "Content-Length: 3"], "{} "), 400],
  "the same length twice": [bare(post, [proof, "Content-Length: 2", "Content-Length: 2"], "{}"), 400],
  "a length and chunks, with a request hidden behind": [
    bare(post, [proof, "Content-Length: 5", chunked], `0\r\n\r\n${request(post, [proof])}`),
    400,
  ],
  "chunks and a length, with a request hidden behind": [
    bare(post, [proof, chunked, "Content-Length: 4"], `0\r\n\r\n${request(post, [proof])}`),
    400,
  ],
  "chunks by a header with a space": [bare(post, [proof, "Transfer-Encoding : chunked"], "0\r\n\r\n"), 400],
  "chunks by another name": [bare(post, [proof, "Transfer-Encoding: xchunked"], "0\r\n\r\n"), 400],
  "chunks behind an unheard-of encoding, with a request hidden behind": [
    bare(post, [proof, `${chunked}, x`], `0\r\n\r\n${request(post, [proof])}`),
    400,
  ],
  "two lengths in one, with a request hidden behind": [
    bare(post, [proof, "Content-Length: 5, 6"], `0\r\n\r\n${request(post, [proof])}`),
    400,
  ],
  "a length that is none": [bare(post, [proof, "Content-Length: 5x"], "{}"), 400],
  "a length that is too short": [bare(post, [proof, "Connection: close", "Content-Length: 20"], event()), 400],
  "chunks that are not the last encoding": [bare(post, [proof, `${chunked}, identity`], "0\r\n\r\n"), 400],
  "a negative length": [bare(post, [proof, "Content-Length: -1"]), 400],
  "a length with a sign": [bare(post, [proof, "Content-Length: +2"], "{}"), 400],
  "a length in hex": [bare(post, [proof, "Content-Length: 0x2"], "{}"), 400],
  "a length beyond all numbers": [bare(post, [proof, `Content-Length: ${"9".repeat(30)}`]), 400],
  "a length of nine petabytes": [bare(post, [proof, "Content-Length: 9007199254740993"], "{}"), 413],
  "a chunk of a negative size": [bare(post, [proof, chunked], "-2\r\n{}\r\n0\r\n\r\n"), 400],
  "a chunk with 20 KB of extensions": [bare(post, [proof, chunked], `2;${"x".repeat(20_000)}\r\n{}\r\n0\r\n\r\n`), 413],
  "lines without carriage returns": [`POST /hapana HTTP/1.1\nHost: localhost\n${proof}\nContent-Length: 2\n\n{}`, 400],
  "no host": [`${post}\r\n${proof}\r\nContent-Length: 2\r\n\r\n{}`, 400],

  "two encodings in two headers": [bare(post, [proof, chunked, "Transfer-Encoding: identity"], "0\r\n\r\n"), 400],
  "chunks twice in two headers, with a request hidden behind": [
    bare(post, [proof, chunked, chunked], `2\r\n{}\r\n0\r\n\r\n${request(post, [proof])}`),
    400,
  ],
  "chunks behind a vertical tab": [bare(post, [proof, "Transfer-Encoding: \vchunked"], "0\r\n\r\n"), 400],
  "chunks behind a bare carriage return": [bare(post, [proof, "X: y\rTransfer-Encoding: chunked"], "0\r\n\r\n"), 400],
  "chunks behind a bare line feed": [bare(post, [proof, "X: y\nTransfer-Encoding: chunked"], "0\r\n\r\n"), 400],
  "chunks in a folded line": [bare(post, [proof, "Transfer-Encoding:", " chunked"], "0\r\n\r\n"), 400],
  "chunks in HTTP/1.0, and a length": [
    bare("POST /hapana HTTP/1.0", [proof, chunked, "Content-Length: 2"], "0\r\n\r\n"),
    400,
  ],
  "a length with a space before its colon": [bare(post, [proof, "Content-Length : 2"], "{}"), 400],
  "a length in a folded line": [bare(post, [proof, "Content-Length:", " 2"], "{}"), 400],
  "a length of two numbers": [bare(post, [proof, "Content-Length: 2 2"], "{}"), 400],
  "a chunk's size in hex with its prefix": [bare(post, [proof, chunked], "0x2\r\n{}\r\n0\r\n\r\n"), 400],
  "a chunk's size with a sign": [bare(post, [proof, chunked], "+2\r\n{}\r\n0\r\n\r\n"), 400],
  "a chunk that is longer than it says": [bare(post, [proof, chunked], "1\r\n{}\r\n0\r\n\r\n"), 400],
  "chunks whose lines end in bare line feeds": [bare(post, [proof, chunked], "2\n{}\n0\n\n"), 400],
  "a request hidden in a chunk's extension": [
    bare(post, [proof, chunked], `2;x="\n${request(post, [proof])}"\r\n{}\r\n0\r\n\r\n`),
    400,
  ],
  "a length that takes in the request behind": [
    bare(post, [proof, "Content-Length: 400"], request(post, [proof], `${event()}${" ".repeat(400)}`)),
    400,
  ],
  "an event in a GET, with a request hidden in it": [
    request("GET /hapana HTTP/1.1", [proof], request(post, [proof])),
    405,
  ],
  "a header without a name": [request(post, [proof, ": x"]), 400],
  "a header without a colon": [request(post, [proof, "nonsense"]), 400],
  "a NUL in the path": [request("POST /hapana\0/checkIn HTTP/1.1", [proof]), 400],
  "a second request line": [request(`POST /hapana HTTP/1.1\r\nGET / HTTP/1.1`, [proof]), 400],
  "empty lines before it": [`\r\n\r\n${request(post, [proof])}`, 200],

  "an event in chunks of a byte": [
    bare(post, [proof, chunked], `${[...event()].map((byte) => `1\r\n${byte}\r\n`).join("")}0\r\n\r\n`),
    200,
  ],
  "chunks with a token in the trailer": [bare(post, [chunked], `2\r\n{}\r\n0\r\n${proof}\r\n\r\n`), 401],
  "100-continue": [request(post, [proof, "Expect: 100-continue"]), 200],
  "100-continue without a token": [request(post, ["Expect: 100-continue"]), 401],
  "an expectation that nobody knows": [request(post, [proof, "Expect: miracles"]), 417],
  "an offer to upgrade to HTTP/2": [request(post, [proof, "Connection: Upgrade", "Upgrade: h2c"]), 200],
  "an offer to upgrade, as Java's client makes it": [
    request(post, [proof, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAAA"]),
    200,
  ],
  "an offer to upgrade, of a body of unknown length": [
    bare(post, [proof, chunked, "Connection: Upgrade", "Upgrade: h2c"], "2\r\n{}\r\n0\r\n\r\n"),
    400,
  ],
  "an offer to upgrade, without a token": [request(post, ["Connection: Upgrade", "Upgrade: h2c"]), 401],
  "a WebSocket by POST": [request(post, ["Connection: Upgrade", "Upgrade: websocket", ...websocket]), 401],
  "a connection to upgrade, as proxies forward it": [request(post, [proof, "Connection: upgrade"]), 200],

  "an absolute target": [request("POST http://localhost/hapana HTTP/1.1", [proof]), 200],
  "an absolute target, as a proxy writes it": [
    request("POST HTTPS://example.com:443/hapana/checkIn?x HTTP/1.1", [proof]),
    200,
  ],
  "an absolute target without a token, and broken JSON": [
    request("POST http://localhost/hapana HTTP/1.1", ["Content-Type: application/json"], "{"),
    401,
  ],
  "an absolute target of somebody else": [request("POST http://localhost/x/hapana HTTP/1.1", [proof]), 404],
  "the absolute target of no host": [request("POST http:///hapana HTTP/1.1", [proof]), 404],
  "a name that every object has": [request("POST /hapana/__proto__ HTTP/1.1", [proof]), 404],
  "a path that every object has": [request("POST /constructor HTTP/1.1", [proof]), 404],
  "a method that says it is another": [request("GET /hapana HTTP/1.1", [proof, "X-HTTP-Method-Override: POST"]), 405],
  "a method in small letters": [request("post /hapana HTTP/1.1", [proof]), 400],
  TRACE: [bare("TRACE /hapana HTTP/1.1", [proof]), 405],
  PROPFIND: [bare("PROPFIND /hapana HTTP/1.1", [proof]), 405],
  "HTTP/1.0": [request("POST /hapana HTTP/1.0", [proof]), 200],
  "HTTP/1.0 without a length": [bare("POST /hapana HTTP/1.0", [proof], event()), 400],
  "HTTP/2": ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
  TLS: ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],

  "five requests at once": [
    [
      request(post),
      request(post, [proof]),
      bare("GET /hapana HTTP/1.1", [proof]),
      request("POST /hapana/nothing HTTP/1.1", [proof]),
      request(post, [proof]),
    ].join(""),
    401,
    200,
    405,
    404,
    200,
  ],
  "a request without a token behind one with a wrong one": [request(post, [wrong]) + request(post), 401, 401],
  "an event behind one that was refused with its body": [
    request(post, [], "x".repeat(50_000)) + request(post, [proof]),
    401,
    200,
  ],
  "an event inside of a body that is too large": [
    bare(post, [proof, "Content-Length: 2000000"], request(post, [proof])),
    413,
  ],
  "an event inside of chunks that are refused": [bare(post, [chunked], `ffff\r\n${request(post, [proof])}`), 401],
};

for (const platform of onePlatform) {
  describe(`what no HTTP client would send, on Node-RED ${platform.name}`, function () {
    this.timeout(120_000);
    let nodeRed: RecordingNodeRed;
    before(async () => {
      nodeRed = await startRecording({ platform }, recordedFlow);
    });
    after(stopAllNodeReds);

    /** By an event behind all that was refused. */
    const assertNothingElseCameOut = async (before: number) => {
      assert.match((await converse(nodeRed.port, request(post, [proof]))).text, /"accepted"/);
      await nodeRed.next(1);
      assert.equal(nodeRed.count(), before + 1);
    };

    it("is answered as it should be, and what is not accepted does not come out", async () => {
      for (const [what, [text, ...statuses]] of Object.entries(conversations)) {
        const before = nodeRed.count();
        const answer = await converse(nodeRed.port, text, statuses.length);
        assert.deepEqual(answer.statuses, statuses, `${what}: ${answer.text}`);
        assert.doesNotMatch(answer.text, /\.js:|node_modules|Bearer|a-token/, what);
        const accepted = statuses.filter((status) => status === 200).length;
        if (accepted > 0) await nodeRed.next(accepted);
        assert.equal(nodeRed.count(), before + accepted, what);
      }
      await assertNothingElseCameOut(nodeRed.count());
    });

    it("may be refused and try again on the same connection", async () => {
      const refusals = Array(200).fill(request(post, [wrong]));
      const { statuses } = await converse(nodeRed.port, refusals.join("") + request(post, [proof]), 201);
      assert.deepEqual(statuses, [...Array(200).fill(401), 200]);
      await nodeRed.next(1);
    });

    const lastChunk = event();
    for (const [what, headers, body] of [
      ["a length that is too long", ["Content-Length: 500"], event()],
      ["chunks that do not end", [chunked], `${lastChunk.length.toString(16)}\r\n${lastChunk}\r\n`],
    ] as const) {
      it(`${what}, and a sender that ends: what has come is not taken for the body, and nobody waits for the rest`, async () => {
        const before = nodeRed.count();
        const connection = speak(nodeRed.port, bare(post, [proof, ...headers], body));
        connection.end();
        assert.doesNotMatch(await connection.closed, /^HTTP\/1\.1 (2|408)/);
        await assertNothingElseCameOut(before);
      });
    }

    it("a hundred senders that break off in the middle leave the endpoint as it was", async () => {
      const before = nodeRed.count();
      const beginning = bare(post, [proof, "Content-Length: 100"], '{"clientID":');
      const connections = Array.from({ length: 100 }, () => speak(nodeRed.port, beginning));
      // Another that is answered: those that spoke before it have been heard.
      await converse(nodeRed.port, request(post, [wrong]));
      for (const connection of connections) connection.break();
      await Promise.all(connections.map(({ closed }) => closed));
      await assertNothingElseCameOut(before);
    });

    it("made Node-RED neither write a stack trace or a secret, nor end", () => {
      assert.doesNotMatch(nodeRed.log(), /^\s+at .+:\d+|\bat [\w.]+ \(|uncaught|unhandled|a-token-for-tests/im);
      assert.equal(nodeRed.process.exitCode, null);
    });
  });
}

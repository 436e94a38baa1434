import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { post } from "../../../nodes/hapana-test-event/post";

describe("posting to one's own server", () => {
  let server: Server;
  let port: number;
  let answer: RequestListener;
  const never = new AbortController().signal;

  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response));
    await once(server.listen(0, "127.0.0.1"), "listening");
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const send = (signal = never, protocol: "http:" | "https:" = "http:") =>
    post({ protocol, host: "127.0.0.1", port }, "/hapana", { "x-more": "yes" }, Buffer.from("{}"), signal);

  it("sends JSON with its headers, on a connection of its own", async () => {
    let seen: unknown;
    answer = async (request, response) => {
      const { method, url, headers } = request;
      seen = [method, url, headers["content-type"], headers["x-more"], headers.connection, await text(request)];
      response.end();
    };
    await send();
    assert.deepEqual(seen, ["POST", "/hapana", "application/json", "yes", "close", "{}"]);
  });

  it("returns what came back: parsed where it is JSON, else as it is", async () => {
    answer = (_request, response) => void response.writeHead(201).end('{"status":"accepted"}');
    const { duration, ...rest } = await send();
    assert.deepEqual(rest, { statusCode: 201, body: { status: "accepted" } });
    assert.ok(Number.isInteger(duration));
    answer = (_request, response) => void response.end("<html>");
    assert.equal((await send()).body, "<html>");
  });

  it("fails where the connection breaks, before the answer or in it", async () => {
    answer = (request) => request.socket.destroy();
    await assert.rejects(send(), { code: "ECONNRESET" });
    answer = (request, response) => {
      response.writeHead(200, { "Content-Length": 100 });
      response.write("only a part", () => request.socket.destroy());
    };
    await assert.rejects(send(), { code: "ECONNRESET" });
  });

  it("gives up when it is told to, and says why, before the answer and in it", async () => {
    const reason = new DOMException("Too late.", "TimeoutError");
    let giving = new AbortController();
    answer = () => giving.abort(reason);
    await assert.rejects(send(giving.signal), reason);
    giving = new AbortController();
    answer = (_request, response) => {
      response.writeHead(200, { "Content-Length": 100 });
      response.write("only a part", () => setImmediate(() => giving.abort(reason)));
    };
    await assert.rejects(send(giving.signal), reason);
  });

  it("encrypts where the server does", async () => {
    answer = assert.fail;
    await assert.rejects(send(never, "https:"), ({ code }: NodeJS.ErrnoException) =>
      /^E(PROTO|RR_SSL)/.test(code ?? ""),
    );
  });
});

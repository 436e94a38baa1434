import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { respondAccepted, respondRefused } from "../../../src/engine/respond";
import { problems } from "../../../src/receiver/problems";
import { assertAccepted, assertRefused } from "../../support/answers";
import { post } from "../../support/post";
import { head, type RawConnection, speak } from "../../support/raw";
import { StandInClock, until } from "../../support/stand-in-red-clock";

type Responding = (request: IncomingMessage, response: ServerResponse) => void;

describe("answering a request", () => {
  let server: Server;
  let port: number;
  let url: string;
  let respond: Responding;
  let request: IncomingMessage | undefined;
  let clock: StandInClock;

  beforeEach(async () => {
    clock = new StandInClock();
    server = createServer((incoming, response) => {
      request = incoming;
      respond(incoming, response);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    ({ port } = server.address() as AddressInfo);
    url = `http://127.0.0.1:${port}/`;
  });
  afterEach(() => {
    clock.release();
    server.closeAllConnections();
    server.close();
  });

  const refuse =
    (code: keyof typeof problems): Responding =>
    (incoming, response) =>
      respondRefused(incoming, response, problems[code]);

  /** Sends a request, and waits until it has been answered. */
  async function ask(text: string, answer: RegExp): Promise<RawConnection> {
    const connection = speak(port, text);
    await until(() => answer.test(connection.received()));
    return connection;
  }

  it("says that the events are safe, or known", async () => {
    respond = (_incoming, response) => respondAccepted(response, "accepted", "delivery");
    const accepted = await post(url);
    assertAccepted(accepted);
    assert.equal(accepted.json().deliveryId, "delivery");
    assert.equal(accepted.headers["cache-control"], "no-store");
    respond = (_incoming, response) => respondAccepted(response, "duplicate", "delivery");
    assertAccepted(await post(url), "duplicate");
  });

  it("says why it is refused, with the headers that belong to it", async () => {
    respond = refuse("notPost");
    assertRefused(await post(url), 405, "method_not_allowed");
    respond = refuse("notStored");
    assertRefused(await post(url, { body: { clientID: "1" } }), 503, "unavailable");
  });

  it("reads what is left of a small body, so that the connection serves the next request", async () => {
    respond = refuse("tokenWrong");
    const first = head("POST /", { "Content-Length": 4 });
    const connection = await ask(`${first}{"a"`, /authenticated/);
    const second = head("POST /", { "Content-Length": 4, Connection: "close" });
    connection.write(`${second}{"b"`);
    assert.equal((await connection.closed).match(/HTTP\/1\.1 401/g)?.length, 2);
  });

  for (const [kind, headers] of [
    ["a large body", { "Content-Length": 10_000_000 }],
    ["a body of unknown length", { "Transfer-Encoding": "chunked" }],
  ] as const) {
    it(`never reads ${kind}: it answers, lets the sender read the answer, and closes`, async () => {
      respond = refuse("tooLarge");
      const connection = await ask(`${head("POST /", headers)}5\r\n{"a":\r\n`, /1 MB/);
      assert.match(connection.received(), /^HTTP\/1\.1 413 .*\r\n(?:.*\r\n)*Connection: close\r\n/);
      assert.equal(request?.isPaused(), true);
      clock.pass(990);
      assert.equal(request?.socket.destroyed, false);
      clock.pass(10);
      await connection.closed;
    });
  }

  it("waits for no small body either that did not arrive in time", async () => {
    respond = refuse("tooSlow");
    const connection = await ask(`${head("POST /", { "Content-Length": 10 })}{`, /in time/);
    clock.pass(1_000);
    await connection.closed;
  });

  it("lets a sender go that hangs up first", async () => {
    respond = refuse("tooLarge");
    const connection = await ask(head("POST /", { "Content-Length": 10_000_000 }), /1 MB/);
    connection.break();
    await until(() => request?.destroyed === true);
    clock.pass(2_000);
    assert.equal(request?.socket.destroyed, true);
  });

  it("answers once: what comes later is not sent", async () => {
    respond = (incoming, response) => {
      respondAccepted(response, "accepted", "delivery");
      respondRefused(incoming, response, problems.empty);
    };
    assertAccepted(await post(url));
  });

  it("does not answer whom it has lost", async () => {
    let destroyed: ServerResponse | undefined;
    respond = (_incoming, response) => {
      destroyed = response.destroy();
    };
    assert.equal(await speak(port, head("POST /", {})).closed, "");
    assert.ok(destroyed);
    respondAccepted(destroyed, "accepted", "delivery");
    assert.equal(destroyed.headersSent, false);
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Handler, hookIntoServer, takeOffersToUpgrade } from "../../../nodes/runtime/server-hook";
import { post } from "../../support/post";
import { head, speak } from "../../support/raw";

const upgrade = { Connection: "Upgrade", Upgrade: "h2c" };

const answer: Handler = (request, response, next) => {
  if (request.url === "/others") next();
  else response.end("ours");
};

describe("a handler in front of a server", () => {
  let server: Server;
  let port: number;

  beforeEach(async () => {
    server = createServer((_request, response) => response.end("theirs"));
    await once(server.listen(0, "127.0.0.1"), "listening");
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const ask = async (path: string) => (await post(`http://127.0.0.1:${port}${path}`)).body;

  it("answers what is its own, and passes on all else", async () => {
    assert.equal(hookIntoServer(server, answer), true);
    assert.equal(await ask("/ours"), "ours");
    assert.equal(await ask("/others"), "theirs");
  });

  it("is replaced by the next one, not put in front of it", async () => {
    let first = 0;
    hookIntoServer(server, (_request, _response, next) => {
      first += 1;
      next();
    });
    assert.equal(hookIntoServer(server, answer), true);
    assert.equal(await ask("/others"), "theirs");
    assert.equal(first, 0);
  });

  it("cannot be where there is no server, or one that answers nothing", () => {
    assert.equal(hookIntoServer(undefined, answer), false);
    assert.equal(hookIntoServer(createServer(), answer), false);
  });

  it("leaves all other events of the server alone", () => {
    hookIntoServer(server, () => assert.fail());
    let closed = 0;
    server.on("close", () => {
      closed += 1;
    });
    assert.equal(server.emit("close"), true);
    assert.equal(server.emit("unheard of"), false);
    assert.equal(closed, 1);
  });

  describe("and a request that offers to upgrade the connection", () => {
    /** As Node-RED's own WebSockets do. */
    let others: { url: string | undefined; socket: Socket }[];

    beforeEach(() => {
      others = [];
      server.on("upgrade", ({ url }, socket: Socket) => {
        others.push({ url, socket });
        socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n");
      });
      hookIntoServer(server, answer);
    });

    it("is answered as any other, and the connection closed", async () => {
      const connection = speak(port, head("POST /ours", { ...upgrade, "Content-Length": 2 }));
      const received = await connection.closed;
      assert.match(received, /^HTTP\/1\.1 200 OK\r\n/);
      assert.match(received, /Connection: close\r\n/i);
      assert.match(received, /ours/);
      assert.deepEqual(others, []);
    });

    it("is passed on with its connection where it is not our own", async () => {
      assert.match(await speak(port, head("POST /others", upgrade)).closed, /^HTTP\/1\.1 101 /);
      assert.deepEqual(
        others.map(({ url }) => url),
        ["/others"],
      );
    });

    it("is not even looked at where it may begin a WebSocket", async () => {
      assert.match(await speak(port, head("GET /ours", upgrade)).closed, /^HTTP\/1\.1 101 /);
    });

    it("does not end the process where the sender breaks the connection meanwhile", async () => {
      const arrived = new Promise<Socket>((resolve) => {
        hookIntoServer(server, (request) => resolve(request.socket));
      });
      const connection = speak(port, head("POST /ours", upgrade));
      const socket = await arrived;
      socket.emit("error", new Error("read ECONNRESET"));
      assert.equal(socket.destroyed, true);
      assert.equal(await connection.closed, "");
    });
  });

  it("or nowhere: offers to upgrade take the way of all requests, where they are this package's", async () => {
    server.on("upgrade", (_request, socket) => socket.on("error", () => {}));
    takeOffersToUpgrade(undefined, () => assert.fail());
    takeOffersToUpgrade(server, () => assert.fail());
    takeOffersToUpgrade(server, ({ url }) => url !== "/others");
    const offers = (path: string, method = "POST") => speak(port, head(`${method} ${path}`, upgrade));
    assert.match(await offers("/ours").closed, /theirs$/);
    // Nobody else is there to take them.
    const [others, socket] = [offers("/others"), offers("/ours", "GET")];
    assert.match(await offers("/ours").closed, /theirs$/);
    assert.deepEqual([others.received(), socket.received()], ["", ""]);
    others.break();
    socket.break();
  });
});

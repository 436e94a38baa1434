import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type RequestHandler } from "express";
import { Ingress } from "../../../nodes/runtime/ingress";
import { problems } from "../../../src/receiver/problems";
import { post } from "../../support/post";
import { head } from "../../support/raw";
import { StandInRed } from "../../support/stand-in-red";
import { StandInClock, until } from "../../support/stand-in-red-clock";
import { StandInTarget } from "../../support/stand-in-red-endpoints";

describe("where webhooks enter a Node-RED that protects its HTTP nodes", () => {
  let red: StandInRed;
  let target: StandInTarget;
  /** The paths that the administrator's check has seen. */
  let checked: string[];
  let url: string;

  const check: RequestHandler = (request, response, next) => {
    checked.push(request.path);
    if (request.get("x-pass") === "yes") next();
    else response.sendStatus(401);
  };

  async function begin(settings: Readonly<Record<string, unknown>>): Promise<void> {
    checked = [];
    red = new StandInRed({ settings });
    target = new StandInTarget();
    new Ingress(red.RED).claim("/hapana", target);
    url = await red.listen();
  }
  afterEach(() => red.end());

  const pass = { "x-pass": "yes" };

  it("asks the administrator's middleware first, and knows the body's bytes all the same", async () => {
    await begin({ httpNodeMiddleware: check });
    assert.equal((await post(`${url}/hapana`, { body: " {} " })).status, 401);
    assert.deepEqual(target.handled, []);
    assert.equal((await post(`${url}/hapana`, { body: " {} ", headers: pass })).body, "target");
    assert.deepEqual(target.texts, [" {} "]);
  });

  it("asks each of several, and none about requests that are others'", async () => {
    const alsoSeen: string[] = [];
    const also: RequestHandler = (request, _response, next) => {
      alsoSeen.push(request.path);
      next();
    };
    await begin({ httpNodeMiddleware: [check, also] });
    assert.equal((await post(`${url}/elsewhere`, { body: {} })).status, 404);
    await post(`${url}/hapana`, { body: {}, headers: pass });
    assert.deepEqual([checked, alsoSeen], [["/hapana"], ["/hapana"]]);
  });

  it("never holds more of a body than is allowed, whoever is asked first", async () => {
    await begin({ httpNodeMiddleware: check });
    await post(`${url}/hapana`, { body: Buffer.alloc(1024 * 1024 + 1, " "), headers: pass });
    assert.deepEqual(target.handled, [{ eventName: undefined, body: problems.tooLarge }]);
  });

  describe("while it starts", () => {
    let ingress: Ingress;
    let clock: StandInClock;
    beforeEach(async () => {
      clock = new StandInClock();
      checked = [];
      red = new StandInRed({ settings: { httpNodeMiddleware: check } });
      target = new StandInTarget();
      ingress = new Ingress(red.RED);
      ingress.expect(new Map([["/hapana", target.id]]));
      url = await red.listen();
    });
    afterEach(() => clock.release());

    const speak = async (body: string, headers = {}) =>
      (await red.speak(head("POST /hapana", { "Content-Length": body.length, Connection: "close", ...headers }) + body))
        .connection;

    it("asks the administrator's middleware before a request is held, and refuses nothing in its place", async () => {
      const refused = await speak("{}");
      assert.match(await refused.closed, /^HTTP\/1\.1 401 /);
      const held = await speak(" {} ", pass);
      await until(() => checked.length === 2);
      clock.pass(9_000);
      assert.match(await held.closed, /^HTTP\/1\.1 503 /);
      const inTime = await speak(" {} ", pass);
      await until(() => checked.length === 3);
      ingress.claim("/hapana", target);
      ingress.started();
      assert.match(await inTime.closed, /target$/);
      assert.deepEqual(target.texts, [" {} "], "the bytes as they came");
    });

    it("gives nobody else a request whose body is read: where the endpoint is gone, it is to be sent again", async () => {
      const held = await speak("{}", pass);
      await until(() => checked.length === 1);
      ingress.started();
      assert.match(await held.closed, /^HTTP\/1\.1 503 (?:.*\r\n)*Retry-After: 30\r\n/);
    });

    it("keeps no more bodies of those who wait than may be on their way together", async () => {
      const body = "x".repeat(1024 * 1024);
      const held = [];
      for (let sent = 1; sent <= 64; sent += 1) {
        held.push(await speak(body, pass));
        await until(() => checked.length === sent);
      }
      assert.match(await (await speak(body, pass)).closed, /^HTTP\/1\.1 503 /);
      const empty = await speak("", pass);
      await until(() => checked.length === 66);
      ingress.claim("/hapana", target);
      ingress.started();
      for (const each of [...held, empty]) assert.match(await each.closed, /target$/);
    });
  });

  for (const settings of [{ httpNodeAuth: { user: "u", pass: "p" } }, { requireHttps: true }]) {
    it(`goes the way of every HTTP node where there is ${Object.keys(settings)}`, async () => {
      await begin(settings);
      const seen: string[] = [];
      red.httpAdmin.use((request, _response, next) => {
        seen.push(request.path);
        next();
      });
      await post(`${url}/hapana`, { body: "no JSON" });
      assert.deepEqual([seen, target.texts], [["/hapana"], ["no JSON"]]);
    });
  }
});

describe("where webhooks enter an app that somebody has embedded Node-RED in", () => {
  let red: StandInRed;
  let target: StandInTarget;
  let server: Server;

  beforeEach(() => {
    red = new StandInRed({ hasRoot: false });
    target = new StandInTarget();
    new Ingress(red.RED).claim("/hapana", target);
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await red.end();
  });

  /** The app sends every request through a handler, and then to Node-RED. */
  async function listen(before: RequestHandler, path = "/"): Promise<string> {
    const app = express().use(before);
    app.use(path, (request, response) => red.httpNode(request, response, () => response.sendStatus(404)));
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** What the target has got, where the app has done this with the body. */
  async function bodyAfter(before: RequestHandler): Promise<unknown> {
    await post(`${await listen(before)}/hapana`, { body: '{"a": 1}' });
    return target.handled[0]?.body;
  }

  it("takes what the app has parsed", async () => {
    assert.deepEqual(await bodyAfter(express.json()), { parsed: { a: 1 } });
  });

  it("takes the bytes where the app has kept them", async () => {
    assert.deepEqual(await bodyAfter(express.raw({ type: "*/*" })), Buffer.from('{"a": 1}'));
  });

  it("reads the body where the app has not", async () => {
    assert.deepEqual(await bodyAfter((_request, _response, next) => next()), Buffer.from('{"a": 1}'));
  });

  it("takes nothing where the app has read the body and kept nothing of it", async () => {
    const drop = (request: IncomingMessage, _response: unknown, next: () => void) => {
      request.on("end", next).resume();
    };
    assert.deepEqual(await bodyAfter(drop), { parsed: undefined });
  });

  it("takes a refusal that comes in the place of the body", async () => {
    const refuse: RequestHandler = (request, _response, next) => {
      Object.assign(request, { body: problems.tooLarge, _body: true });
      next();
    };
    assert.equal(await bodyAfter(refuse), problems.tooLarge);
  });

  it("goes by the whole URL, also where the app is mounted below a path", async () => {
    const url = await listen((_request, _response, next) => next(), "/hapana");
    assert.equal((await post(`${url}/hapana`, { body: {} })).body, "target");
    assert.equal((await post(`${url}/hapana/hapana/hapana`, { body: {} })).status, 404);
  });
});

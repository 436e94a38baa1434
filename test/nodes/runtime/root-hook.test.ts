import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import express, { type Express, type RequestHandler } from "express";
import { hookIntoRoot } from "../../../nodes/runtime/node-red-internals";
import { readBody } from "../../../src/receiver/read-body";
import { post } from "../../support/post";
import { StandInRed } from "../../support/stand-in-red";

describe("a handler in front of all that Node-RED serves", () => {
  let red: StandInRed;

  beforeEach(() => {
    red = new StandInRed();
  });
  afterEach(() => red.end());

  const answerRaw: RequestHandler = async (request: IncomingMessage, response) => {
    response.status(202).send(await readBody(request, undefined));
  };

  it("gets bodies as they came, which the editor's parser would have refused", async () => {
    const url = await red.listen();
    const refused = await post(`${url}/hapana`, { body: "{not JSON" });
    assert.equal(refused.status, 400);
    assert.equal(hookIntoRoot(red.httpNode, answerRaw), "first");
    const answer = await post(`${url}/hapana`, { body: "{not JSON" });
    assert.deepEqual([answer.status, answer.body], [202, "{not JSON"]);
  });

  it("gets requests that are Express's already, and passes them on unharmed", async () => {
    red.httpNode.post("/hapana", (request, response) => void response.json(request.body));
    const seen: unknown[] = [];
    hookIntoRoot(red.httpNode, (request, _response, next) => {
      seen.push(request.app === red.httpNode, typeof request.get);
      next();
    });
    const answer = await post(`${await red.listen()}/hapana`, { body: { clientID: "1" } });
    assert.deepEqual(answer.json(), { clientID: "1" });
    assert.deepEqual(seen, [false, "function"]);
  });

  it("climbs as far as there are apps that others are mounted on", async () => {
    const [inner, middle] = [express(), express()];
    middle.use("/middle", inner);
    red.httpNode.use("/node", middle);
    hookIntoRoot(inner, (_request, response) => void response.send("in front"));
    assert.equal((await post(`${await red.listen()}/elsewhere`)).body, "in front");
  });

  it("cannot be where nothing is mounted on anything", () => {
    const isHooked = hookIntoRoot(express(), () => assert.fail());
    assert.equal(isHooked, undefined);
  });

  it("is the first one on a root of Express 5, which keeps its handlers elsewhere", () => {
    const stack = [{ name: "query" }, { name: "gate" }];
    const root = { router: { stack }, use: () => stack.push({ name: "ours" }) };
    assert.equal(
      hookIntoRoot({ parent: root } as unknown as Express, () => {}),
      "first",
    );
    assert.deepEqual(
      stack.map(({ name }) => name),
      ["ours", "query", "gate"],
    );
  });

  it("is the last one on a root that is made otherwise than expected, rather than none", () => {
    for (const _router of [undefined, { stack: [{ name: "router" }] }]) {
      const used: unknown[] = [];
      const root = { _router, use: (handler: unknown) => used.push(handler) };
      const handler: RequestHandler = () => {};
      assert.equal(hookIntoRoot({ parent: root } as unknown as Express, handler), "last");
      assert.deepEqual(used, [handler]);
    }
  });
});

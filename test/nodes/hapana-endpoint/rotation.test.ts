import assert from "node:assert/strict";
import { completeRotations, serveRotation } from "../../../nodes/hapana-endpoint/rotation";
import { post } from "../../support/post";
import { StandInRed } from "../../support/stand-in-red";

describe("the rotation of an endpoint's secret", () => {
  let red: StandInRed;
  let url: string;

  beforeEach(async () => {
    red = new StandInRed();
    serveRotation(red.RED);
    await red.deploy([
      { id: "endpoint", type: "hapana-endpoint", credentials: { headerValue: "A", previousHeaderValue: "Z" } },
      { id: "other", type: "mqtt-broker", credentials: { headerValue: "a password" } },
      { id: "empty", type: "hapana-endpoint" },
    ]);
    url = `${await red.listen()}/hapana-endpoint`;
  });
  afterEach(() => red.end());

  const stored = (id = "endpoint") => red.RED.nodes.getCredentials(id);
  const keep = async (next: unknown, path = "endpoint/keep/headerValue") =>
    (await post(`${url}/${path}`, { body: { next } })).status;
  const takeBack = async (path = "endpoint/keep/headerValue") =>
    (await post(`${url}/${path}`, { method: "DELETE" })).status;

  it("keeps the present one aside, with the next one; nothing else changes, and nothing is told", async () => {
    const answer = await post(`${url}/endpoint/keep/headerValue`, { body: { next: "B" } });
    assert.deepEqual([answer.status, answer.body], [204, ""]);
    assert.deepEqual(stored(), {
      headerValue: "A",
      previousHeaderValue: "Z",
      keptHeaderValue: "A",
      nextHeaderValue: "B",
    });
  });

  it("can be taken back, and once more, and without having been begun", async () => {
    await keep("B");
    for (let count = 0; count < 2; count += 1) assert.equal(await takeBack(), 204);
    assert.deepEqual(stored(), { headerValue: "A", previousHeaderValue: "Z" });
  });

  for (const next of [undefined, "", 7, null, "A"]) {
    it(`needs a next one: ${JSON.stringify(next)} is none`, async () => {
      assert.equal(await keep(next), 400);
      assert.deepEqual(stored(), { headerValue: "A", previousHeaderValue: "Z" });
    });
  }

  it("needs a body, and one that no form of another site can send", async () => {
    assert.equal((await post(`${url}/endpoint/keep/headerValue`, { body: {} })).status, 400);
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", undefined]) {
      const headers = { "content-type": type };
      assert.equal((await post(`${url}/endpoint/keep/headerValue`, { body: '{"next":"B"}', headers })).status, 415);
    }
  });

  for (const path of [
    "unknown/keep/headerValue",
    "other/keep/headerValue",
    "empty/keep/headerValue",
    "endpoint/keep/signingSecret",
    "endpoint/keep/previousHeaderValue",
    "endpoint/keep/constructor",
  ]) {
    it(`is of a secret that an endpoint has: ${path} is none`, async () => {
      assert.deepEqual([await keep("B", path), await takeBack(path)], [404, 404]);
      assert.deepEqual(stored("other"), { headerValue: "a password" });
    });
  }

  it("is only for who may deploy", async () => {
    red.forbidden.add("flows.write");
    assert.deepEqual([await keep("B"), await takeBack()], [401, 401]);
    assert.deepEqual(stored(), { headerValue: "A", previousHeaderValue: "Z" });
  });
});

describe("completing the rotation of an endpoint's secret", () => {
  let red: StandInRed;
  beforeEach(() => {
    red = new StandInRed();
  });
  afterEach(() => red.end());

  async function completed(credentials: object | undefined): Promise<object> {
    await red.deploy([{ id: "endpoint", type: "hapana-endpoint", credentials }]);
    completeRotations(red.RED, "endpoint");
    return red.RED.nodes.getCredentials("endpoint");
  }

  const kept = { keptHeaderValue: "A", nextHeaderValue: "B" };

  it("puts the one that was kept in the place of the previous one, where the next one is deployed", async () => {
    assert.deepEqual(await completed({ headerValue: "B", previousHeaderValue: "Z", ...kept }), {
      headerValue: "B",
      previousHeaderValue: "A",
    });
  });

  it("waits while the present one is still deployed", async () => {
    assert.deepEqual(await completed({ headerValue: "A", ...kept }), { headerValue: "A", ...kept });
  });

  it("forgets what was kept, where another one than the next one is deployed", async () => {
    assert.deepEqual(await completed({ headerValue: "C", previousHeaderValue: "Z", ...kept }), {
      headerValue: "C",
      previousHeaderValue: "Z",
    });
  });

  it("is done for the token and for the secret of signatures, each for itself", async () => {
    const both = { ...kept, keptSigningSecret: "S", nextSigningSecret: "T" };
    assert.deepEqual(await completed({ headerValue: "A", signingSecret: "T", ...both }), {
      headerValue: "A",
      ...kept,
      signingSecret: "T",
      previousSigningSecret: "S",
    });
  });

  it("changes nothing where nothing is kept, or nothing stored", async () => {
    const before = { headerValue: "A", previousHeaderValue: "Z" };
    await red.deploy([{ id: "endpoint", type: "hapana-endpoint", credentials: before }]);
    const stored = red.RED.nodes.getCredentials("endpoint");
    completeRotations(red.RED, "endpoint");
    assert.equal(red.RED.nodes.getCredentials("endpoint"), stored);
    completeRotations(red.RED, "unknown");
    assert.equal(red.RED.nodes.getCredentials("unknown"), undefined);
  });
});

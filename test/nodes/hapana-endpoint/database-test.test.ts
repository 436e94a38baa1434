// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Node-RED writes a variable
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { serveDatabaseTest } from "../../../nodes/hapana-endpoint/serve-database-test";
import type { FlowNode } from "../../support/flows";
import { post } from "../../support/post";
import { type StandInPostgres, startPostgresOfVersion } from "../../support/stand-in-postgres";
import { StandInRed } from "../../support/stand-in-red";

describe("the test of an endpoint's database", () => {
  let red: StandInRed;
  let base: string;
  let server: StandInPostgres;

  before(async () => {
    server = await startPostgresOfVersion("100023");
  });
  after(() => server.close());

  beforeEach(async () => {
    red = new StandInRed();
    serveDatabaseTest(red.RED);
    base = `${await red.listen()}/hapana-endpoint`;
  });
  afterEach(() => red.end());

  const outdated = { isUsable: false, code: "OUTDATED", reason: "outdated", detail: "11" };
  const missing = { isUsable: false, fault: { code: "databaseUrlMissing" } };
  const unset = (variable: string) => ({ isUsable: false, fault: { code: "variableMissing", variable } });
  const endpoint = (properties: Partial<FlowNode>) => ({ id: "endpoint", type: "hapana-endpoint", ...properties });
  const ask = (body: unknown, id = "endpoint") => post(`${base}/${id}/test-database`, { body });

  async function told(body: unknown, id?: string): Promise<unknown> {
    const { status, body: text } = await ask(body, id);
    assert.equal(status, 200);
    assert.doesNotMatch(text, /hapana@|127\.0\.0\.1|secret/);
    return JSON.parse(text);
  }

  it("is of the address that is typed, also for an endpoint that is not deployed", async () => {
    await red.deploy([]);
    assert.deepEqual(await told({ databaseUrl: ` ${server.url} ` }), outdated);
    assert.deepEqual(await told({ databaseUrl: "" }), missing);
    const malformed = { isUsable: false, fault: { code: "databaseUrlMalformed" } };
    assert.deepEqual(await told({ databaseUrl: "https://hapana:secret@127.0.0.1" }), malformed);
  });

  it("is of the address that is stored where none is typed, and of no other node's", async () => {
    await red.deploy([
      endpoint({ credentials: { databaseUrl: server.url } }),
      { id: "other", type: "mqtt-broker", credentials: { databaseUrl: server.url } },
      endpoint({ id: "empty" }),
    ]);
    assert.deepEqual(await told({}), outdated);
    for (const id of ["other", "empty", "unknown"]) assert.deepEqual(await told({}, id), missing, id);
  });

  it("knows the variables of the flow that the endpoint is to be in, and of all", async () => {
    const variable = (name: string) => [{ name, value: server.url, type: "str" }];
    await red.deploy([
      { id: "tab", type: "tab", label: "Studio", env: variable("OF_THE_TAB") },
      { id: "all", type: "global-config", env: variable("OF_ALL") },
    ]);
    assert.deepEqual(await told({ databaseUrl: "${OF_THE_TAB}", flow: "tab" }), outdated);
    assert.deepEqual(await told({ databaseUrl: "${OF_ALL}", flow: "tab" }), outdated);
    assert.deepEqual(await told({ databaseUrl: "${OF_ALL}" }), outdated);
    assert.deepEqual(await told({ databaseUrl: "${OF_NOBODY}" }), unset("OF_NOBODY"));
    const elsewhere = { code: "variableElsewhere", variable: "OF_THE_TAB", flow: "Studio" };
    assert.deepEqual(await told({ databaseUrl: "${OF_THE_TAB}" }), { isUsable: false, fault: elsewhere });
  });

  it("asks the node that is deployed for its variables, where it stays in its flow", async () => {
    await red.deploy([{ id: "tab", type: "tab", label: "Studio" }, endpoint({ z: "tab" })]);
    const asked: unknown[] = [];
    Object.assign(red.RED.util, {
      evaluateNodeProperty(name: string, type: string, node: unknown) {
        asked.push([name, type, node]);
        return server.url;
      },
    });
    assert.deepEqual(await told({ databaseUrl: "${URL}", flow: "tab" }), outdated);
    assert.deepEqual(asked, [["URL", "env", red.node("endpoint")]]);
    assert.deepEqual(await told({ databaseUrl: "${URL_OF_ANOTHER}" }), unset("URL_OF_ANOTHER"));
  });

  it("takes one at a time, so that nobody looks around in a network by it", async () => {
    await red.deploy([]);
    const sockets: Socket[] = [];
    const silent: Server = createServer((socket) => sockets.push(socket.on("error", () => undefined)));
    await once(silent.listen(0, "127.0.0.1"), "listening");
    const connected = once(silent, "connection");
    const { port } = silent.address() as AddressInfo;
    const first = told({ databaseUrl: `postgres://hapana@127.0.0.1:${port}/hapana` });
    await connected;
    assert.equal((await ask({ databaseUrl: server.url })).status, 429);
    for (const socket of sockets) socket.destroy();
    assert.deepEqual(await first, { isUsable: false, code: "UNREACHABLE", reason: "notPostgres" });
    assert.deepEqual(await told({ databaseUrl: server.url }), outdated);
    silent.close();
  });

  it("is only for who may deploy", async () => {
    await red.deploy([]);
    red.forbidden.add("flows.write");
    assert.equal((await ask({ databaseUrl: server.url })).status, 401);
  });

  it("needs a body that no form of another site can send, and texts in it", async () => {
    await red.deploy([]);
    for (const body of [{ databaseUrl: 5 }, { databaseUrl: null }, { flow: {} }])
      assert.equal((await ask(body)).status, 400);
    for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
      const headers = { "content-type": type };
      assert.equal((await post(`${base}/endpoint/test-database`, { body: "{}", headers })).status, 415);
    }
  });

  it("has nothing of the address in the log", async () => {
    await red.deploy([]);
    await told({ databaseUrl: `${server.url}?sslmode=verify-full&sslrootcert=/none/of/this/name` });
    await told({ databaseUrl: server.url });
    assert.deepEqual(red.lines, []);
  });
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Node-RED writes a variable
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { nonceIn, reachProof } from "../../src/reach/reach-proof";
import { endpoint, type FlowNode, recordedFlow } from "../support/flows";
import { freePort } from "../support/free-port";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { selfSigned } from "../support/self-signed";

const nonce = "0123456789abcdef0123456789abcdef";

for (const platform of onePlatform) {
  describe(`whether Hapana can reach an endpoint, on Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    const nodeRed = oneNodeRed({ platform, env: { STUDIO_PATH: "hapana", NODE_TLS_REJECT_UNAUTHORIZED: "0" } });
    const servers: Server[] = [];
    before(() =>
      nodeRed().setFlows([
        ...recordedFlow("/dev/null"),
        endpoint({ id: "other", name: "Other studio", path: "/other" }),
      ] as FlowNode[]),
    );
    afterEach(() => {
      for (const server of servers.splice(0)) {
        server.close();
        server.closeAllConnections();
      }
    });

    const reach = async (question: object, id = "endpoint") => {
      const { status, body } = await post(`${nodeRed().url}/hapana-endpoint/${id}/reach`, { body: question });
      assert.equal(status, 200);
      return JSON.parse(body) as Record<string, unknown>;
    };
    const listen = async (server: Server): Promise<string> => {
      servers.push(server);
      await once(server.listen(0, "127.0.0.1"), "listening");
      return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    /** A proxy before Node-RED that may change the path. */
    const proxy = async (changed: (path: string) => string): Promise<string> => {
      const server = createServer((incoming, response) => {
        const { method, headers, url = "" } = incoming;
        const passed = request(`${nodeRed().url}${changed(url)}`, { method, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        });
        incoming.pipe(passed);
      });
      return `http://${await listen(server)}`;
    };
    const answering = async (answer: (response: ServerResponse) => void): Promise<string> =>
      `http://${await listen(createServer((_, response) => answer(response)))}`;
    /** An address where something answers that no web server would. */
    const saying = (bytes: string) => answering(({ socket }) => void socket?.end(bytes));

    it("is shown by a request that comes in again, directly, through a proxy, and by a variable", async () => {
      const straight = await proxy((path) => path);
      for (const publicUrl of [nodeRed().url, `${straight}/`])
        for (const path of ["/hapana", "hapana", "/${STUDIO_PATH}"]) {
          const { milliseconds, ...reached } = await reach({ publicUrl, path });
          assert.deepEqual(reached, { outcome: "reached", privateAddress: "127.0.0.1" });
          assert.ok(Number(milliseconds) >= 0);
        }
      const mapped = await proxy((path) => path.replace("/gym", "/hapana"));
      assert.equal((await reach({ publicUrl: mapped, path: "/gym/" })).outcome, "reached");
    });

    it("tells a path that the proxy has changed, one that nobody has, and another endpoint's", async () => {
      const stripping = await proxy((path) => path.replace("/hapana", ""));
      assert.deepEqual(await reach({ publicUrl: stripping, path: "/hapana" }), { outcome: "otherPath", path: "/" });
      assert.deepEqual(await reach({ publicUrl: nodeRed().url, path: "/Later" }), { outcome: "notDeployed" });
      assert.deepEqual(await reach({ publicUrl: nodeRed().url, path: "/later" }, "new"), { outcome: "notDeployed" });
      const other = { outcome: "otherEndpoint", name: "Other studio" };
      assert.deepEqual(await reach({ publicUrl: nodeRed().url, path: "/other" }), other);
    });

    it("tells who answers in its place, and where it is sent to, without what may be secret in that", async () => {
      const forbidding = await answering((response) => response.writeHead(403).end("<h1>Forbidden</h1>"));
      assert.deepEqual(await reach({ publicUrl: forbidding, path: "/hapana" }), { outcome: "answered", status: 403 });
      const sending = await answering((response) => response.writeHead(308, { location: "/in/?key=secret" }).end());
      const sent = { outcome: "answered", status: 308, redirect: `${sending}/in/` };
      assert.deepEqual(await reach({ publicUrl: sending, path: "/hapana" }), sent);
      const large = await answering((response) => response.writeHead(200).end("x".repeat(1_000_000)));
      assert.deepEqual(await reach({ publicUrl: large, path: "/hapana" }), { outcome: "answered", status: 200 });
      const repeating = createServer((incoming, response) => response.end(JSON.stringify(incoming.headers)));
      const echo = `http://${await listen(repeating)}`;
      assert.deepEqual(await reach({ publicUrl: echo, path: "/hapana" }), { outcome: "answered", status: 200 });
    });

    it("knows an endpoint of another Node-RED, and no answer to another request", async () => {
      const proving = (proof: (own: string) => string) =>
        listen(
          createServer(({ headers }, response) => {
            response.end(JSON.stringify({ status: "reached", proof: reachProof(proof(nonceIn(headers) ?? "")) }));
          }),
        );
      const far = `http://${await proving((own) => own)}`;
      assert.deepEqual(await reach({ publicUrl: far, path: "/hapana" }), { outcome: "otherNodeRed" });
      const recorded = `http://${await proving(() => nonce)}`;
      assert.deepEqual(await reach({ publicUrl: recorded, path: "/hapana" }), { outcome: "answered", status: 200 });
    });

    it("names no address to use instead that is not a web server's, nor one that was only created", async () => {
      for (const location of ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//["]) {
        const sending = await answering((response) => response.writeHead(302, { location }).end());
        assert.deepEqual(await reach({ publicUrl: sending, path: "/hapana" }), { outcome: "answered", status: 302 });
      }
      const creating = await answering((response) => response.writeHead(201, { location: "/orders/1" }).end());
      assert.deepEqual(await reach({ publicUrl: creating, path: "/hapana" }), { outcome: "answered", status: 201 });
    });

    it("can be asked again after an answer that changes the protocol", async () => {
      const upgrading = await saying("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");
      for (let again = 0; again < 2; again += 1)
        assert.deepEqual(await reach({ publicUrl: upgrading, path: "/hapana" }), { outcome: "answered", status: 101 });
    });

    it("says why nobody answers", async () => {
      const failed = async (publicUrl: string) => (await reach({ publicUrl, path: "/hapana" })).fault;
      assert.equal(await failed(`http://127.0.0.1:${await freePort()}`), "refused");
      for (const scheme of ["https:", "HTTPS:"])
        assert.equal(await failed(nodeRed().url.replace("http:", scheme)), "noTls");
      for (const bytes of ["SSH-2.0-OpenSSH_9.9\r\n", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}\r\n\r\n`])
        assert.equal(await failed(await saying(bytes)), "noHttp");
      const secure = await listen(createSecureServer(selfSigned, (_, response) => response.end()));
      assert.equal(await failed(`https://${secure}`), "certificateSelfSigned");
      assert.equal(await failed(await answering(({ socket }) => void socket?.destroy())), "cutOff");
      assert.match(String(await failed("https://studio.invalid")), /^(unknownHost|nameService)$/);
    });

    it("says what it cannot know", async () => {
      const url = { publicUrl: "https://${NOT_SET}.example.com", path: "/hapana" };
      assert.deepEqual(await reach(url), { outcome: "unset", variable: "NOT_SET" });
      for (const publicUrl of ["", "nonsense", "ftp://studio.example.com"])
        assert.deepEqual(await reach({ publicUrl, path: "/hapana" }), { outcome: "malformed" });
    });

    it("counts nothing, and lets nothing in", async () => {
      const headers = { "x-hapana-reach": nonce, "x-hapana-test": "true" };
      const { status, body } = await post(`${nodeRed().url}/hapana/checkIn`, { body: { clientID: "c1" }, headers });
      assert.deepEqual([status, JSON.parse(body).status], [200, "reached"]);
      const health = (await (await fetch(`${nodeRed().url}/hapana-events/health`)).json()) as { endpoints: object[] };
      assert.doesNotMatch(JSON.stringify(health), /"refused":[^0]*[1-9]/);
      const events = await (await fetch(`${nodeRed().url}/hapana-events?endpoint=endpoint`)).json();
      assert.deepEqual((events as { events: unknown[] }).events, []);
      const large = await post(`${nodeRed().url}/hapana`, { body: "x".repeat(1_100_000), headers });
      assert.equal(large.status, 401, "its body would have to be read");
      const odd = { "x-hapana-reach": "x" };
      assert.equal((await post(`${nodeRed().url}/hapana`, { body: {}, headers: odd })).status, 401);
    });
  });
}

import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { definitionOf } from "../../src/events/catalog";
import { assertAccepted, assertRefused } from "../support/answers";
import { type FlowNode, recordedFlow, token } from "../support/flows";
import { startNodeRed, stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { type PostOptions, post } from "../support/post";
import { waitForRecorded } from "../support/recorded";
import { type RecordingNodeRed, startRecording } from "../support/recording";
import { code, makeUserDir, type Settings } from "../support/user-dir";

const signingSecret = "whsec_secret-for-tests";
const gymToken = { "X-Gym-Token": token };

/** Asks for both, so that raw bytes are needed; `Authorization` is left to the administrator. */
const proof: Partial<FlowNode> = {
  auth: "both",
  headerName: "X-Gym-Token",
  credentials: { headerValue: token, signingSecret },
};

/** The password is `a-password-for-tests`. */
const httpNodeAuth = { user: "admin", pass: "$2b$08$bBrjLmcKKG6PDq.tdMSFf.GXSA0LPp/1UjpZryV7FlNRG0EgSQy.." };
const basic = `Basic ${Buffer.from("admin:a-password-for-tests").toString("base64")}`;

const reader =
  "(request, response, next) => (request._body ? next() : request.resume().on('end', () => ((request._body = true), next())))";
const gate =
  "(request, response, next) => (request.headers['x-gate'] === 'open' ? next() : response.status(403).end('closed'))";

for (const platform of onePlatform) {
  describe(`where Node-RED is set up differently, on ${platform.name}`, function () {
    this.timeout(60_000);
    let count = 0;
    afterEach(stopAllNodeReds);

    const start = (settings: Settings, endpoint: Partial<FlowNode> = proof) =>
      startRecording({ platform, settings }, (file) => recordedFlow(file, { endpoint }));
    const proven = (options: PostOptions = {}): PostOptions => {
      count += 1;
      const body = { ...definitionOf("checkIn").sample, clientID: `client ${count}` };
      return { body, signingSecret, ...options, headers: { ...gymToken, ...options.headers } };
    };

    /** For a Node-RED that takes no flows over HTTP: they are in its userDir already. */
    async function withSeeded(settings: Settings, use: (url: string, file: string) => Promise<void>): Promise<void> {
      const userDir = makeUserDir();
      try {
        const file = join(userDir, "recorded.jsonl");
        const flows = recordedFlow(file, { endpoint: proof }).map(({ credentials: _, ...node }) => node);
        writeFileSync(join(userDir, "flows.json"), JSON.stringify(flows));
        writeFileSync(join(userDir, "flows_cred.json"), JSON.stringify({ endpoint: proof.credentials }));
        const nodeRed = await startNodeRed({ platform, userDir, settings: { ...settings, credentialSecret: false } });
        await use(nodeRed.url, file);
      } finally {
        await stopAllNodeReds();
        rmSync(userDir, { recursive: true, force: true });
      }
    }

    /** What holds wherever the endpoint is; `more` is what the administrator asks for. */
    async function assertWorksAt(
      nodeRed: RecordingNodeRed,
      path: string,
      more: PostOptions["headers"] = {},
    ): Promise<void> {
      const url = `${nodeRed.url}${path}`;
      const before = nodeRed.count();
      assertRefused(await post(url, { body: "{", headers: more }), 401, "unauthorized");
      assertRefused(await post(url, proven({ signingSecret: "wrong", headers: more })), 401, "unauthorized");
      assertRefused(await post(url, proven({ body: "{", headers: more })), 400, "bad_request");
      assertRefused(await post(url, proven({ body: "", headers: more })), 400, "bad_request");
      assertRefused(await post(`${url}/unknown`, proven({ headers: more })), 404, "unknown_event_type");
      assertRefused(await post(url, proven({ method: "GET", headers: more })), 405, "method_not_allowed");
      assertRefused(await post(url, proven({ body: "x".repeat(2_000_000), headers: more })), 413, "too_large");
      assertRefused(
        await post(url, proven({ headers: { ...more, "content-encoding": "compress" } })),
        415,
        "unsupported_media_type",
      );
      assertRefused(
        await post(url, proven({ headers: { ...more, "content-type": "text/xml" } })),
        415,
        "unsupported_media_type",
      );
      // Behind all that was refused: nothing of it came out.
      assertAccepted(await post(`${url}/checkIn`, proven({ headers: more })));
      assertAccepted(await post(url, proven({ headers: { ...more, "content-type": undefined } })));
      const recorded = await nodeRed.next(2);
      assert.ok(recorded.every(({ output }) => output === "checkIn"));
      assert.equal(nodeRed.count(), before + 2);
    }

    it("httpNodeRoot /api: the endpoint is below it, and nowhere else", async () => {
      const nodeRed = await start({ httpNodeRoot: "/api" });
      await assertWorksAt(nodeRed, "/api/hapana");
      assert.equal((await post(`${nodeRed.url}/hapana`, proven())).status, 404);
      assert.equal((await fetch(`${nodeRed.url}/settings`)).status, 200);
    });

    it("httpAdminRoot /admin: the endpoint is at the root, also on a path that is the editor's elsewhere, and at / itself", async () => {
      const nodeRed = await start({ httpAdminRoot: "/admin" });
      const deploy = (endpoint: Partial<FlowNode>, ...others: FlowNode[]) =>
        nodeRed.setFlows([...recordedFlow(join(nodeRed.userDir, "recorded.jsonl"), { endpoint }), ...others]);
      await assertWorksAt(nodeRed, "/hapana");

      await deploy({ ...proof, path: "/flows" });
      await assertWorksAt(nodeRed, "/flows");
      assert.equal((await fetch(`${nodeRed.url}/admin/flows`)).status, 200);

      await deploy({ ...proof, path: "/admin/hapana" });
      assert.match(nodeRed.log(), /\[error\] \[hapana-endpoint:Test endpoint\] Node-RED's editor uses this path/);

      // At /, it leaves other nodes' pages alone.
      const at = { z: "tab", y: 700 };
      await deploy(
        { ...proof, path: "/" },
        { ...at, id: "page", type: "http in", x: 100, url: "/login", method: "post", wires: [["end"]] },
        { ...at, id: "end", type: "http response", x: 300, wires: [] },
      );
      assert.equal((await post(`${nodeRed.url}/login`, { body: { user: "u" } })).body, '{"user":"u"}');
      assertAccepted(await post(nodeRed.url, proven()));
      assertAccepted(await post(`${nodeRed.url}/check_in`, proven()));
      assertRefused(await post(`${nodeRed.url}/checkIn`, {}), 401, "unauthorized");
      await nodeRed.next(2);
    });

    it("httpNodeRoot /api/ and httpAdminRoot /admin, with slashes wherever they may be", async () => {
      const nodeRed = await start({ httpNodeRoot: "/api/", httpAdminRoot: "/admin/" }, { ...proof, path: "hapana/" });
      await assertWorksAt(nodeRed, "/api/hapana");
    });

    it("httpAdminRoot false: the endpoint works without an editor", async () => {
      await withSeeded({ httpAdminRoot: false }, async (url, file) => {
        assertAccepted(await post(`${url}/hapana/checkIn`, proven()));
        await waitForRecorded(file, 1);
        assertRefused(await post(`${url}/hapana`, { body: "{" }), 401, "unauthorized");
        assert.equal((await fetch(`${url}/settings`)).status, 404);
      });
    });

    it("requireHttps: what came over plain HTTP is sent away, and what came through an HTTPS proxy is received", async () => {
      await withSeeded({ requireHttps: true }, async (url, file) => {
        assert.equal((await post(`${url}/hapana/checkIn`, proven())).status, 302);
        const throughProxy = { "X-Forwarded-Proto": "https" };
        assertRefused(await post(`${url}/hapana`, { body: "{", headers: throughProxy }), 401, "unauthorized");
        assertRefused(await post(`${url}/hapana`, proven({ body: "{", headers: throughProxy })), 400, "bad_request");
        assertAccepted(await post(`${url}/hapana/checkIn`, proven({ headers: throughProxy })));
        assert.equal((await waitForRecorded(file, 1)).length, 1);
      });
    });

    it("httpNodeRoot false: there is no endpoint, and the log says why", async () => {
      const nodeRed = await start({ httpNodeRoot: false });
      assert.match(nodeRed.log(), /\[error\] \[hapana-endpoint:Test endpoint\] HTTP is switched off/);
      assert.equal((await post(`${nodeRed.url}/hapana`, proven())).status, 404);
      assert.equal((await fetch(`${nodeRed.url}/settings`)).status, 200);
    });

    it("httpNodeAuth: who does not know the password is refused, as at every page of Node-RED; who knows it still has to prove the rest", async () => {
      const nodeRed = await start({ httpNodeAuth });
      const isCutOff = ({ code = "" }: NodeJS.ErrnoException) => /^(EPIPE|ECONNRESET)$/.test(code);
      for (const body of ["{", undefined, "x".repeat(2_000_000)]) {
        const answer = await post(`${nodeRed.url}/hapana`, proven({ body: body ?? "{}" })).catch((error) => {
          // Node-RED answers without reading on, so that whoever is still sending may not get to see the answer.
          if (!body || body.length < 1_000_000 || !isCutOff(error)) throw error;
          return undefined;
        });
        if (!answer) continue;
        assert.equal(answer.status, 401);
        assert.match(answer.headers["www-authenticate"] ?? "", /^Basic/);
        assert.doesNotMatch(answer.body, /<|\bat\b/);
      }
      assert.equal(
        (await post(`${nodeRed.url}/hapana`, proven({ headers: { authorization: "Basic eDp5" } }))).status,
        401,
      );
      assert.equal(nodeRed.count(), 0);
      await assertWorksAt(nodeRed, "/hapana", { authorization: basic });
      assert.equal(nodeRed.count(), 2);
    });

    it("httpNodeAuth at roots of their own: who knows the password still has to prove the rest", async () => {
      const nodeRed = await start({ httpNodeAuth, httpNodeRoot: "/api", httpAdminRoot: "/admin" });
      await assertWorksAt(nodeRed, "/api/hapana", { authorization: basic });
    });

    for (const [what, source] of Object.entries({
      "a function": gate,
      "a list of functions, of which one reads the bodies, which are there for the signature all the same": `[${gate}, ${reader}]`,
    })) {
      it(`httpNodeMiddleware, ${what}: it decides first`, async () => {
        const nodeRed = await start({ httpNodeMiddleware: code(source) });
        const answer = await post(`${nodeRed.url}/hapana`, proven());
        assert.deepEqual([answer.status, answer.body], [403, "closed"]);
        await assertWorksAt(nodeRed, "/hapana", { "X-Gate": "open" });
      });
    }
  });
}

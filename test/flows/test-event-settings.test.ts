import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { eventTypes } from "../../src/events/catalog";
import type { FlowNode } from "../support/flows";
import { token } from "../support/flows";
import { startNodeRed, stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { selfSigned } from "../support/self-signed";
import { RunningTestEvent, type TestEventFlow } from "../support/test-events";
import { code, type Settings } from "../support/user-dir";

const signingSecret = "whsec_secret-for-tests";
const secrets = /a-token-for-tests|secret-for-tests/;
const allAccepted = new RegExp(`^${eventTypes.length} events arrived in \\d+ ms$`);

/** Of "password", at the least cost. */
const passwordHash = "$2b$04$1B/u4zncyCWWbRBpzDZ3EOrP8.ejch5mVuVLuGDbgjPW.B3Bi5a9W";

/** Where nobody can press the button from outside. */
const pressedOnce: FlowNode = {
  ...{ id: "once", type: "inject", z: "tab", x: 60, y: 700, once: true, onceDelay: 0.5, wires: [["test"]] },
};

for (const platform of onePlatform) {
  describe(`a test event where Node-RED is set up differently, on ${platform.name}`, function () {
    this.timeout(90_000);
    let running: RunningTestEvent;
    let seededUserDir: string | undefined;

    const start = async (settings: Settings, flow?: TestEventFlow) => {
      running = await RunningTestEvent.deploy(await startNodeRed({ platform, settings }), flow);
    };
    const startSeeded = async (settings: Settings, flow?: TestEventFlow) => {
      running = await RunningTestEvent.startSeeded({ platform, settings }, flow);
      seededUserDir = running.nodeRed.userDir;
    };
    const says = async (words: string) => {
      assert.equal(await running.press(), 204);
      await running.says(words);
    };

    afterEach(async () => {
      assert.doesNotMatch(running.nodeRed.log(), secrets);
      assert.doesNotMatch(running.transcript(), secrets);
      await stopAllNodeReds();
      if (seededUserDir) rmSync(seededUserDir, { recursive: true, force: true, maxRetries: 3 });
      seededUserDir = undefined;
    });

    it("finds the endpoint below other roots", async () => {
      const settings = { httpNodeRoot: "/api", httpAdminRoot: "/admin" };
      await start(settings, { endpoint: { auth: "signature", credentials: { signingSecret } } });
      assert.equal(await running.press("test", {}, "/admin"), 204);
      await running.says(allAccepted);
      await running.trigger({ topic: "checkIn" }, "/api");
      assert.equal((await running.recorded("webhook", 7)).length, 7);
    });

    it("finds a server that listens on IPv6", async () => {
      await start({ uiHost: "::" });
      await running.press();
      await running.says(allAccepted);
    });

    it("posts over https to a certificate that is signed by nobody", async () => {
      const proof = { auth: "both", credentials: { signingSecret, headerValue: token } };
      await startSeeded({ https: selfSigned }, { endpoint: proof, others: [pressedOnce] });
      assert.match(running.nodeRed.url, /^https:/);
      await running.says(allAccepted);
      assert.equal((await running.recorded("webhook", eventTypes.length)).length, eventTypes.length);
    });

    it("posts to a Node-RED that insists on https and has a proxy for it", async () => {
      await startSeeded({ requireHttps: true }, { others: [pressedOnce] });
      await running.says(allAccepted);
      assert.equal((await running.recorded("webhook", eventTypes.length)).length, eventTypes.length);
    });

    it("lets nobody press the button who may not: 401 without logging in, and for who may only read", async () => {
      const user = (username: string, permissions: string) => ({ username, password: passwordHash, permissions });
      await startSeeded({ adminAuth: { type: "credentials", users: [user("owner", "*"), user("guest", "read")] } });
      const logIn = async (username: string) => {
        const body = { client_id: "node-red-admin", grant_type: "password", scope: "", username, password: "password" };
        const answer = await post(`${running.nodeRed.url}/auth/token`, { body });
        return { authorization: `Bearer ${answer.json().access_token}` };
      };
      assert.equal(await running.press(), 401);
      assert.equal(await running.press("test", await logIn("guest")), 401);
      assert.equal(running.status(), "");
      assert.equal(await running.press("test", await logIn("owner")), 204);
      await running.says(allAccepted);
      assert.equal((await running.recorded("webhook", eventTypes.length)).length, eventTypes.length);
    });

    it("says what to do where HTTP is switched off", async () => {
      await start({ httpNodeRoot: false });
      await says("HTTP is switched off");
    });

    it("says what to do where Node-RED asks for a password that nobody here knows", async () => {
      await start({ httpNodeAuth: { user: "user", pass: passwordHash } });
      await says("Node-RED asks for a password");
    });

    it("says what to do where a middleware refuses, and where one sends it elsewhere", async () => {
      const middleware =
        "(request, response) => (request.url.startsWith('/far') ? response.redirect('https://example.com') : response.status(403).send('No'))";
      await start({ httpNodeMiddleware: code(middleware) });
      await says("not the endpoint's answer (403)");
      running = await RunningTestEvent.deploy(running.nodeRed, { endpoint: { path: "/far" } });
      await says("redirected (302)");
    });
  });
}

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { definitionOf, eventTypes } from "../../src/events/catalog";
import { endpoint, token } from "../support/flows";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { TestEventNodeRed } from "../support/test-events";
import { code } from "../support/user-dir";

const signingSecret = "whsec_secret-for-tests";
const secrets = /a-token-for-tests|secret-for-tests/;
const allAccepted = /^6 events arrived in \d+ ms$/;

/** Of "password", at the least cost. */
const passwordHash = "$2b$04$1B/u4zncyCWWbRBpzDZ3EOrP8.ejch5mVuVLuGDbgjPW.B3Bi5a9W";

for (const platform of onePlatform) {
  describe(`a test event on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    let running: TestEventNodeRed;

    const start: typeof TestEventNodeRed.start = async (options, flow) => {
      running = await TestEventNodeRed.start(options, flow);
      return running;
    };

    afterEach(async () => {
      assert.doesNotMatch(running.nodeRed.log(), secrets);
      assert.doesNotMatch(running.transcript(), secrets);
      await running.stop();
    });

    it("the button posts all six, one after the other, marked as tests, and tells the answers", async () => {
      await start({ platform });
      assert.equal(await running.press(), 204);
      const events = await running.recorded("webhook", 6);
      assert.deepEqual(
        events.map(({ output, msg }) => [output, msg.topic, msg.hapana.test, msg.hapana.issues]),
        eventTypes.map((type) => [type, type, true, []]),
      );
      const answers = await running.recorded("test", 6);
      for (const [index, { msg }] of answers.entries()) {
        assert.deepEqual([msg.topic, msg.statusCode, msg.payload.status], [eventTypes[index], 200, "accepted"]);
        assert.ok(Number(msg.duration) >= 0 && Number(msg.duration) < 10_000);
        assert.deepEqual(msg.sent, events[index]?.msg.hapana.body);
        assert.equal(msg.payload.deliveryId, events[index]?.msg.hapana.deliveryId);
      }
      await running.says(allAccepted);
      assert.equal(await running.press(), 204);
      await running.recorded("webhook", 12);
      await running.says(allAccepted);
    });

    it("the button of a node that is not there, or of another type, is not pressed", async () => {
      await start({ platform });
      assert.deepEqual(
        [await running.press("nowhere"), await running.press("webhook"), await running.press("endpoint")],
        [404, 404, 404],
      );
    });

    it("a message may name the event, and override fields; the rest of it comes out again", async () => {
      await start({ platform }, { testEvent: { event: "accountCreated" } });
      await running.trigger({
        topic: "Client Check-In",
        payload: { checkInStatus: "Invalid", extra: { a: 1 } },
        kept: "yes",
      });
      const [event] = await running.recorded("webhook", 1);
      assert.deepEqual([event?.output, event?.msg.payload.checkInStatus], ["checkIn", "Invalid"]);
      assert.deepEqual(event?.msg.payload.extra, { a: 1 });
      const [answer] = await running.recorded("test", 1);
      assert.deepEqual([answer?.msg.topic, answer?.msg.kept], ["checkIn", "yes"]);
      await running.says(/^Client Check-In arrived in \d+ ms$/);

      await running.trigger({ topic: "", payload: 1_767_225_600_000 });
      assert.equal((await running.recorded("webhook", 2))[1]?.output, "accountCreated");
      await running.trigger({ topic: "chekIn" });
      await running.says("msg.topic names no event: use one such as checkIn, or leave it empty");
      assert.equal((await running.recorded("failure", 1)).length, 1);
      assert.equal((await running.recorded("webhook", 2)).length, 2);
    });

    it("changes the fields that the node is set to change", async () => {
      const fields = '{"checkInStatus": "Invalid"}';
      await start({ platform }, { testEvent: { event: "checkIn", fields } });
      assert.equal(await running.press(), 204);
      const [event] = await running.recorded("webhook", 1);
      assert.deepEqual([event?.output, event?.msg.payload.checkInStatus], ["checkIn", "Invalid"]);
    });

    it("posts nothing where the fields to change cannot be read, and says what to do", async () => {
      await start({ platform }, { testEvent: { event: "checkIn", fields: "Invalid" } });
      assert.equal(await running.press(), 204);
      await running.says(/^the fields to change cannot be read: open this node/);
      const [failure] = await running.recorded("failure", 1);
      assert.match(JSON.stringify(failure?.msg.error), /cannot be read/);
    });

    it("says that a duplicate is one", async () => {
      await start({ platform }, { testEvent: { event: "packagePurchased" } });
      const payload = definitionOf("packagePurchased").sample;
      await running.trigger({ payload });
      await running.says(/arrived/);
      await running.trigger({ payload });
      await running.says("Package Purchase: a duplicate, so it is not sent on. Change one of its fields");
      assert.deepEqual(
        (await running.recorded("test", 2)).map(({ msg }) => msg.payload.status),
        ["accepted", "duplicate"],
      );
    });

    it("happens at one of the endpoint's locations", async () => {
      const sites = [{ siteID: "site 7", name: "Newtown" }];
      await start({ platform }, { endpoint: { sites }, webhookIn: { sites: ["site 7"] } });
      await running.press();
      const [event] = await running.recorded("webhook", 6);
      assert.deepEqual(event?.msg.hapana.site, { id: "site 7", name: "Newtown" });
    });

    for (const [name, properties] of Object.entries({
      "a signature": { auth: "signature", credentials: { signingSecret } },
      "a signature and a token": { auth: "both", credentials: { signingSecret, headerValue: token } },
      "a token in a header of its own": { headerName: "X-Gym-Token" },
      "a token that is not ASCII": { credentials: { headerValue: "Schlüssel a-token-for-tests ✓" } },
      nothing: { auth: "none", credentials: {} },
    })) {
      it(`proves itself by ${name}`, async () => {
        await start({ platform }, { endpoint: properties });
        await running.press();
        await running.says(allAccepted);
        assert.equal((await running.recorded("webhook", 6)).length, 6);
      });
    }

    it("finds the endpoint below other roots", async () => {
      const settings = { httpNodeRoot: "/api", httpAdminRoot: "/admin" };
      await start({ platform, settings }, { endpoint: { auth: "signature", credentials: { signingSecret } } });
      assert.equal(await running.press("test", {}, "/admin"), 204);
      await running.says(allAccepted);
      await running.trigger({ topic: "checkIn" }, "/api");
      assert.equal((await running.recorded("webhook", 7)).length, 7);
    });

    it("finds a server that listens on IPv6", async () => {
      await start({ platform, settings: { uiHost: "::" } });
      await running.press();
      await running.says(allAccepted);
    });

    it("posts over https to a certificate that is signed by nobody", async () => {
      const folder = mkdtempSync(join(tmpdir(), "node-red-hapana-tls-"));
      try {
        const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
        const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=elsewhere.example`;
        execFileSync("openssl", [...request.split(" "), "-keyout", key, "-out", cert], { stdio: "ignore" });
        const https = code(
          `{ key: require("fs").readFileSync("${key}"), cert: require("fs").readFileSync("${cert}") }`,
        );
        running = await TestEventNodeRed.startSeeded(
          { platform, settings: { https } },
          {
            endpoint: { auth: "both", credentials: { signingSecret, headerValue: token } },
            others: [
              { id: "once", type: "inject", z: "tab", x: 60, y: 700, once: true, onceDelay: 0.5, wires: [["test"]] },
            ],
          },
        );
        assert.match(running.nodeRed.url, /^https:/);
        await running.says(allAccepted);
        assert.equal((await running.recorded("webhook", 6)).length, 6);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it("posts to a Node-RED that insists on https and has a proxy for it", async () => {
      running = await TestEventNodeRed.startSeeded(
        { platform, settings: { requireHttps: true } },
        {
          others: [
            { id: "once", type: "inject", z: "tab", x: 60, y: 700, once: true, onceDelay: 0.5, wires: [["test"]] },
          ],
        },
      );
      await running.says(allAccepted);
      assert.equal((await running.recorded("webhook", 6)).length, 6);
    });

    it("lets nobody press the button who may not: 401 without logging in, and for who may only read", async () => {
      const user = (username: string, permissions: string) => ({ username, password: passwordHash, permissions });
      const adminAuth = { type: "credentials", users: [user("owner", "*"), user("guest", "read")] };
      running = await TestEventNodeRed.startSeeded({ platform, settings: { adminAuth } });
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
    });

    it("says why the endpoint refuses", async () => {
      await start({ platform }, { testEvent: { event: "outboundMessage" } });
      await running.trigger({ payload: { message: "x".repeat(1_100_000) } });
      await running.says("Communication Outbound refused (413): the content was larger than 1 MB");
      const [answer] = await running.recorded("test", 1);
      assert.deepEqual([answer?.msg.statusCode, answer?.msg.payload.status], [413, "too_large"]);
    });

    describe("says what to do", () => {
      for (const [name, { flow, settings, words }] of Object.entries({
        "where no endpoint is chosen": { flow: { testEvent: { endpoint: "" } }, words: "choose an endpoint" },
        "where the endpoint is gone": {
          flow: { testEvent: { endpoint: "gone" } },
          words: "the endpoint is disabled or deleted: enable it, or choose another",
        },
        "where the endpoint is disabled": {
          flow: { endpoint: { d: true } },
          words: "the endpoint is disabled or deleted: enable it, or choose another",
        },
        "where there is no token": {
          flow: { endpoint: { credentials: {} } },
          words: "no token yet: press the pencil beside Endpoint in this node, then Generate",
        },
        "where there is no signing secret": {
          flow: { endpoint: { auth: "both" } },
          words: "no signing secret yet: press the pencil beside Endpoint in this node, and enter it",
        },
        "where another endpoint has the path": {
          flow: { testEvent: { endpoint: "second" }, others: [endpoint({ id: "second", name: "Second" })] },
          words: "“Test endpoint” already has this path: choose that endpoint, or give this one another path",
        },
        "where HTTP is switched off": {
          settings: { httpNodeRoot: false },
          words: "HTTP is switched off (httpNodeRoot: false in Node-RED's settings)",
        },
        "where Node-RED asks for a password that nobody here knows": {
          settings: { httpNodeAuth: { user: "user", pass: passwordHash } },
          words:
            "Node-RED asks for a user and password (httpNodeAuth in its settings), which Hapana cannot send: switch that off",
        },
        "where a middleware refuses": {
          settings: { httpNodeMiddleware: code("(request, response) => response.status(403).send('No')") },
          words:
            "answered 403, but not by the endpoint: something else answers at its path (see httpNodeMiddleware in Node-RED's settings)",
        },
        "where a middleware sends it elsewhere": {
          settings: { httpNodeMiddleware: code("(request, response) => response.redirect('https://example.com')") },
          words:
            "answered 302: something in front of the endpoint sends requests elsewhere (see httpNodeMiddleware in Node-RED's settings)",
        },
        "where no node selects the event": {
          flow: { testEvent: { event: "checkIn" }, webhookIn: { events: ["accountCreated" as const] } },
          words: "Client Check-In accepted, but no Hapana webhook in node passes it on: tick it in one, and deploy",
        },
      } satisfies Record<string, { flow?: Parameters<typeof start>[1]; settings?: object; words: string }>)) {
        it(name, async () => {
          await start({ platform, settings: { ...settings } }, flow);
          assert.equal(await running.press(), 204);
          await running.says(words);
        });
      }
    });
  });
}

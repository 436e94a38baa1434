import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertAccepted, assertRefused } from "../support/answers";
import { type FlowNode, recordedFlow, token } from "../support/flows";
import { type NodeRed, startNodeRed, stopAllNodeReds } from "../support/node-red";
import { page } from "../support/page";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { waitForRecorded } from "../support/recorded";
import { code, makeUserDir } from "../support/user-dir";

/** Everybody's is `a-password-for-tests`. */
const password = "$2b$08$bBrjLmcKKG6PDq.tdMSFf.GXSA0LPp/1UjpZryV7FlNRG0EgSQy..";

const permissions: Readonly<Record<string, string | string[]>> = {
  owner: "*",
  reader: "read",
  presser: ["read", "hapana-test-event.write"],
  deployer: ["read", "flows.write"],
  clerk: ["hapana.read"],
  desk: ["hapana.read", "hapana.personal"],
  operator: ["hapana.read", "hapana.write"],
};

const adminAuth = {
  type: "credentials",
  users: Object.entries(permissions).map(([username, permitted]) => ({ username, password, permissions: permitted })),
};

const testEvent: FlowNode = {
  id: "test-event",
  type: "hapana-test-event",
  z: "tab",
  x: 100,
  y: 580,
  endpoint: "endpoint",
  event: "checkIn",
  wires: [[]],
};

const roster: FlowNode = { id: "roster", type: "hapana-roster", endpoint: "endpoint" };

/** Lets a flow see every Express app that Node-RED makes: a page at `/routes` tells their routes, as `method path`. */
const routeSettings = {
  functionGlobalContext: code(`(() => {
    const { application } = require.main.require("express");
    const { init } = application;
    const apps = [];
    application.init = function () {
      apps.push(this);
      return init.apply(this, arguments);
    };
    const routesIn = (stack = []) =>
      stack.flatMap(({ route, handle }) =>
        route ? Object.keys(route.methods).map((method) => method + " " + route.path) : routesIn(handle?.stack),
      );
    return { fs: require("fs"), routes: () => apps.flatMap((app) => routesIn(app._router?.stack)) };
  })()`),
};
const routesPage = page("routes", "/routes", 'global.get("routes")()');

async function routesOf({ url }: NodeRed): Promise<string[]> {
  return (await (await fetch(`${url}/routes`)).json()) as string[];
}

for (const platform of onePlatform) {
  describe(`the editor's permissions, on Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    const userDir = makeUserDir();
    const bareUserDir = makeUserDir(null);
    const recorded = join(userDir, "recorded.jsonl");
    const tokens = new Map<string, string>();
    let nodeRed: NodeRed;

    before(async () => {
      const flows = recordedFlow(recorded).map(({ credentials: _, ...node }) => node);
      writeFileSync(join(userDir, "flows.json"), JSON.stringify([...flows, testEvent, roster, ...routesPage]));
      writeFileSync(join(userDir, "flows_cred.json"), JSON.stringify({ endpoint: { headerValue: token } }));
      nodeRed = await startNodeRed({
        platform,
        userDir,
        settings: { ...routeSettings, adminAuth, credentialSecret: false },
      });
      for (const username of Object.keys(permissions)) {
        const answer = await fetch(`${nodeRed.url}/auth/token`, {
          method: "POST",
          body: new URLSearchParams({
            client_id: "node-red-admin",
            grant_type: "password",
            scope: "",
            username,
            password: "a-password-for-tests",
          }),
        });
        assert.equal(answer.status, 200);
        tokens.set(username, ((await answer.json()) as { access_token: string }).access_token);
      }
    });
    after(async () => {
      await stopAllNodeReds();
      for (const folder of [userDir, bareUserDir]) rmSync(folder, { recursive: true, force: true });
    });

    const ask = async (path: string, user: string | undefined, method = "POST", body?: object) => {
      const authorization = user === undefined ? undefined : (tokens.get(user) ?? user);
      const headers = new Headers(authorization === undefined ? {} : { authorization: `Bearer ${authorization}` });
      if (method === "POST" || body) headers.set("content-type", "application/json");
      const answer = await fetch(`${nodeRed.url}/${path}`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      });
      assert.doesNotMatch(await answer.text(), /a-token-for-tests/);
      return answer.status;
    };

    it("are asked for before a secret is kept for a rotation", async () => {
      const keep = "hapana-endpoint/endpoint/keep/headerValue";
      const stored = () => readFileSync(join(userDir, "flows_cred.json"), "utf8");
      const before = stored();
      for (const user of [undefined, "nobody", "a-token-for-tests"]) assert.equal(await ask(keep, user), 401);
      for (const user of ["reader", "presser"]) assert.equal(await ask(keep, user), 401, user);
      assert.equal(stored(), before);
      for (const user of ["deployer", "owner"]) {
        assert.equal(await ask(keep, user, "POST", { next: "the next token" }), 204, user);
        for (const body of [undefined, {}, { next: "" }, { next: 7 }]) {
          assert.equal(await ask(keep, user, "POST", body), 400, user);
        }
        assert.equal(await ask(keep, user, "DELETE"), 204, user);
      }
      for (const user of [undefined, "reader", "presser"]) assert.equal(await ask(keep, user, "DELETE"), 401, user);
    });

    it("hide what exists from those who have none", async () => {
      for (const path of [
        "hapana-endpoint/nothing/keep/headerValue",
        "hapana-endpoint/endpoint/keep/signingSecret",
        "hapana-endpoint/endpoint/keep/__proto__",
        "hapana-endpoint/endpoint/keep/previousHeaderValue",
        "hapana-endpoint/webhook/keep/headerValue",
        "hapana-test-event/nothing",
        "hapana-test-event/webhook",
        "hapana-test-event/__proto__",
      ]) {
        assert.equal(await ask(path, undefined), 401, path);
        assert.equal(await ask(path, "reader"), 401, path);
        assert.equal(await ask(path, "owner"), 404, path);
      }
      for (const path of ["hapana-endpoint/endpoint/keep/headerValue", "hapana-test-event/test-event"]) {
        assert.equal(await ask(path, "owner", "GET"), 404, path);
      }
    });

    it("are asked for before a test event is posted", async () => {
      for (const user of [undefined, "nobody", "reader", "deployer"]) {
        assert.equal(await ask("hapana-test-event/test-event", user), 401, user);
      }
      assert.equal(await ask("hapana-test-event/test-event", "presser"), 204);
      await waitForRecorded(recorded, 1);
      assert.equal(await ask("hapana-test-event/test-event", "owner"), 204);
      assert.equal((await waitForRecorded(recorded, 2)).length, 2);
    });

    it("neither keep Hapana out nor let anybody in", async () => {
      const body = { clientID: "c1", siteID: "s1" };
      assertAccepted(await post(`${nodeRed.url}/hapana/checkIn`, { token, body }));
      for (const user of Object.keys(permissions)) {
        const pass = `Bearer ${tokens.get(user)}`;
        assertRefused(await post(`${nodeRed.url}/hapana/checkIn`, { token: pass, body }), 401, "unauthorized");
        const inUrl = `${nodeRed.url}/hapana/checkIn?access_token=${tokens.get(user)}`;
        assertRefused(await post(inUrl, { body }), 401, "unauthorized");
      }
    });

    it("decide what of the event log is told, and what may be done with it", async () => {
      const body = { clientID: "c-maria", siteID: "s1", firstName: "Maria" };
      const headers = { "x-hapana-delivery": "del_maria" };
      assertAccepted(await post(`${nodeRed.url}/hapana/checkIn`, { token, body, headers }));
      await waitForRecorded(recorded, 1);
      const tell = async (user: string | undefined, path: string, order?: object) => {
        const pass: Record<string, string> = user === undefined ? {} : { authorization: `Bearer ${tokens.get(user)}` };
        const answer = await fetch(`${nodeRed.url}/hapana-events${path}`, {
          method: order ? "POST" : "GET",
          headers: { "content-type": "application/json", ...pass },
          ...(order && { body: JSON.stringify(order) }),
        });
        const text = await answer.text();
        return {
          status: answer.status,
          isPersonal: /maria(?!")/i.test(text.replaceAll("del_maria", "")) || text.includes("Maria"),
        };
      };
      const one = "/endpoint/del_maria";
      const expected = {
        undefined: { list: 401, isTold: false, exported: 401, sent: 401 },
        deployer: { list: 200, isTold: false, exported: 401, sent: 401 },
        clerk: { list: 200, isTold: false, exported: 401, sent: 401 },
        desk: { list: 200, isTold: true, exported: 200, sent: 401 },
        operator: { list: 200, isTold: false, exported: 401, sent: 200 },
        owner: { list: 200, isTold: true, exported: 200, sent: 200 },
      };
      for (const [name, { list, isTold, exported, sent }] of Object.entries(expected)) {
        const user = name === "undefined" ? undefined : name;
        for (const path of ["", "?search=del_maria", one])
          assert.deepEqual(await tell(user, path), { status: list, isPersonal: isTold }, `${name}: ${path}`);
        assert.equal((await tell(user, "/health")).status, list, name);
        assert.equal((await tell(user, "?search=Maria")).isPersonal, isTold, `${name} finds her by her name`);
        for (const format of ["csv", "jsonl"])
          assert.deepEqual(
            await tell(user, `/export?format=${format}`),
            { status: exported, isPersonal: isTold },
            name,
          );
        const ids = { endpoint: "endpoint", deliveryIds: ["del_maria"], count: true };
        assert.equal((await tell(user, "/send-again", ids)).status, sent, name);
        for (const path of ["/acknowledge", "/discard"])
          assert.equal((await tell(user, path, { endpoint: "endpoint", count: true })).status, sent, name);
        assert.equal((await tell(user, "/forget", { clientID: "nobody", count: true })).status, sent, name);
      }
    });

    it("decide what of the roster is told, and what may be done with it", async () => {
      const tell = async (user: string | undefined, path: string, order?: object) => {
        const pass: Record<string, string> = user === undefined ? {} : { authorization: `Bearer ${tokens.get(user)}` };
        const answer = await fetch(`${nodeRed.url}/hapana-access/roster${path}`, {
          method: order ? "POST" : "GET",
          headers: { "content-type": "application/json", ...pass },
          ...(order && { body: JSON.stringify(order) }),
        });
        return answer.status;
      };
      const expected = {
        undefined: { read: 401, personal: 401, write: 401 },
        deployer: { read: 200, personal: 401, write: 401 },
        clerk: { read: 200, personal: 401, write: 401 },
        desk: { read: 200, personal: 200, write: 401 },
        operator: { read: 200, personal: 401, write: 200 },
        owner: { read: 200, personal: 200, write: 200 },
      };
      for (const [name, { read, personal, write }] of Object.entries(expected)) {
        const user = name === "undefined" ? undefined : name;
        assert.equal(await tell(user, "/decisions"), read, name);
        for (const path of ["/clients", "/clients/export", "/decisions/export", "/unknown-credentials"])
          assert.equal(await tell(user, path), personal, `${name}: ${path}`);
        assert.equal(await tell(user, "/import", { entries: [{ clientID: "c1" }], count: true }), write, name);
        assert.equal(await tell(user, "/remove-credential", { clientID: "c1", credential: "1" }), write, name);
        assert.equal(await tell(user, "/forget", { clientID: "nobody" }), write, name);
      }
    });

    it("are not needed to be told that an address of the event log cannot be read: not what it says, also in the log", async () => {
      const answer = await fetch(`${nodeRed.url}/hapana-events/Hannelore/%E0%A4%A`);
      assert.equal(answer.status, 400);
      const text = await answer.text();
      assert.match(text, /^\{"message":"[^"]+"\}$/);
      assert.doesNotMatch(text + nodeRed.log(), /Hannelore|node_modules/);
    });

    it("are asked for at every route of the editor's that this package adds", async () => {
      const bare = await startNodeRed({ platform, userDir: bareUserDir, settings: routeSettings });
      await bare.setFlows([{ id: "tab", type: "tab", label: "Test" }, ...routesPage]);
      const others = new Set(await routesOf(bare));
      await bare.stop();
      const ours = (await routesOf(nodeRed)).filter(
        (route) => !others.has(route) && !/ \/(login|auth)(\/|$)/.test(route),
      );
      assert.ok(ours.length >= 2, `this package's routes: ${ours}`);
      for (const route of ours) {
        const [method = "", path = ""] = route.split(" ");
        const addresses = ["endpoint", "test-event", "webhook"].map((id) =>
          path
            .slice(1)
            .replace(":id", id)
            .replace(":secret", "headerValue")
            .replace(":roster", "roster")
            .replaceAll(/:\w+/g, "x"),
        );
        const answers = new Set<number>();
        for (const address of addresses) {
          assert.equal(await ask(address, undefined, method), 401, `${route} without a token`);
          // Who may only read may ask, and change nothing.
          if (method !== "get")
            assert.equal(await ask(address, "reader", method), 401, `${route} for who may only read`);
          answers.add(await ask(address, "owner", method, method === "post" ? { next: "the next token" } : undefined));
        }
        // There is no such event, and the order says nothing.
        const isLog = /^\/hapana-(?:events|access)/.test(path) && (answers.has(400) || answers.has(404));
        assert.ok(isLog || answers.has(204) || answers.has(200), `${route} for who may do everything: ${[...answers]}`);
        assert.ok(!answers.has(401), route);
      }
    });
  });
}

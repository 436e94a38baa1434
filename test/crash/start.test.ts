import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { recordedFlow, token } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { everyPlatform, type Platform } from "../support/platforms";
import { type Answer, post } from "../support/post";
import { readRecorded, waitForRecorded } from "../support/recorded";
import { code, makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

/** Node-RED's own storage, but the flows are not there as long as there is a file "wait" in the userDir. */
function slowStorage({ redJs }: Platform): object {
  const storage = join(dirname(redJs), "../@node-red/runtime/lib/storage/localfilesystem");
  return code(`(() => {
    const local = require(${JSON.stringify(storage)});
    const isToWait = () => require("fs").existsSync(__dirname + "/wait");
    const getFlows = async () => {
      while (isToWait()) await new Promise((go) => setTimeout(go, 10));
      return local.getFlows();
    };
    return { ...local, getFlows };
  })()`);
}

/** Makes nine seconds one, in a Node.js that loads this first. */
const hurry = `
  const { setTimeout } = globalThis;
  const quick = (callback, milliseconds, ...values) => setTimeout(callback, milliseconds === 9_000 ? 1_000 : milliseconds, ...values);
  globalThis.setTimeout = Object.defineProperties(quick, Object.getOwnPropertyDescriptors(setTimeout));
`;

for (const platform of everyPlatform) {
  describe(`while Node-RED ${platform.name} starts`, function () {
    this.timeout(60_000);
    const userDir = makeUserDir();
    const file = join(userDir, "recorded.jsonl");
    let nodeRed: NodeRed;
    /** What is to be done as soon as Node-RED listens, before its flows are there. */
    let whenListening: (() => void) | undefined;

    before(async () => {
      writeFileSync(join(userDir, "hurry.cjs"), hurry);
      nodeRed = await startNodeRed({
        platform,
        userDir,
        flows: recordedFlow(file),
        nodeOptions: ["--require", join(userDir, "hurry.cjs")],
        settings: { storageModule: slowStorage(platform) },
        onLog: (text) => {
          if (!text.includes("Server now running")) return;
          whenListening?.();
          whenListening = undefined;
        },
      });
    });
    after(() => nodeRed.stop());

    const send = (path = "/hapana/checkIn", given = token, clientID = "joe") =>
      post(`${nodeRed.url}${path}`, { token: given, body: { clientID, siteID: "s" } });
    const isStarted = () =>
      nodeRed.log().lastIndexOf("Started flows") > nodeRed.log().lastIndexOf("Server now running");

    it("a request to a path known from the last run waits, is answered 200, and comes out", async () => {
      const wait = join(userDir, "wait");
      writeFileSync(wait, "");
      const early: Promise<{ answer: Answer; wasStarted: boolean }>[] = [];
      whenListening = () => {
        const requests = [send(), send("/hapana/checkIn", "Bearer wrong"), send("/other")];
        early.push(...requests.map(async (request) => ({ answer: await request, wasStarted: isStarted() })));
        void early[2]?.finally(() => rmSync(wait));
      };
      await nodeRed.restart();
      const [ours, refused, others] = await Promise.all(early);
      assert.deepEqual([ours?.answer.status, ours?.wasStarted], [200, true]);
      assert.deepEqual([refused?.answer.status, refused?.wasStarted], [401, true]);
      assert.deepEqual([others?.answer.status, others?.wasStarted], [404, false], "other paths do not wait");
      await waitForRecorded(file, 1);
    });

    it("is answered 503 after 9 seconds where the flows are not there yet, and comes in once they are", async () => {
      const wait = join(userDir, "wait");
      await nodeRed.kill9();
      writeFileSync(wait, "");
      let started = 0;
      let answer: Promise<Answer> | undefined;
      whenListening = () => {
        started = Date.now();
        answer = send("/hapana/checkIn", token, "jim");
        void answer.finally(() => rmSync(wait));
      };
      await nodeRed.restart();
      const { status, headers } = (await answer) ?? assert.fail("it did not listen");
      const waited = Date.now() - started;
      assert.equal(status, 503);
      assert.equal(headers["retry-after"], "30");
      // A tenth of that here, with room for a busy machine; without being hurried, it would be more.
      assert.ok(waited > 900 && waited < 8_000, `${waited} ms`);
      for (const client of ["jim", "last"]) assert.equal((await send("/hapana/checkIn", token, client)).status, 200);
      const clients = await waitFor(
        () => {
          const recorded = readRecorded(file).map(({ msg }) => msg.payload.clientID);
          return recorded.includes("last") ? recorded : undefined;
        },
        () => "the last one has not come out",
      );
      // Node-RED may have been killed before it had noted that Joe was delivered.
      const others = clients.filter((client) => client !== "joe");
      assert.deepEqual(others, ["jim", "last"]);
    });
  });

  describe(`while Node-RED ${platform.name} starts behind an administrator's gate`, function () {
    this.timeout(60_000);
    const gate =
      "(request, response, next) => (request.headers['x-gate'] === 'open' ? next() : response.status(403).end('closed'))";
    // The password is `a-password-for-tests`.
    const httpNodeAuth = { user: "admin", pass: "$2b$08$bBrjLmcKKG6PDq.tdMSFf.GXSA0LPp/1UjpZryV7FlNRG0EgSQy.." };
    const basic = `Basic ${Buffer.from("admin:a-password-for-tests").toString("base64")}`;
    const signingSecret = "whsec_secret-for-tests";

    for (const [what, settings, pass, refusal] of [
      ["httpNodeMiddleware", { httpNodeMiddleware: code(gate) }, { "x-gate": "open" }, 403],
      ["httpNodeAuth", { httpNodeAuth }, { authorization: basic }, 401],
    ] as const) {
      it(`${what} refuses at once whom it refuses, and a signed request that it lets through waits and comes out`, async () => {
        const userDir = makeUserDir();
        const file = join(userDir, "recorded.jsonl");
        const wait = join(userDir, "wait");
        const early: Promise<{ answer: Answer; wasStarted: boolean }>[] = [];
        let whenListening = () => {};
        const nodeRed = await startNodeRed({
          ...{ platform, userDir, settings: { ...settings, storageModule: slowStorage(platform) } },
          flows: recordedFlow(file, { endpoint: { auth: "signature", credentials: { signingSecret } } }),
          onLog: (text) => {
            if (text.includes("Server now running")) whenListening();
          },
        });
        const send = async (headers: Record<string, string>) => {
          // With blanks that no parser would give back.
          const body = '{ "clientID": "early",  "siteID": "s" }';
          const answer = await post(`${nodeRed.url}/hapana/checkIn`, { body, signingSecret, headers });
          return {
            answer,
            wasStarted: nodeRed.log().lastIndexOf("Started flows") > nodeRed.log().lastIndexOf("Server now"),
          };
        };
        writeFileSync(wait, "");
        whenListening = () => {
          early.push(send({}), send(pass));
          void early[0]?.finally(() => rmSync(wait));
        };
        await nodeRed.restart();
        const [refused, passed] = await Promise.all(early);
        assert.deepEqual([refused?.answer.status, refused?.wasStarted], [refusal, false]);
        assert.deepEqual([passed?.answer.status, passed?.wasStarted], [200, true]);
        await waitForRecorded(file, 1);
        await nodeRed.stop();
        rmSync(userDir, { recursive: true, force: true });
      });
    }
  });
}

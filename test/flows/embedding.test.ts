import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";
import { assertAccepted, assertRefused } from "../support/answers";
import { endpoint, recordedFlow, token } from "../support/flows";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { head, speak } from "../support/raw";
import { waitForRecorded } from "../support/recorded";
import { makeUserDir } from "../support/user-dir";

interface Roots {
  admin: string;
  node: string;
  /** What the application uses in front of its gate. */
  first?: string;
}

const signingSecret = "whsec_secret-for-tests";

/** An application that embeds Node-RED behind a gate of its own, as Node-RED's documentation shows it. */
const application = (nodeRed: string, userDir: string, { admin, node, first = "" }: Roots) => `
  const { createServer } = require("node:http");
  const load = require("node:module").createRequire(${JSON.stringify(join(nodeRed, "package.json"))});
  const express = load("express");
  const RED = load(${JSON.stringify(nodeRed)});
  const app = express();
  ${first}
  app.use((request, response, next) => (request.headers["x-gate"] === "open" ? next() : response.status(403).end("closed")));
  const server = createServer(app);
  RED.init(server, {
    userDir: ${JSON.stringify(userDir)}, flowFile: "flows.json", httpAdminRoot: ${JSON.stringify(admin)}, httpNodeRoot: ${JSON.stringify(node)},
    credentialSecret: false, functionGlobalContext: { fs: require("node:fs") }, telemetry: { enabled: false },
  });
  app.use(${JSON.stringify(admin)}, RED.httpAdmin);
  app.use(${JSON.stringify(node)}, RED.httpNode);
  RED.events.once("flows:started", () => server.listen(0, "127.0.0.1", () => console.log("PORT " + server.address().port)));
  RED.start();
  process.stdin.on("end", () => process.exit()).resume();
`;

/** What many applications read every body with. */
const parsers = "app.use(express.json(), express.urlencoded({ extended: true }), express.text(), express.raw());";

const everyRoots: readonly Roots[] = [
  { admin: "/red", node: "/api" },
  { admin: "/", node: "/" },
  { admin: "/red", node: "/api", first: parsers },
  { admin: "/", node: "/", first: parsers },
];

for (const [platform, roots] of onePlatform.flatMap((each) => everyRoots.map((some) => [each, some] as const))) {
  const gate = `${roots.first ? "parsers and " : ""}a gate of its own`;
  describe(`an application that embeds Node-RED ${platform.name} at ${roots.node} behind ${gate}`, function () {
    this.timeout(60_000);
    const userDir = makeUserDir();
    const file = join(userDir, "recorded.jsonl");
    let child: ChildProcess;
    let url: string;

    before(async () => {
      const signed = endpoint({ id: "signed", path: "/signed", auth: "signature" });
      const flows = [...recordedFlow(file), signed].map(({ credentials: _, ...node }) => node);
      writeFileSync(join(userDir, "flows.json"), JSON.stringify(flows));
      writeFileSync(
        join(userDir, "flows_cred.json"),
        JSON.stringify({ endpoint: { headerValue: token }, signed: { signingSecret } }),
      );
      const code = application(dirname(platform.redJs), userDir, roots);
      child = spawn(platform.node, ["-e", code], { stdio: ["pipe", "pipe", "inherit"] });
      for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
        const [, port] = /^PORT (\d+)/.exec(line) ?? [];
        if (port === undefined) continue;
        url = `http://127.0.0.1:${port}${roots.node === "/" ? "" : roots.node}/hapana/checkIn`;
        break;
      }
      child.stdout?.resume();
    });
    after(() => {
      child.kill();
      rmSync(userDir, { recursive: true, force: true });
    });

    const body = (clientID: string) => ({ clientID, siteID: "s", checkInStatus: "Valid" });

    it("lets nothing past the gate that the gate refuses", async () => {
      const answer = await post(url, { token, body: body("past the gate") });
      assert.deepEqual([answer.status, answer.body], [403, "closed"]);
    });

    it("receives events that the gate lets through, and still asks for the token", async () => {
      const headers = { "x-gate": "open" };
      assertRefused(await post(url, { body: body("no token"), headers }), 401, "unauthorized");
      assertAccepted(await post(url, { token, body: body("let through"), headers }));
      const recorded = await waitForRecorded(file, 1);
      assert.deepEqual(
        recorded.map(({ msg }) => msg.payload.clientID),
        ["let through"],
      );
    });

    it("receives compressed events, and what offers to upgrade, behind the gate", async () => {
      const compressed = gzipSync(JSON.stringify(body("compressed")));
      const headers = { "x-gate": "open", "content-encoding": "gzip" };
      assertAccepted(await post(url, { token, body: compressed, headers }));
      const text = JSON.stringify(body("offers to upgrade"));
      const { port, pathname } = new URL(url);
      const offer = { Connection: "Upgrade", Upgrade: "h2c", "Content-Length": text.length, Authorization: token };
      const offered = (more: Record<string, string>) =>
        speak(Number(port), head(`POST ${pathname}`, { ...offer, ...more }) + text).closed;
      assert.match(await offered({}), /^HTTP\/1\.1 403 /);
      assert.match(await offered({ "X-Gate": "open" }), /^HTTP\/1\.1 200 /);
      const recorded = await waitForRecorded(file, 3);
      assert.deepEqual(
        recorded.slice(1).map(({ msg }) => msg.payload.clientID),
        ["compressed", "offers to upgrade"],
      );
    });

    it("checks signatures over the bytes as they came, behind the gate", async () => {
      const signedUrl = url.replace("/hapana/checkIn", "/signed/checkIn");
      const text = ' {"clientID": "signed",  "siteID": "s", "checkInStatus": "Valid"}';
      const headers = { "x-gate": "open" };
      assert.equal((await post(signedUrl, { body: text, signingSecret })).status, 403);
      assertRefused(await post(signedUrl, { body: text, headers, signingSecret: "whsec_wrong" }), 401, "unauthorized");
      assertAccepted(await post(signedUrl, { body: text, headers, signingSecret }));
    });
  });
}

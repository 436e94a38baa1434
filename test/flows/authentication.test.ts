import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { definitionOf } from "../../src/events/catalog";
import { assertAccepted, assertRefused } from "../support/answers";
import { endpoint, type FlowNode, token, webhookIn, withRecorder } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { type PostOptions, post, sign } from "../support/post";
import { type RecordingNodeRed, startRecording } from "../support/recording";

const signingSecret = "whsec_secret-for-tests";
const previousSigningSecret = "whsec_previous-secret-for-tests";

/** One endpoint for every way to prove oneself, on a path of its own. */
const endpoints: Readonly<Record<string, Partial<FlowNode>>> = {
  header: { auth: "header", headerName: "X-Gym-Token", credentials: { headerValue: token } },
  rotating: { auth: "header", credentials: { headerValue: "new-token", previousHeaderValue: "old-token" } },
  signature: { auth: "signature", credentials: { signingSecret } },
  "rotating-signature": { auth: "signature", credentials: { signingSecret, previousSigningSecret } },
  strict: { auth: "signature", tolerance: 5, credentials: { signingSecret } },
  both: { auth: "both", credentials: { headerValue: token, signingSecret } },
  none: { auth: "none", credentials: {} },
  "no-token": { auth: "header", credentials: {} },
  "blank-token": { auth: "header", credentials: { headerValue: "  " } },
  "only-previous": { auth: "header", credentials: { headerValue: "", previousHeaderValue: token } },
  "no-secret": { auth: "signature", credentials: { headerValue: token } },
  "half-both": { auth: "both", credentials: { headerValue: token } },
};

function flowOf(file: string): FlowNode[] {
  return [
    { id: "tab", type: "tab", label: "Test" },
    ...Object.entries(endpoints).flatMap(([name, properties]) => [
      endpoint({ id: `endpoint-${name}`, name, path: `/${name}`, ...properties }),
      ...withRecorder(webhookIn({ id: `in-${name}`, endpoint: `endpoint-${name}`, events: ["checkIn"] }), file),
    ]),
  ];
}

for (const platform of onePlatform) {
  describe(`proof at the default roots, on Node-RED ${platform.name}`, function () {
    this.timeout(120_000);
    let nodeRed: RecordingNodeRed;
    let count = 0;
    let accepted = 0;

    before(async () => {
      nodeRed = await startRecording({ platform }, flowOf);
    });
    after(stopAllNodeReds);

    const nextBody = () => {
      count += 1;
      return { ...definitionOf("checkIn").sample, clientID: `client ${count}` };
    };
    const send = (name: string, options: PostOptions) =>
      post(`${nodeRed.url}/${name}/checkIn`, { body: nextBody(), ...options });
    const accepts = async (name: string, options: PostOptions) => {
      assertAccepted(await send(name, options));
      accepted += 1;
    };
    const refuses = async (name: string, options: PostOptions) => {
      assertRefused(await send(name, options), 401, "unauthorized");
    };

    it("header: the token in a header of a name of one's own", async () => {
      await accepts("header", { headers: { "x-gym-token": token } });
      await accepts("header", { headers: { "X-GYM-TOKEN": ` ${token} ` } });
      await refuses("header", { headers: { "x-gym-token": `${token}x` } });
      await refuses("header", { headers: { authorization: token } });
    });

    it("header: the previous token is good during a rotation", async () => {
      await accepts("rotating", { token: "new-token" });
      await accepts("rotating", { token: "old-token" });
      await refuses("rotating", { token: "older-token" });
      await refuses("rotating", { token: "" });
    });

    it("signature: made with the secret, over the raw bytes, now", async () => {
      await accepts("signature", { signingSecret });
      await refuses("signature", {});
      await refuses("signature", { token });
      await refuses("signature", { signingSecret: previousSigningSecret });
      await refuses("signature", { headers: { "x-hapana-signature": "t=1,v1=2" } });
    });

    it("signature: over bytes that no parser and printer of JSON would give back", async () => {
      const { clientID } = nextBody();
      const body = ` {"sessionName" : "Caf\\u00e9\\/Bar",\r\n "clientID":"${clientID}", "siteID":1.0, "clientID":"${clientID}" }\n`;
      await accepts("signature", { signingSecret, body });
      await refuses("signature", {
        body: JSON.stringify(JSON.parse(body)),
        headers: { "x-hapana-signature": sign(body, signingSecret) },
      });
      await accepts("signature", { signingSecret, body: `\ufeff${JSON.stringify(nextBody())}` });
    });

    it("signature: of another body is refused", async () => {
      await refuses("signature", {
        headers: { "x-hapana-signature": sign(JSON.stringify(nextBody()), signingSecret) },
      });
    });

    it("signature: is found before the body is looked at", async () => {
      await refuses("signature", { body: "{", signingSecret: "wrong" });
      assertRefused(await send("signature", { body: "{", signingSecret }), 400, "bad_request");
    });

    it("signature: good within five minutes, either way", async () => {
      // What is further off has room for a machine that takes its time.
      const at = (off: number) => ({ signingSecret, signedAt: Math.floor(Date.now() / 1000) + off });
      for (const off of [-270, 290]) await accepts("signature", at(off));
      for (const off of [-310, 330, -86_400]) await refuses("signature", at(off));
      await accepts("strict", at(3));
      for (const off of [-8, 30]) await refuses("strict", at(off));
    });

    it("signature: every v1 counts, with both secrets", async () => {
      for (const secret of [signingSecret, previousSigningSecret]) {
        const body = JSON.stringify(nextBody());
        const [t, v1] = sign(body, secret).split(",");
        const wrong = `v1=${"0".repeat(64)}`;
        await accepts("rotating-signature", {
          body,
          headers: { "x-hapana-signature": `${t},${wrong},${v1},${wrong}` },
        });
      }
      await refuses("rotating-signature", { signingSecret: "another" });
    });

    it("both: neither alone is enough", async () => {
      await accepts("both", { token, signingSecret });
      await refuses("both", { token });
      await refuses("both", { signingSecret });
      await refuses("both", { token: "wrong", signingSecret });
      await refuses("both", { token, signingSecret: "wrong" });
    });

    it("none: whoever comes, with a warning in the log", async () => {
      await accepts("none", {});
      await accepts("none", { token: "anything" });
      assert.match(nodeRed.log(), /\[hapana-endpoint:none\] This endpoint asks for no proof/);
    });

    for (const name of ["no-token", "blank-token", "only-previous", "no-secret", "half-both"]) {
      it(`${name}: an endpoint whose secret is empty lets nobody in, and says so`, async () => {
        for (const options of [
          {},
          { token: "" },
          { token },
          { token, signingSecret },
          { token: "  ", signingSecret: "" },
        ]) {
          assertRefused(await send(name, options), 503, "unavailable");
        }
        assert.match(
          nodeRed.log(),
          new RegExp(`\\[error\\] \\[hapana-endpoint:${name}\\] no (token|signing secret) yet`),
        );
      });
    }

    it("shows no secret in the flows, the admin API or a file", async () => {
      const secrets = /for-tests|(new|old)-token/;
      for (const path of ["/flows", "/credentials/hapana-endpoint/endpoint-both", "/settings", "/nodes"]) {
        const response = await fetch(`${nodeRed.url}${path}`, { headers: { accept: "application/json" } });
        assert.equal(response.status, 200, path);
        assert.doesNotMatch(await response.text(), secrets, path);
      }
      const files = readdirSync(nodeRed.userDir, { recursive: true, encoding: "utf8" }).filter(
        (file) => !file.startsWith("node_modules") && statSync(join(nodeRed.userDir, file)).isFile(),
      );
      assert.ok(files.includes("flows.json") && files.includes("flows_cred.json"), files.join(", "));
      for (const file of files) assert.doesNotMatch(readFileSync(join(nodeRed.userDir, file), "latin1"), secrets, file);
    });

    it("emitted exactly what was accepted, and wrote no secret to the log", async () => {
      await nodeRed.next(accepted);
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.equal(nodeRed.count(), accepted);
      assert.doesNotMatch(nodeRed.log(), /for-tests|(new|old|older)-token|client \d/);
    });
  });
}

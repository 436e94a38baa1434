import assert from "node:assert/strict";
import { definitionOf } from "../../src/events/catalog";
import { assertAccepted, assertRefused } from "../support/answers";
import { endpoint, type FlowNode, token, webhookIn, withRecorder } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { type PostOptions, post, sign } from "../support/post";
import { type RecordingNodeRed, startRecording } from "../support/recording";

const signingSecret = "whsec_secret-for-tests";
const previousSigningSecret = "whsec_previous-secret-for-tests";

/** As Node-RED writes an environment variable in a property. */
const reference = (name: string) => ["$", "{", name, "}"].join("");

/** One endpoint for every way to prove oneself, on a path of its own. What is right and wrong is tried in test/src/receiver. */
const endpoints: Readonly<Record<string, Partial<FlowNode>>> = {
  header: { auth: "header", headerName: "X-Gym-Token", credentials: { headerValue: token } },
  rotating: { auth: "header", credentials: { headerValue: "new-token", previousHeaderValue: "old-token" } },
  signature: { auth: "signature", credentials: { signingSecret } },
  "rotating-signature": { auth: "signature", credentials: { signingSecret, previousSigningSecret } },
  strict: { auth: "signature", tolerance: 60, credentials: { signingSecret } },
  both: { auth: "both", credentials: { headerValue: token, signingSecret } },
  none: { auth: "none", credentials: {} },
  "no-token": { auth: "header", credentials: {} },
  "no-secret": { auth: "signature", credentials: { headerValue: token } },
  "unknown-auth": { auth: "magic", credentials: { headerValue: token } },
  "unknown-storage": { storage: "cloud", credentials: { headerValue: token } },
  "variable-missing": { credentials: { headerValue: reference("HAPANA_MISSING") } },
  "variable-in-text-missing": { credentials: { headerValue: `Bearer ${reference("HAPANA_MISSING")}` } },
  "header-name-missing": { headerName: reference("HAPANA_MISSING"), credentials: { headerValue: token } },
  "header-name-empty": { headerName: reference("HAPANA_EMPTY"), credentials: { headerValue: token } },
  "path-empty": { path: reference("HAPANA_EMPTY"), credentials: { headerValue: token } },
  "path-no-text": { path: reference("HAPANA_YES"), credentials: { headerValue: token } },
  "variable-set": { credentials: { headerValue: `Bearer ${reference("HAPANA_SET")}` } },
};

function flowOf(file: string): FlowNode[] {
  return [
    { id: "tab", type: "tab", label: "Test" },
    // Other packages' nodes may call by that name what they like.
    ...["production", null, [{ name: "HAPANA_MISSING" }], [null]].map((env, index) => ({
      ...{ id: `other-${index}`, type: "comment", z: "tab", x: 100, y: 100, env },
    })),
    { id: "variables", type: "global-config", env: [{ name: "HAPANA_YES", value: "true", type: "bool" }] },
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
      nodeRed = await startRecording(
        { platform, env: { HAPANA_SET: "from the environment", HAPANA_EMPTY: "" } },
        flowOf,
      );
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

    for (const name of ["unknown-auth", "unknown-storage", "variable-missing", "variable-in-text-missing"]) {
      it(`${name}: lets nobody in, not even who sends what is saved, and stores nothing`, async () => {
        const sent = [undefined, token, reference("HAPANA_MISSING"), `Bearer ${reference("HAPANA_MISSING")}`];
        for (const each of sent) assertRefused(await send(name, { token: each ?? "" }), 503, "unavailable");
      });
    }

    it("variable-missing: says which, also where some other node has a setting of that name", () => {
      const told = "[hapana-endpoint:variable-missing] no value for HAPANA_MISSING: ";
      assert.ok(nodeRed.log().includes(told));
    });

    it("header-name-missing, header-name-empty: lets nobody in, whatever the header", async () => {
      for (const name of ["header-name-missing", "header-name-empty"])
        assertRefused(await send(name, { token }), 503, "unavailable");
    });

    it("path-empty, path-no-text: where a variable holds no path, the usual path is not taken for it", async () => {
      assert.equal((await send("hapana", { token })).status, 404);
      for (const [name, variable] of Object.entries({ "path-empty": "HAPANA_EMPTY", "path-no-text": "HAPANA_YES" })) {
        const told = `[hapana-endpoint:${name}] no value for ${variable}: `;
        assert.ok(nodeRed.log().includes(told), name);
      }
    });

    it("signature: a request that was recorded and repeated under another id is a duplicate", async () => {
      const rawBody = JSON.stringify({ clientID: "recorded", siteID: "s", checkInStatus: "Valid" });
      const headers = { "x-hapana-signature": sign(rawBody, signingSecret) };
      const repeat = (id: string) =>
        post(`${nodeRed.url}/signature/checkIn`, { body: rawBody, headers: { ...headers, "x-hapana-delivery": id } });
      assertAccepted(await repeat("del_recorded"));
      accepted += 1;
      const repeated = await repeat("del_repeated");
      assertAccepted(repeated, "duplicate");
      assert.notEqual(repeated.json().deliveryId, "del_repeated", "it says which event it repeats");
      const more = { "x-hapana-signature": `v1=${"0".repeat(64)},${headers["x-hapana-signature"]}` };
      const answer = await post(`${nodeRed.url}/signature/checkIn`, {
        body: rawBody,
        headers: { ...more, "x-hapana-delivery": "del_with_more" },
      });
      assertAccepted(answer, "duplicate");
    });

    it("signature: a request that was recorded as one event is refused as another, and the log says so", async () => {
      const rawBody = JSON.stringify({ clientID: "recorded as another", siteID: "s", barcodeID: "1" });
      const headers = { "x-hapana-signature": sign(rawBody, signingSecret) };
      const repeat = (event: string, more = {}) =>
        post(`${nodeRed.url}/signature/${event}`, { body: rawBody, headers: { ...headers, ...more } });
      assertAccepted(await repeat("clientUpdated"));
      const id = { "x-hapana-delivery": "del_as_another" };
      assertRefused(await repeat("checkIn", id), 401, "unauthorized");
      assertRefused(await repeat("clientUpdated", { ...id, "x-hapana-test": "true" }), 401, "unauthorized");
      assertAccepted(await repeat("clientUpdated", id), "duplicate");
      assert.match(
        nodeRed.log(),
        /\[hapana-endpoint:signature\] a signed request came twice: the second time as another event/,
      );
    });

    it("a variable inside a longer text is filled in", async () => {
      await accepts("variable-set", { token: "Bearer from the environment" });
      await refuses("variable-set", { token: `Bearer ${reference("HAPANA_SET")}` });
    });

    it("header: the previous token is good during a rotation", async () => {
      await accepts("rotating", { token: "new-token" });
      await accepts("rotating", { token: "old-token" });
      await refuses("rotating", { token: "older-token" });
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
      await refuses("signature", { token });
    });

    it("signature: good for as long as the endpoint says", async () => {
      // With room for a machine that takes its time.
      const at = (off: number) => ({ signingSecret, signedAt: Math.floor(Date.now() / 1000) + off });
      await accepts("signature", at(-200));
      await refuses("strict", at(-200));
      await accepts("strict", at(30));
    });

    it("signature: the previous secret is good during a rotation", async () => {
      for (const secret of [signingSecret, previousSigningSecret]) {
        await accepts("rotating-signature", { signingSecret: secret });
      }
      await refuses("rotating-signature", { signingSecret: "another" });
    });

    it("both: neither alone is enough", async () => {
      await accepts("both", { token, signingSecret });
      await refuses("both", { token });
      await refuses("both", { signingSecret });
    });

    it("none: whoever comes, with a warning in the log", async () => {
      await accepts("none", {});
      assert.match(nodeRed.log(), /\[hapana-endpoint:none\] This endpoint requires no authentication/);
    });

    for (const name of ["no-token", "no-secret"]) {
      it(`503: an endpoint with ${name} lets nobody in, and says so`, async () => {
        assertRefused(await send(name, { token, signingSecret }), 503, "unavailable");
        assert.match(
          nodeRed.log(),
          new RegExp(`\\[error\\] \\[hapana-endpoint:${name}\\] no (token|signing secret) yet`),
        );
      });
    }

    it("emitted exactly what was accepted, and wrote no secret to the log", async () => {
      // One flow behind each endpoint: a sentinel through each of them that emits.
      for (const [name, options] of Object.entries<PostOptions>({
        ...{ header: { headers: { "x-gym-token": token } }, rotating: { token: "new-token" } },
        ...{ signature: { signingSecret }, "rotating-signature": { signingSecret }, strict: { signingSecret } },
        ...{ both: { token, signingSecret }, none: {} },
      })) {
        await accepts(name, options);
      }
      await nodeRed.next(accepted);
      assert.equal(nodeRed.count(), accepted);
      assert.doesNotMatch(nodeRed.log(), /for-tests|(new|old|older)-token|client \d/);
    });
  });
}

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { definitionOf } from "../../src/events/catalog";
import { assertAccepted, assertRefused } from "../support/answers";
import { type Comms, listenToComms } from "../support/comms";
import { type FlowNode, recordedFlow } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { type RecordingNodeRed, startRecording } from "../support/recording";
import { waitFor } from "../support/wait-for";

/** No word of them is in anything else. */
const secrets = {
  headerValue: "Bearer qz8-current-token",
  previousHeaderValue: "Bearer vk3-previous-token",
  databaseUrl: "postgres://hapana:jw5-database@127.0.0.1:1/hapana",
  signingSecret: "whsec_jw5CurrentSecret",
  previousSigningSecret: "whsec_xf9PreviousSecret",
};
const kept = "Bearer hb2-token-after-the-deploy";

/** A secret in every form in which it might be written; of a token, also without its first word. */
function formsOf(secret: string): string[] {
  const bytes = [secret, secret.replace(/^Bearer /, "")].map((text) => Buffer.from(text));
  return bytes.flatMap((part) => [
    part.toString(),
    encodeURIComponent(part.toString()),
    part.toString("hex"),
    // In base64 it depends on what stands before: the middle is the same for one of three.
    ...[0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift), part])
        .toString("base64")
        .replace(/=+$/, "")
        .slice(4, -2),
    ),
  ]);
}

function assertTellsNoSecret(text: string, where: string): void {
  for (const [name, secret] of Object.entries({ ...secrets, kept })) {
    for (const form of formsOf(secret)) {
      assert.ok(!text.toLowerCase().includes(form.toLowerCase()), `${where} tells ${name}, as ${form}`);
    }
  }
}

/** Debug, catch and status nodes show what there is to see: whole messages, errors, statuses. */
const showEverything: FlowNode[] = [
  { id: "catch", type: "catch", z: "tab", x: 100, y: 500, scope: null, wires: [["debug"]] },
  { id: "status", type: "status", z: "tab", x: 100, y: 540, scope: null, wires: [["debug"]] },
  {
    id: "test-event",
    type: "hapana-test-event",
    z: "tab",
    x: 100,
    y: 580,
    endpoint: "endpoint",
    event: "all",
    wires: [["debug", "remembers"]],
  },
  {
    id: "debug",
    type: "debug",
    z: "tab",
    x: 300,
    y: 500,
    active: true,
    tosidebar: true,
    console: true,
    tostatus: true,
    complete: "true",
    targetType: "full",
  },
  {
    id: "remembers",
    type: "function",
    z: "tab",
    x: 300,
    y: 540,
    func: 'for (const store of [context, flow, global]) store.set("last", msg); node.warn(msg);',
    outputs: 1,
    wires: [[]],
  },
  {
    id: "throws",
    type: "function",
    z: "tab",
    x: 300,
    y: 580,
    func: 'throw new Error("on purpose")',
    outputs: 1,
    wires: [["debug"]],
  },
];

for (const platform of onePlatform) {
  describe(`the secrets, on Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    let nodeRed: RecordingNodeRed;
    let comms: Comms;

    const flowsOf = (file: string, credentials: Record<string, string>): FlowNode[] => {
      const flows = recordedFlow(file, {
        endpoint: { auth: "both", headerName: "X-Gym-Token", credentials },
      }).map((node) =>
        node.id === "webhook"
          ? { ...node, wires: (node.wires as string[][]).map((to) => [...to, "debug", "remembers", "throws"]) }
          : node,
      );
      return [...flows, ...showEverything];
    };

    before(async () => {
      const settings = {
        logging: { console: { level: "trace", metrics: true, audit: true } },
        debugMaxLength: 100_000,
        contextStorage: { default: { module: "localfilesystem", config: { flushInterval: 0 } } },
        credentialSecret: "a secret for scratch folders only",
      };
      nodeRed = await startRecording({ platform, settings }, (file) => flowsOf(file, secrets));
      comms = listenToComms(nodeRed.port, "debug", "status/#", "notification/#");
      await waitFor(
        () => (comms.received().includes("status/") ? true : undefined),
        () => comms.received(),
      );
    });
    after(async () => {
      comms?.close();
      await stopAllNodeReds();
    });

    it("are in nothing that Node-RED tells or writes, whatever happens", async () => {
      const { url } = nodeRed;
      const { headerValue, previousHeaderValue, signingSecret, previousSigningSecret } = secrets;
      let count = 0;
      const send = async (options: Parameters<typeof post>[1], token?: string) => {
        count += 1;
        const body = { ...definitionOf("checkIn").sample, clientID: `client ${count}` };
        const headers = { ...(token && { "x-gym-token": token }), ...options?.headers };
        const answer = await post(`${url}/hapana/checkIn`, { body, ...options, headers });
        assertTellsNoSecret(JSON.stringify([answer.headers, answer.body]), "the answer");
        return answer;
      };

      assertAccepted(await send({ signingSecret }, headerValue));
      assertAccepted(await send({ signingSecret: previousSigningSecret }, previousHeaderValue));
      assertRefused(await send({}), 401, "unauthorized");
      assertRefused(await send({ signingSecret }, "Bearer guess"), 401, "unauthorized");
      assertRefused(await send({ signingSecret: "guess" }, headerValue), 401, "unauthorized");
      assertRefused(await send({ signingSecret, signedAt: 1 }, headerValue), 401, "unauthorized");
      assertRefused(await send({ signingSecret, body: "{" }, headerValue), 400, "bad_request");
      assertRefused(await send({ signingSecret, body: "x".repeat(1_100_000) }, headerValue), 413, "too_large");
      assertRefused(await send({ signingSecret, method: "PUT" }, headerValue), 405, "method_not_allowed");
      await nodeRed.next(2);

      const pressed = await post(`${url}/hapana-test-event/test-event`);
      assert.equal(pressed.status, 204);
      await nodeRed.next(6);

      const said: string[] = [];
      for (const path of [
        "flows",
        "credentials/hapana-endpoint/endpoint",
        "flow/tab",
        "flow/global",
        "settings",
        "settings/user",
        "nodes",
        "diagnostics",
        "context/global",
        "context/flow/tab",
        "context/node/webhook",
        "context/node/remembers",
        "hapana-endpoint/endpoint",
        "hapana-endpoint/endpoint/keep/headerValue",
      ]) {
        for (const version of ["v1", "v2"]) {
          const answer = await fetch(`${url}/${path}`, { headers: { "node-red-api-version": version } });
          said.push(await answer.text());
        }
      }
      const stored = JSON.parse(said[2] as string) as Record<string, unknown>;
      assert.deepEqual(stored, {
        has_databaseUrl: true,
        has_headerValue: true,
        has_previousHeaderValue: true,
        has_signingSecret: true,
        has_previousSigningSecret: true,
      });

      const keep = await fetch(`${url}/hapana-endpoint/endpoint/keep/headerValue`, {
        ...{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ next: kept }) },
      });
      assert.equal(keep.status, 204);
      said.push(await keep.text());
      const flows = flowsOf(join(nodeRed.userDir, "recorded.jsonl"), { headerValue: kept });
      for (const type of ["nodes", "flows", "full"] as const) await nodeRed.setFlows(flows, type);
      assertAccepted(await send({ signingSecret }, kept));
      assertAccepted(await send({ signingSecret }, headerValue));
      assertRefused(await send({ signingSecret }, previousHeaderValue), 401, "unauthorized");
      await nodeRed.next(2);
      const shown = {
        "the refusal in the log": () => /Hapana sent a wrong token/.test(nodeRed.log()),
        "an error of the flow": () => /on purpose/.test(comms.received()),
        "what comes out of the test event": () => /"topic":"debug".*"statusCode\\?":200/s.test(comms.received()),
        "what comes out of the webhook-in last": () =>
          /"topic":"debug".*"deliveryId\\?":/s.test(comms.received()) &&
          comms.received().includes(`client ${count - 1}`),
        "the status of the test event": () => /status\/test-event/.test(comms.received()),
        "the refusal in the status of the webhook-in": () => /status\/webhook[^}]*refused/.test(comms.received()),
      };
      for (const [what, isShown] of Object.entries(shown)) {
        await waitFor(
          () => isShown() || undefined,
          () => `${what} is not shown: ${comms.received()}`,
        );
      }

      const heard = comms.received();
      assertTellsNoSecret(said.join("\n"), "the admin API");
      assertTellsNoSecret(heard, "the editor's connection");
      await nodeRed.restart();
      await nodeRed.kill9();
      assertTellsNoSecret(nodeRed.log(), "the log");
      const files: string[] = [];
      for (const entry of readdirSync(nodeRed.userDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        files.push(relative(nodeRed.userDir, path));
        assertTellsNoSecret(readFileSync(path, "latin1"), path);
      }
      for (const wanted of [
        ...["flows.json", "flows_cred.json", "recorded.jsonl", "hapana/inbox/CURRENT", "context/global/global.json"],
        ...["context/tab/flow.json", "context/tab/remembers.json"],
      ]) {
        assert.ok(files.includes(wanted), `${wanted} was not searched: ${files}`);
      }
      assert.ok(
        files.some((path) => /^hapana\/inbox\/\d+\.(log|ldb)$/.test(path)),
        `no events were searched: ${files}`,
      );
      const remembered = readFileSync(join(nodeRed.userDir, "context/tab/flow.json"), "utf8");
      assert.match(remembered, /"deliveryId"|"statusCode"/, "whole messages are in the context");
    });
  });
}

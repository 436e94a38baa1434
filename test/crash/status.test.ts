import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watchStatus } from "../support/editor-status";
import { endpoint, type FlowNode, token, webhookIn } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

for (const platform of onePlatform) {
  describe(`the status of a webhook-in, Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    let nodeRed: NodeRed | undefined;
    let mounted: string | undefined;
    let clients = 0;

    afterEach(async () => {
      await nodeRed?.stop();
      if (mounted) execFileSync("umount", ["--lazy", mounted]);
      nodeRed = undefined;
      mounted = undefined;
    });

    /** A webhook-in, and what its flow does with an event. */
    const flows = (
      properties: { endpoint?: Partial<FlowNode>; events?: ["checkIn"]; func?: string } = {},
    ): FlowNode[] => [
      { id: "tab", type: "tab", label: "Test" },
      endpoint(properties.endpoint),
      { ...webhookIn({ events: properties.events ?? ["checkIn"] }), wires: [["f"], []] },
      { id: "f", type: "function", z: "tab", x: 400, y: 100, func: properties.func ?? "", outputs: 0, wires: [] },
    ];
    const start = async (properties?: Parameters<typeof flows>[0], userDir = makeUserDir()) => {
      nodeRed = await startNodeRed({
        platform,
        userDir,
        flows: flows(properties),
      });
    };
    const send = (path = "/hapana/checkIn", given = token, fields: object = {}) =>
      post(`${nodeRed?.url}${path}`, {
        token: given,
        body: { clientID: `client-${++clients}`, siteID: "s", ...fields },
      });
    /** What the editor shows below the node. */
    const says = async (pattern: RegExp, { port } = nodeRed as NodeRed) => {
      const editor = watchStatus(port, "webhook");
      try {
        await waitFor(
          () => (pattern.test(editor.status()) ? true : undefined),
          () => `it says ${JSON.stringify(editor.status())}, not ${pattern}`,
        );
      } finally {
        editor.close();
      }
    };

    it("says that it waits, then what came last, also after a deploy", async () => {
      await start();
      await says(/^green ring: waiting for the first event$/);
      await send();
      await says(/^green dot: Client check-in, .+ \(1 so far\)$/i);
      await send();
      await says(/\(2 so far\)$/);
      await nodeRed?.setFlows(flows({ endpoint: { retentionDays: 3 } }));
      await send();
      await says(/\(3 so far\)$/);
    });

    it("says that a request was refused, and still counts it when events come", async () => {
      await start();
      await send("/hapana/checkIn", "Bearer wrong");
      await says(/^yellow ring: 1 refused, last: Hapana sent a wrong token/);
      await send();
      await says(/^yellow dot: .+; 1 refused \(.+\): Hapana sent a wrong token$/);
    });

    it("says that events are not safe in memory", async () => {
      await start({ endpoint: { storage: "memory" } });
      await says(/^yellow dot: not safe on disk: .+ \(0 so far\)$/);
      await send();
      await says(/\(1 so far\)$/);
    });

    it("says that anyone may post", async () => {
      await start({ endpoint: { auth: "none", credentials: {} } });
      await says(/^yellow dot: anyone may post/);
    });

    it("says that no token is set", async () => {
      await start({ endpoint: { credentials: {} } });
      await says(/^red ring: no token yet/);
      assert.equal((await send()).status, 503);
    });

    it("says that the flow could not finish an event, and how many no node selects", async () => {
      await start({ func: `if (msg.payload.email) throw new Error("no such member");` });
      await send("/hapana/accountCreated");
      await send();
      await says(/^green dot: .+, 1 not sent on: not ticked$/);
      await send("/hapana/checkIn", token, { email: "joe@example.com" });
      await says(/^yellow dot: 1 not finished because of an error$/);
    });

    it("says that the disk is full, and stops saying so", async function () {
      const userDir = makeUserDir();
      const folder = join(userDir, "hapana");
      mkdirSync(folder, { recursive: true });
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], { stdio: "pipe" });
        mounted = folder;
      } catch {
        this.skip();
      }
      await start({}, userDir);
      await send();
      fill(join(folder, "ballast"));
      await waitFor(
        async () =>
          (await send("/hapana/checkIn", token, { message: "x".repeat(20_000) })).status === 503 ? true : undefined,
        () => "the disk does not fill up",
      );
      await says(/^red ring: the disk is full, events are refused: make room$/);
      execFileSync("rm", [join(folder, "ballast")]);
      await waitFor(
        async () => ((await send()).status === 200 ? true : undefined),
        () => "events are still refused",
      );
      await says(/^yellow dot: .+ so far\); \d+ refused \(.+\): the event could not be stored$/);
    });

    it("says that another Node-RED has the user directory, and takes over once that has ended", async () => {
      await start();
      await send();
      const first = nodeRed;
      const second = await startNodeRed({ platform, userDir: first?.userDir ?? "" });
      try {
        await says(/^red ring: another Node-RED has this user directory/, second);
        await first?.kill9();
        await says(/^green ring: waiting/, second);
        assert.equal((await post(`${second.url}/hapana/checkIn`, { token, body: { clientID: "joe" } })).status, 200);
      } finally {
        await second.stop();
      }
    });
  });
}

function fill(file: string): void {
  assert.throws(() => {
    for (;;) writeFileSync(file, Buffer.alloc(64 * 1024), { flag: "a" });
  }, /ENOSPC/);
}

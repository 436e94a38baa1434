import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watchStatus } from "../support/editor-status";
import { endpoint, type FlowNode, once, token, webhookIn } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

for (const platform of onePlatform) {
  describe(`the status of a webhook-in, Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    const shared = oneNodeRed({ platform });
    let tests = 0;
    let clients = 0;

    beforeEach(() => {
      tests += 1;
    });

    /** A webhook-in that has counted nothing yet, and what its flow does with an event. */
    const flows = (properties: { endpoint?: Partial<FlowNode>; func?: string } = {}): FlowNode[] => [
      { id: "tab", type: "tab", label: "Test" },
      endpoint({ id: `endpoint-${tests}`, ...properties.endpoint }),
      {
        ...webhookIn({ id: `webhook-${tests}`, endpoint: `endpoint-${tests}`, events: ["checkIn"] }),
        wires: [["f"], []],
      },
      { id: "f", type: "function", z: "tab", x: 400, y: 100, func: properties.func ?? "", outputs: 0, wires: [] },
    ];
    const send = ({ path = "/hapana/checkIn", token: given = token, fields = {}, to = shared() } = {}) =>
      post(`${to.url}${path}`, { token: given, body: { clientID: `client-${++clients}`, siteID: "s", ...fields } });
    /** What the editor shows below the node. */
    const says = async (pattern: RegExp, { port } = shared()) => {
      const editor = watchStatus(port, `webhook-${tests}`);
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
      await shared().setFlows(flows());
      await says(/^green ring: waiting for the first event$/);
      await send();
      await says(/^green dot: Client check-in, .+ \(1 so far\)$/i);
      await shared().setFlows(flows({ endpoint: { retentionDays: 3 } }));
      await send();
      await says(/\(2 so far\)$/);
    });

    it("of other nodes does not stay from before a deploy, with what was put right since", async () => {
      const atStart = { id: "at-start", type: "inject", z: "tab", x: 100, y: 200, props: [], onceDelay: 0 };
      const others = (isWrong: boolean): FlowNode[] => [
        ...flows(),
        once({ id: `once-${tests}`, ...(isWrong && { version: 99 }) }),
        { id: `test-event-${tests}`, type: "hapana-test-event", z: "tab", x: 300, y: 200, endpoint: "", wires: [[]] },
        { ...atStart, once: isWrong, wires: [[`test-event-${tests}`]] },
      ];
      await shared().setFlows(others(true));
      const watched = ["once", "test-event"].map((name) => watchStatus(shared().port, `${name}-${tests}`));
      const areAll = (pattern: RegExp) =>
        waitFor(
          () => (watched.every((each) => pattern.test(each.status())) ? true : undefined),
          () => `they say ${JSON.stringify(watched.map((each) => each.status()))}`,
        );
      try {
        await areAll(/^red ring: /);
        await shared().setFlows(others(false));
        await areAll(/^$/);
      } finally {
        for (const each of watched) each.close();
      }
    });

    it("says that a request was refused, and still counts it when events come", async () => {
      await shared().setFlows(flows());
      await send({ token: "Bearer wrong" });
      await says(/^yellow ring: 1 refused: Hapana sent a wrong token$/);
      assert.equal((await send()).status, 200);
      await send({ token: "Bearer wrong" });
      await says(/^yellow ring: 2 refused: Hapana sent a wrong token$/);
    });

    it("says that events are not safe in memory", async () => {
      await shared().setFlows(flows({ endpoint: { storage: "memory" } }));
      await says(/^yellow dot: kept in memory only \(0 so far\)$/);
      await send();
      await says(/\(1 so far\)$/);
    });

    it("says that anyone may post", async () => {
      await shared().setFlows(flows({ endpoint: { auth: "none", credentials: {} } }));
      await says(/^yellow dot: anyone may post/);
    });

    it("says that no token is set", async () => {
      await shared().setFlows(flows({ endpoint: { credentials: {} } }));
      await says(/^red ring: no token yet/);
      assert.equal((await send()).status, 503);
    });

    it("says that no node selects an event, and that the flow could not finish one", async () => {
      await shared().setFlows(flows({ func: `if (msg.payload.email) throw new Error("no such member");` }));
      await send({ path: "/hapana/accountCreated" });
      await says(/^green ring: 1 not sent on: not ticked$/);
      await send({ fields: { email: "joe@example.com" } });
      await says(/^yellow dot: 1 failed: see the Hapana tab$/);
    });

    it("says that an event failed and comes again, until it has come", async () => {
      const all = (func: string): FlowNode[] =>
        flows({ func }).map((node) => (node.id === `webhook-${tests}` ? { ...node, retries: 100 } : node));
      await shared().setFlows(all(`throw new Error("no such member");`));
      await send();
      await says(/^yellow dot: 1 come again after an error$/);
      await shared().setFlows(all(""));
      await says(/^green dot: Client Check-In, .+ \(1 so far\)$/);
    });

    it("says how many events wait for a node whose tab is disabled, and the log once for each deploy", async () => {
      const both = (disabled: boolean): FlowNode[] => [
        ...flows(),
        { id: "off", type: "tab", label: "Off", disabled },
        webhookIn({ id: "other", endpoint: `endpoint-${tests}`, events: ["packagePurchased"], z: "off" }),
      ];
      const from = shared().log().length;
      const told = () =>
        shared()
          .log()
          .slice(from)
          .match(/\d+ event\(s\) of the endpoint “Test endpoint” are waiting for/g);
      const buy = () => send({ path: "/hapana/packagePurchased", fields: { amount: 1 } });
      await shared().setFlows(both(false));
      await shared().setFlows(both(true));
      await buy();
      await says(/^yellow ring: 1 wait for a node that is gone$/);
      await buy();
      await says(/^yellow ring: 2 wait for a node that is gone$/);
      await send();
      await says(/^yellow dot: 2 wait for a node that is gone$/);
      assert.deepEqual(told(), ["1 event(s) of the endpoint “Test endpoint” are waiting for"]);
      await shared().setFlows(both(true));
      await waitFor(
        () => (told()?.length === 2 ? true : undefined),
        () => String(told()),
      );
      assert.match(String(told()?.at(-1)), /^2 event/);
      await shared().setFlows(both(false));
      await says(/^green dot: Client Check-In, /);
    });

    it("turns from green to yellow when a node is gone that had something waiting, and back when it is there again", async () => {
      const never = "return new Promise(() => {});";
      const both = (isThere: boolean): FlowNode[] => [
        ...flows(),
        {
          ...webhookIn({ id: "other", endpoint: `endpoint-${tests}`, events: ["checkIn"] }),
          wires: [["g"], []],
          d: !isThere,
        },
        { id: "g", type: "function", z: "tab", x: 400, y: 200, func: never, outputs: 0, wires: [] },
      ];
      await shared().setFlows(both(true));
      await send();
      await says(/^green dot: Client Check-In, .+ \(1 so far\)$/);
      await shared().setFlows(both(false));
      await says(/^yellow dot: 1 wait for a node that is gone$/);
      await shared().setFlows(both(true));
      await says(/^green dot: Client Check-In, .+ \(1 so far\)$/);
    });

    it("says that the disk is full, and stops saying so", async function () {
      const userDir = makeUserDir();
      const folder = join(userDir, "hapana");
      mkdirSync(folder, { recursive: true });
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], { stdio: "pipe" });
      } catch {
        this.skip();
      }
      try {
        const nodeRed = await startNodeRed({ platform, userDir, flows: flows() });
        try {
          await fillAndFree(nodeRed, join(folder, "ballast"));
        } finally {
          await nodeRed.stop();
        }
      } finally {
        execFileSync("umount", ["--lazy", folder]);
      }
    });

    async function fillAndFree(to: NodeRed, ballast: string): Promise<void> {
      await send({ to });
      fill(ballast);
      await waitFor(
        async () => ((await send({ to, fields: { message: "x".repeat(20_000) } })).status === 503 ? true : undefined),
        () => "the disk does not fill up",
      );
      await says(/^red ring: the disk is full$/, to);
      rmSync(ballast);
      await waitFor(
        async () => ((await send({ to })).status === 200 ? true : undefined),
        () => "events are still refused",
      );
      await says(/^yellow ring: (\d+ refused: )?the event could not be stored$/, to);
    }

    // The last one: it ends the Node-RED of all others.
    it("refuses events while another Node-RED has the user directory, says so, and takes over once that has ended", async () => {
      await shared().setFlows(flows());
      await send();
      const second = await startNodeRed({ platform, userDir: shared().userDir });
      try {
        await says(/^red ring: another Node-RED has this user directory/, second);
        assert.equal((await send({ to: second })).status, 503);
        assert.equal((await send()).status, 200);
        await says(/\(2 so far\)$/);
        await shared().kill9();
        await says(/^yellow ring: 1 refused: the event could not be stored$/, second);
        assert.equal((await send({ to: second })).status, 200);
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

import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { Readable } from "node:stream";
import { assertAccepted, assertRefused } from "../support/answers";
import { type FlowNode, recordedFlow, token } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { platforms } from "../support/platforms";
import { post } from "../support/post";
import { head, speak } from "../support/raw";
import { type RecordingNodeRed, startRecording } from "../support/recording";
import { code } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

const megabyte = 1024 * 1024;

/** What Node-RED itself says of its memory, after it has thrown away what it does not need. */
const memoryGauge: readonly FlowNode[] = [
  { id: "gauge", type: "http in", z: "tab", x: 100, y: 600, url: "/memory", method: "get", wires: [["weigh"]] },
  {
    id: "weigh",
    type: "function",
    z: "tab",
    x: 300,
    y: 600,
    func: 'msg.payload = global.get("memory")(); return msg;',
    outputs: 1,
    wires: [["gauge-response"]],
  },
  { id: "gauge-response", type: "http response", z: "tab", x: 500, y: 600, wires: [] },
];

const functionGlobalContext = code(
  '{ fs: require("fs"), memory: () => { global.gc(); const { heapUsed, external, rss } = process.memoryUsage(); return { used: heapUsed + external, rss }; } }',
);

/** Sends a number of requests over a few connections that are kept open. */
async function flood(
  url: string,
  count: number,
  headersOf: (index: number) => Record<string, string>,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const statuses: number[] = [];
  let sent = 0;
  const one = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const outgoing = request(url, { method: "POST", agent, headers: headersOf(index) }, (response) => {
        statuses.push(response.statusCode ?? 0);
        response.resume().on("end", resolve);
      });
      outgoing.on("error", reject).end('{"clientID":"c1"}');
    });
  const worker = async () => {
    while (sent < count) await one(sent++);
  };
  await Promise.all(Array.from({ length: 20 }, worker));
  agent.destroy();
  return statuses;
}

for (const platform of platforms) {
  describe(`floods, on Node-RED ${platform.name}`, function () {
    this.timeout(120_000);
    let nodeRed: RecordingNodeRed;
    let slow: ReturnType<typeof speak>;
    let slowSince: number;

    before(async () => {
      const settings = { functionGlobalContext };
      nodeRed = await startRecording({ platform, settings, nodeOptions: ["--expose-gc"] }, (file) => [
        ...recordedFlow(file),
        ...memoryGauge,
      ]);
      // Its ten seconds run while the other tests do.
      slowSince = Date.now();
      slow = speak(nodeRed.port, head("POST /hapana", { Authorization: token, "Content-Length": 100 }));
      slow.write('{"clientID":');
    });
    after(stopAllNodeReds);

    const memory = async () => {
      const response = await fetch(`${nodeRed.url}/memory`);
      return (await response.json()) as { used: number; rss: number };
    };

    it("two hundred megabytes are cut off at the limit: the sender sees 413, and no memory is used", async () => {
      const chunk = Buffer.alloc(megabyte, "x");
      await post(`${nodeRed.url}/hapana`, { token, body: Buffer.alloc(2 * megabyte) });
      for (const declared of [true, false]) {
        const before = await memory();
        let produced = 0;
        const body = new Readable({
          read() {
            produced += 1;
            this.push(produced <= 200 ? chunk : null);
          },
        });
        const headers = declared ? { "content-length": String(200 * megabyte) } : {};
        assertRefused(await post(`${nodeRed.url}/hapana`, { token, body, headers }), 413, "too_large");
        body.destroy();
        assert.ok(produced < 50, `${produced} MB were sent`);
        const { rss } = await memory();
        assert.ok(rss - before.rss < 40 * megabyte, `${rss - before.rss} bytes more are taken`);
        // The connection stays open for a moment, so that the sender can read the answer.
        let used = 0;
        await waitFor(
          async () => {
            used = (await memory()).used - before.used;
            return used < 2 * megabyte || undefined;
          },
          () => `${used} bytes more are in use`,
        );
      }
    });

    it("ten thousand refused requests leave nothing in memory, and a handful of lines in the log", async () => {
      const url = `${nodeRed.url}/hapana`;
      const refusedIn = [401, 401, 404, 415];
      const headersOf = (index: number): Record<string, string> => {
        if (index % 4 === 0) return { authorization: `Bearer guess-${index}` };
        if (index % 4 === 1) return { [`x-nonsense-${index}`]: "1" };
        if (index % 4 === 2) return { authorization: token, "content-encoding": `x-${index}` };
        return { authorization: token, "content-type": "text/html" };
      };
      await flood(url, 2_000, headersOf);
      const before = await memory();
      const linesBefore = nodeRed.log().split("\n").length;
      const statuses = await flood(url, 10_000, headersOf);
      const after = await memory();
      assert.equal(statuses.length, 10_000);
      assert.ok(statuses.every((status) => refusedIn.includes(status)));
      assert.ok(after.used - before.used < 2 * megabyte, `${after.used - before.used} bytes more are in use`);
      const lines = nodeRed.log().split("\n").slice(linesBefore);
      assert.ok(lines.length < 10, lines.join("\n"));
      assert.doesNotMatch(nodeRed.log(), /guess-|nonsense/);
    });

    it("as many different event types in the URL leave nothing in memory either", async () => {
      const before = await memory();
      for (let count = 0; count < 1_000; count += 1) {
        const answer = await fetch(`${nodeRed.url}/hapana/no-such-event-${count}`, {
          method: "POST",
          headers: { authorization: token },
        });
        assert.equal(answer.status, 404);
        await answer.arrayBuffer();
      }
      assert.ok((await memory()).used - before.used < 2 * megabyte);
    });

    it("the editor and real events get through meanwhile", async () => {
      const flooding = flood(`${nodeRed.url}/hapana`, 5_000, () => ({ authorization: "Bearer guess" }));
      const started = Date.now();
      assert.equal((await fetch(`${nodeRed.url}/settings`)).status, 200);
      assertAccepted(await post(`${nodeRed.url}/hapana/checkIn`, { token, body: { clientID: "real", siteID: "s1" } }));
      assert.ok(Date.now() - started < 2_000);
      await flooding;
      await nodeRed.next(1);
      assert.equal(nodeRed.count(), 1);
    });

    it("two hundred connections that send nothing keep nobody out", async () => {
      const idle = Array.from({ length: 200 }, () =>
        speak(nodeRed.port, head("POST /hapana", { Authorization: token, "Content-Length": 100 })),
      );
      assertAccepted(await post(`${nodeRed.url}/hapana/checkIn`, { token, body: { clientID: "idle", siteID: "s1" } }));
      await nodeRed.next(1);
      for (const connection of idle) connection.break();
    });

    it("a body that does not arrive within ten seconds is answered 408, and the connection is closed", async () => {
      const answer = await slow.closed;
      assert.match(answer, /^HTTP\/1\.1 408 /);
      assert.match(answer, /\{"status":"timeout","message":"The body did not arrive in time\."\}$/);
      const seconds = (Date.now() - slowSince) / 1000;
      assert.ok(seconds > 9.5, `after ${seconds} s`);
    });
  });
}

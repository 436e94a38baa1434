import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { Readable } from "node:stream";
import { assertAccepted, assertRefused } from "../support/answers";
import { recordedFlow, token } from "../support/flows";
import { gaugedOptions, liveMegabytes, memoryGauge, residentMegabytes } from "../support/memory";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { head, speak } from "../support/raw";
import { type RecordingNodeRed, startRecording } from "../support/recording";
import { waitFor } from "../support/wait-for";

const megabyte = 1024 * 1024;

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

for (const platform of onePlatform) {
  describe(`floods, on Node-RED ${platform.name}`, function () {
    this.timeout(120_000);
    let nodeRed: RecordingNodeRed;
    let slow: ReturnType<typeof speak>;
    let slowSince: number;

    before(async () => {
      nodeRed = await startRecording({ platform, ...gaugedOptions }, (file) => [...recordedFlow(file), ...memoryGauge]);
      // Its ten seconds run while the other tests do.
      slowSince = Date.now();
      slow = speak(nodeRed.port, head("POST /hapana", { Authorization: token, "Content-Length": 100 }));
      slow.write('{"clientID":');
    });
    after(stopAllNodeReds);

    it("two hundred megabytes are cut off at the limit: the sender sees 413, and no memory is used", async () => {
      const chunk = Buffer.alloc(megabyte, "x");
      await post(`${nodeRed.url}/hapana`, { token, body: Buffer.alloc(2 * megabyte) });
      for (const declared of [true, false]) {
        const before = { live: await liveMegabytes(nodeRed), resident: residentMegabytes(nodeRed.pid) };
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
        const taken = residentMegabytes(nodeRed.pid) - before.resident;
        assert.ok(taken < 40, `${taken} MB more are taken`);
        // The connection stays open for a moment, so that the sender can read the answer.
        let used = 0;
        await waitFor(
          async () => {
            used = (await liveMegabytes(nodeRed)) - before.live;
            return used < 2 || undefined;
          },
          () => `${used} MB more are in use`,
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
      const before = await liveMegabytes(nodeRed);
      const linesBefore = nodeRed.log().split("\n").length;
      const statuses = await flood(url, 10_000, headersOf);
      const used = (await liveMegabytes(nodeRed)) - before;
      assert.equal(statuses.length, 10_000);
      assert.ok(statuses.every((status) => refusedIn.includes(status)));
      assert.ok(used < 2, `${used} MB more are in use`);
      const lines = nodeRed.log().split("\n").slice(linesBefore);
      assert.ok(lines.length < 10, lines.join("\n"));
      assert.doesNotMatch(nodeRed.log(), /guess-|nonsense/);
    });

    it("as many different event types in the URL leave nothing in memory either", async () => {
      const before = await liveMegabytes(nodeRed);
      for (let count = 0; count < 1_000; count += 1) {
        const answer = await fetch(`${nodeRed.url}/hapana/no-such-event-${count}`, {
          method: "POST",
          headers: { authorization: token },
        });
        assert.equal(answer.status, 404);
        await answer.arrayBuffer();
      }
      assert.ok((await liveMegabytes(nodeRed)) - before < 2);
    });

    it("the editor and real events get through meanwhile", async () => {
      const flooding = flood(`${nodeRed.url}/hapana`, 5_000, () => ({ authorization: "Bearer guess" }));
      const started = Date.now();
      assert.equal((await fetch(`${nodeRed.url}/settings`)).status, 200);
      assertAccepted(await post(`${nodeRed.url}/hapana/checkIn`, { token, body: { clientID: "real", siteID: "s1" } }));
      assert.ok(Date.now() - started < 10_000);
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

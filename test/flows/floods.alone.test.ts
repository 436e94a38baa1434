import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { Readable } from "node:stream";
import { assertRefused } from "../support/answers";
import { recordedFlow, token } from "../support/flows";
import { gaugedOptions, liveMegabytes, memoryGauge, residentMegabytes } from "../support/memory";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { type RecordingNodeRed, startRecording } from "../support/recording";
import { waitFor } from "../support/wait-for";

const megabyte = 1024 * 1024;

/** So much of a request is its own that to keep it would show. */
const filling = "x".repeat(4_000);

interface Refused {
  status: number;
  below?: string;
  headersOf(index: number): Record<string, string>;
}

const refused: readonly Refused[] = [
  { status: 401, headersOf: (index) => ({ authorization: `Bearer guess-${index}-${filling}` }) },
  { status: 401, headersOf: (index) => ({ [`x-nonsense-${index}-${filling}`]: "1" }) },
  { status: 404, below: "/no-such-event", headersOf: () => ({ authorization: token }) },
  { status: 415, headersOf: (index) => ({ authorization: token, "content-encoding": `x-${index}-${filling}` }) },
  { status: 415, headersOf: (index) => ({ authorization: token, "content-type": `text/html; x-${index}-${filling}` }) },
];

/** Sends a number of requests, each different from all others, over a few connections that are kept open. */
async function flood(url: string, from: number, to: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  let sent = from;
  const one = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const { status, below, headersOf } = refused[index % refused.length] as Refused;
      const address = below ? `${url}${below}-${index}-${filling}` : url;
      const outgoing = request(address, { method: "POST", agent, headers: headersOf(index) }, (response) => {
        if (response.statusCode !== status) reject(new Error(`${response.statusCode} in place of ${status}`));
        response.resume().on("end", resolve);
      });
      outgoing.on("error", reject).end('{"clientID":"c1"}');
    });
  const worker = async () => {
    while (sent < to) await one(sent++);
  };
  await Promise.all(Array.from({ length: 20 }, worker));
  agent.destroy();
}

for (const platform of onePlatform) {
  describe(`floods, on Node-RED ${platform.name}`, function () {
    this.timeout(120_000);
    let nodeRed: RecordingNodeRed;

    before(async () => {
      nodeRed = await startRecording({ platform, ...gaugedOptions }, (file) => [...recordedFlow(file), ...memoryGauge]);
    });
    after(stopAllNodeReds);

    /** Connections stay open for a moment, so that a sender can read the answer. */
    const comesBackTo = async (before: number, most: number) => {
      let used = Number.POSITIVE_INFINITY;
      await waitFor(
        async () => {
          used = (await liveMegabytes(nodeRed)) - before;
          return used < most || undefined;
        },
        () => `${used} MB more are in use`,
      );
    };

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
        assert.ok(produced < 100, `${produced} MB were sent`);
        const taken = residentMegabytes(nodeRed.pid) - before.resident;
        assert.ok(taken < 100, `${taken} MB more are taken`);
        await comesBackTo(before.live, 10);
      }
    });

    it("ten thousand refused requests leave nothing in memory, and a handful of lines in the log", async () => {
      const url = `${nodeRed.url}/hapana`;
      await flood(url, 0, 2_000);
      const before = await liveMegabytes(nodeRed);
      const linesBefore = nodeRed.log().split("\n").length;
      await flood(url, 2_000, 12_000);
      // Two thousand of a kind have brought eight megabytes that are theirs alone.
      await comesBackTo(before, 5);
      const lines = nodeRed.log().split("\n").slice(linesBefore);
      assert.ok(lines.length < 10, lines.join("\n"));
      assert.doesNotMatch(nodeRed.log(), /guess-|nonsense|no-such-event/);
    });
  });
}

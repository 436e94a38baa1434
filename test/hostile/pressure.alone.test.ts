import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";
import autocannon from "autocannon";
import { assertAccepted, assertRefused } from "../support/answers";
import { enduring } from "../support/endurance";
import { recordedFlow, token } from "../support/flows";
import { gaugedOptions, highestMegabytes, liveMegabytes, memoryGauge, residentMegabytes } from "../support/memory";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { head, type RawConnection, speak } from "../support/raw";
import { type RecordingNodeRed, startRecording } from "../support/recording";
import { readStates } from "../support/store";
import { noteFigures } from "../support/summary";
import { waitFor } from "../support/wait-for";
import { keepAsking, listens, openMany } from "./support";

const signingSecret = "whsec_secret-for-tests";

/** As good as a signature can be that somebody makes who does not know the secret. */
const forged = () => ({ "X-Hapana-Signature": `t=${Math.floor(Date.now() / 1000)},v1=${"0".repeat(64)}` });

/** Senders that begin and do not come to an end: what they send first, and then every second. */
const slowSenders: Readonly<
  Record<string, readonly [headers: Record<string, string | number>, first: string, more: string]>
> = {
  "a byte a second": [{ "Content-Length": 100 }, "", "x"],
  "a chunk a second, without end": [{ "Transfer-Encoding": "chunked" }, "", "1\r\nx\r\n"],
  "a chunk that is larger than all memory": [{ "Transfer-Encoding": "chunked" }, "FFFFFFFFFFFFFF\r\n", "x"],
};

for (const platform of onePlatform) {
  describe(`the pressure of many, on Node-RED ${platform.name}`, function () {
    this.timeout(enduring(180_000, 400_000));
    let withToken: RecordingNodeRed;
    let withSignature: RecordingNodeRed;
    /** It has ten seconds to wait in, while the others do other things. */
    let withIdlers: RecordingNodeRed;
    let count = 0;

    /** Of the connections that only begin, those that send nothing, and those that send the beginning of a body. */
    let silent: Socket[] = [];
    let idle: Socket[] = [];
    const half = enduring(1_000, 5_000);
    const answers: string[] = [];
    let began = 0;
    const slow = new Map<string, RawConnection>();
    let dripping: NodeJS.Timeout | undefined;

    const start = (auth: "header" | "signature") =>
      startRecording({ platform, ...gaugedOptions }, (file) => [
        ...recordedFlow(file, { endpoint: { auth, credentials: { headerValue: token, signingSecret } } }),
        ...memoryGauge,
      ]);
    const event = () => {
      count += 1;
      return { clientID: `client ${count}`, siteID: "s1" };
    };

    before(async () => {
      [withToken, withSignature, withIdlers] = await Promise.all([
        start("header"),
        start("signature"),
        start("header"),
      ]);
    });
    after(() => {
      clearInterval(dripping);
      return stopAllNodeReds();
    });

    it("thousands of connections that only begin: others are answered", async () => {
      const before = residentMegabytes(withIdlers.pid);
      began = Date.now();
      // Node.js itself answers these, if they stay long enough.
      silent = await openMany(withIdlers.port, half, "", () => {});
      for (const [name, [headers, first]] of Object.entries(slowSenders)) {
        const start = head("POST /hapana", { Authorization: token, ...headers });
        slow.set(name, speak(withIdlers.port, start + first));
      }
      dripping = setInterval(() => {
        for (const [name, connection] of slow) connection.write(slowSenders[name]?.[2] ?? "");
      }, 1_000);
      const body = head("POST /hapana", { Authorization: token, "Content-Length": 100 });
      idle = await openMany(withIdlers.port, half, `${body}{`, (text) => answers.push(text));
      assert.equal(
        [...silent, ...idle].filter((socket) => socket.destroyed).length,
        0,
        "a connection could not be opened: does `ulimit -n` allow so many?",
      );

      assertAccepted(await post(`${withIdlers.url}/hapana/checkIn`, { token, body: event() }));
      await withIdlers.next(1);
      const asked = Date.now();
      assert.equal((await fetch(`${withIdlers.url}/settings`)).status, 200);
      assert.ok(Date.now() - asked < 5_000);
      const taken = residentMegabytes(withIdlers.pid) - before;
      noteFigures({
        what: `${2 * half} connections that only begin`,
        platform: platform.name,
        figures: `others are answered, ${Math.round(taken)} MB more`,
      });
      assert.ok(taken < 100 + half / 10, `${taken} MB more are taken`);
    });

    it("wrong tokens: the editor and real events get through, memory comes back, the log stays short", async () => {
      const url = `${withToken.url}/hapana/checkIn`;
      const flood = (duration: number) =>
        autocannon({
          url,
          method: "POST",
          headers: { authorization: "Bearer guess", "content-type": "application/json" },
          body: JSON.stringify(event()),
          connections: 50,
          duration,
          overallRate: 5_000,
        });
      await flood(1);
      const [before, linesBefore] = [await liveMegabytes(withToken), withToken.log().split("\n").length];

      const flooding = flood(enduring(2, 60));
      const settings = keepAsking(`${withToken.url}/settings`);
      const flows = keepAsking(`${withToken.url}/flows`);
      for (let sent = 0; sent < 20; sent += 1) {
        assertAccepted(await post(url, { token, body: event() }));
        await delay(50);
      }
      const result = await flooding;
      const asked = [...(await settings()), ...(await flows())];

      assert.equal(result.non2xx, result.requests.total);
      assert.equal(result.errors + result.timeouts, 0);
      assert.ok(result.requests.total > 100, `${result.requests.total} requests`);
      assert.ok(asked.length > 5);
      assert.ok(Math.max(...asked) < 5_000, `the editor waited ${Math.max(...asked)} ms`);
      await withToken.next(20);
      let used = Number.POSITIVE_INFINITY;
      await waitFor(
        async () => {
          used = (await liveMegabytes(withToken)) - before;
          return used < 10 ? true : undefined;
        },
        () => `${used} MB more are in use`,
      );
      const lines = withToken.log().split("\n").slice(linesBefore);
      noteFigures({
        what: `${enduring(2, 60)} s of wrong tokens`,
        platform: platform.name,
        figures:
          `${result.requests.total} refused (${Math.round(result.requests.total / result.duration)} a second), 20 of 20 real events through, ` +
          `the editor answered after ${Math.round(Math.max(...asked))} ms at the most, ${used.toFixed(1)} MB more, ${lines.length} lines in the log`,
      });
      assert.ok(lines.length < enduring(5, 10), lines.join("\n"));
    });

    it("large bodies of those who have proven nothing: they get a bounded part of the memory, and keep no event out", async () => {
      const before = await liveMegabytes(withSignature);
      const length = 1_000_000;
      const request = head("POST /hapana", { ...forged(), "Content-Length": length });
      const statuses: string[] = [];
      const sockets = await openMany(
        withSignature.port,
        300,
        Buffer.concat([Buffer.from(request), Buffer.alloc(length - 1, "x")]),
        (text) => statuses.push(text.slice(9, 12)),
      );
      await waitFor(
        () => (statuses.filter((status) => status === "503").length > 200 ? true : undefined),
        () => `${statuses.length} of 300 were answered`,
      );
      assertAccepted(await post(`${withSignature.url}/hapana/checkIn`, { signingSecret, body: event() }));
      const used = (await liveMegabytes(withSignature)) - before;
      assert.ok(used < 200, `${used} of 300 MB are held`);
      for (const socket of sockets) socket.destroy();
      let left = used;
      await waitFor(
        async () => {
          left = (await liveMegabytes(withSignature)) - before;
          return left < 20 ? true : undefined;
        },
        () => `${left} MB are left`,
      );
      await withSignature.next(1);
    });

    it("bodies in half a million chunks of a byte take no more than a body of a megabyte", async () => {
      const before = await liveMegabytes(withSignature);
      const request = head("POST /hapana", { ...forged(), "Transfer-Encoding": "chunked" });
      const sockets = await openMany(withSignature.port, 5, request + "1\r\nx\r\n".repeat(100_000), () => {});
      const used = (await liveMegabytes(withSignature)) - before;
      assert.ok(used < 30, `${used} MB are held`);
      for (const socket of sockets) socket.destroy();
      assertAccepted(await post(`${withSignature.url}/hapana/checkIn`, { signingSecret, body: event() }));
    });

    it("bodies that swell when they are decompressed, of those who have proven nothing: they take little memory, and keep no event out", async () => {
      const spaces = Buffer.alloc(32 * 1024 * 1024, " ");
      const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 5 };
      const bombs = {
        br: brotliCompressSync(spaces, { params }),
        gzip: gzipSync(spaces),
        deflate: deflateSync(spaces),
      };
      const before = highestMegabytes(withSignature.pid);
      const statuses: number[] = [];
      const sent = Object.entries(bombs).flatMap(([encoding, body]) =>
        Array.from({ length: 150 }, async () => {
          const headers = { ...forged(), "content-encoding": encoding };
          statuses.push((await post(`${withSignature.url}/hapana/checkIn`, { body, headers })).status);
        }),
      );
      for (let count = 0; count < 5; count += 1)
        assertAccepted(await post(`${withSignature.url}/hapana/checkIn`, { signingSecret, body: event() }));
      await Promise.all(sent);
      assert.deepEqual([...new Set(statuses)].sort(), [401, 503], "the others are to come again");
      const taken = highestMegabytes(withSignature.pid) - before;
      assert.ok(taken < 300, `${taken} MB more were taken`);
      const compressed = gzipSync(JSON.stringify(event()));
      const headers = { "content-encoding": "gzip" };
      assertAccepted(await post(`${withSignature.url}/hapana/checkIn`, { signingSecret, body: compressed, headers }));
      await withSignature.next(6);
    });

    it("hundreds of requests while Node-RED starts: those that prove themselves are taken, the others refused", async () => {
      const url = `${withToken.url}/hapana/checkIn`;
      const before = withToken.count();
      // What the flow has just finished with is noted as delivered first: it would come out again.
      await waitFor(
        async () => {
          const { waiting, inFlow } = await readStates(withToken);
          return waiting + inFlow === 0 ? true : undefined;
        },
        () => "what has come out is not noted as delivered",
      );
      await withToken.kill9();
      const restarted = withToken.restart();
      // It listens before its flows, and with them the endpoint, are there.
      await waitFor(
        () => listens(withToken.port),
        () => withToken.log(),
        60_000,
      );
      const [good, bad] = [Array.from({ length: 100 }, event), Array.from({ length: 300 }, event)];
      const answers = await Promise.all([
        ...good.map((body) => post(url, { token, body })),
        ...bad.map((body) => post(url, { token: "Bearer guess", body })),
      ]);
      await restarted;
      for (const answer of answers.slice(0, good.length)) assertAccepted(answer);
      for (const answer of answers.slice(good.length)) assertRefused(answer, 401, "unauthorized");
      await withToken.next(good.length);
      assert.equal(withToken.count() - before, good.length);
    });

    it("the connections that only began are given up in time", async () => {
      await waitFor(
        () => (idle.every((socket) => socket.destroyed) ? true : undefined),
        () => `${idle.filter((socket) => !socket.destroyed).length} connections are still open`,
        60_000,
      );
      assert.ok(Date.now() - began > 9_500);
      assert.equal(answers.filter((text) => text.startsWith("HTTP/1.1 408 ")).length, half);
      for (const [name, { closed }] of slow)
        assert.match(await closed, /^HTTP\/1\.1 408 .*\{"status":"timeout"/s, name);
      for (const socket of silent) socket.destroy();
      assertAccepted(await post(`${withIdlers.url}/hapana/checkIn`, { token, body: event() }));
      await withIdlers.next(1);
      assert.ok(withIdlers.log().split("\n").length < 40, withIdlers.log());
    });
  });
}

import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answers, sendLoad } from "../../bench/load";

const sent = JSON.stringify({ clientID: "[<id>]", filler: "é".repeat(50_000) });

/** Sends to a server that answers each body, whose number starts at 1. */
async function sendTo(answer: (body: string, number: number) => [status: number, text: string]): Promise<Answers> {
  let number = 0;
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    number += 1;
    const [status, text] = answer(Buffer.concat(chunks).toString(), number);
    response.writeHead(status, { "Content-Length": Buffer.byteLength(text) }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hapana`;
    return await sendLoad({ url, seconds: 0.2, connections: 4, headers: { authorization: "t" }, body: sent });
  } finally {
    server.close();
  }
}

describe("the load of the benchmark", () => {
  it("sends each body whole, with an id of its own", async () => {
    const ids = new Set<string>();
    let count = 0;
    const { latencies, notOk, seconds } = await sendTo((body) => {
      const { clientID, filler } = JSON.parse(body) as Record<string, string>;
      assert.equal(filler, "é".repeat(50_000));
      ids.add(clientID ?? "");
      count += 1;
      return [200, "{}"];
    });
    assert.ok(count > 0 && seconds >= 0.2);
    assert.deepEqual([ids.size, latencies.length, notOk], [count, count, 0]);
  });

  it("waits for the whole answer where it is as long as the body", async () => {
    let count = 0;
    const { latencies, notOk } = await sendTo((body) => {
      count += 1;
      return [200, body];
    });
    assert.deepEqual([latencies.length, notOk], [count, 0]);
  });

  it("counts what was refused, and what was taken for a repetition, as not accepted", async () => {
    let count = 0;
    const { latencies, notOk } = await sendTo((_, number) => {
      count = number;
      if (number % 3 === 0) return [503, "{}"];
      return [200, number % 3 === 1 ? '{"status":"duplicate"}' : '{"status":"accepted"}'];
    });
    assert.equal(latencies.length + notOk, count);
    assert.equal(latencies.length, Math.floor((count + 1) / 3));
  });

  it("counts what is never answered, and does not wait for it forever", async function () {
    this.timeout(20_000);
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hapana`;
    const { latencies, notOk } = await sendLoad({ url, seconds: 0.1, connections: 2, headers: {}, body: sent });
    server.closeAllConnections();
    server.close();
    assert.deepEqual([latencies.length, notOk], [0, 2]);
  });

  it("counts connections that are refused, and refuses a body without a place for its id", async () => {
    const load = { url: "http://127.0.0.1:1/hapana", seconds: 0.1, connections: 2, headers: {} };
    assert.ok((await sendLoad({ ...load, body: sent })).notOk > 0);
    await assert.rejects(sendLoad({ ...load, body: "{}" }), RangeError);
  });
});

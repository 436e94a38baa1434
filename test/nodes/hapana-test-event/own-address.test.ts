import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownAddress } from "../../../nodes/hapana-test-event/own-address";

async function addressOf(
  server: Server,
  ...listen: [number, string] | [string]
): Promise<ReturnType<typeof ownAddress>> {
  await new Promise<void>((resolve) => server.listen(...(listen as [number, string]), resolve));
  try {
    return ownAddress(server);
  } finally {
    server.close();
  }
}

describe("the address at which a Node-RED reaches itself", () => {
  it("is the loopback address of the same family where the server listens everywhere", async () => {
    const everywhere = await addressOf(createServer(), 0, "0.0.0.0");
    assert.deepEqual([everywhere?.protocol, everywhere?.host], ["http:", "127.0.0.1"]);
    assert.equal((await addressOf(createServer(), 0, "::"))?.host, "::1");
  });

  it("is the server's own address where it has one, with the port that it was given", async () => {
    const own = await addressOf(createServer(), 0, "127.0.0.1");
    assert.equal(own?.host, "127.0.0.1");
    assert.ok(own?.port);
    assert.equal((await addressOf(createServer(), 0, "::1"))?.host, "::1");
  });

  it("is https where the server encrypts", async () => {
    assert.equal((await addressOf(createTlsServer(), 0, "127.0.0.1"))?.protocol, "https:");
  });

  it("is a socket where the server listens on one", async () => {
    const socketPath = join(tmpdir(), `hapana-${process.pid}.sock`);
    assert.deepEqual(await addressOf(createServer(), socketPath), { protocol: "http:", socketPath });
  });

  it("is not known where nothing listens", () => {
    assert.equal(ownAddress(undefined), undefined);
    assert.equal(ownAddress({}), undefined);
    assert.equal(ownAddress(createServer()), undefined);
  });
});

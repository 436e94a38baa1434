import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Database } from "../../../../src/inbox/postgres/database";
import { StoreError } from "../../../../src/inbox/store-error";

/** A message of PostgreSQL's protocol: a letter, and a length that counts itself. */
function message(type: string, content: string): string {
  const length = Buffer.alloc(4);
  length.writeInt32BE(Buffer.byteLength(content) + 4);
  return type + length.toString("latin1") + content;
}

describe("a connection to the database", () => {
  it("ends no process where the server says in one breath that it is ready and that it stops", async () => {
    const welcome = [message("R", "\0\0\0\0"), message("Z", "I")];
    const farewell = message("E", "SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0");
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => socket.end(Buffer.from([...welcome, farewell].join(""), "latin1")));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const database = await Database.at(`postgres://hapana@127.0.0.1:${port}/hapana`, "test");
    try {
      for (let times = 0; times < 5; times += 1) {
        await assert.rejects(database.query("select 1"), (error) => error instanceof StoreError);
      }
    } finally {
      await database.close();
      server.close();
    }
  });
});

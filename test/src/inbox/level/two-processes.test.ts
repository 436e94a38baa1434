import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { clientsFrom, closeAfterEach, drain, justOne, kill, newFolder, openAt, start, storeAll } from "./folders";

closeAfterEach();

async function firstLine(lines: AsyncIterable<string>): Promise<string | undefined> {
  for await (const line of lines) return line;
  return undefined;
}

describe("an inbox that another process uses", () => {
  it("is in use, whatever the machine is called, and free as soon as that one was killed", async () => {
    const folder = newFolder();
    const holder = start("holder.ts", folder, "kitchen");
    assert.equal(await firstLine(holder.lines), "open");
    await assert.rejects(openAt(folder), { code: "INUSE" });
    assert.equal(await firstLine(start("holder.ts", folder, "office").lines), "INUSE");
    await kill(holder.child);
    const { inbox, notices } = await openAt(folder);
    await inbox.subscribers(justOne);
    await storeAll(inbox, clientsFrom(0, 3));
    assert.deepEqual(await drain(inbox), clientsFrom(0, 3));
    assert.deepEqual(notices, []);
  }).timeout(60_000);

  it("is not touched by who comes too late", async () => {
    const folder = newFolder();
    const { inbox, faults, notices } = await openAt(folder);
    await inbox.subscribers(justOne);
    for (let time = 0; time < 3; time += 1) {
      await storeAll(inbox, clientsFrom(100 * time, 100));
      await assert.rejects(openAt(folder), { code: "INUSE" });
    }
    assert.equal((await drain(inbox)).length, 300);
    assert.deepEqual([faults, notices], [[], []]);
    assert.deepEqual(readdirSync(dirname(folder)), ["inbox"]);
  });
});

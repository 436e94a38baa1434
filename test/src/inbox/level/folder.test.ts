import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { dirname, join } from "node:path";
import { ClassicLevel } from "classic-level";
import { keys } from "../../../../src/inbox/level/keys";
import { clientsFrom, closeAfterEach, codesOf, drain, justOne, newFolder, openAt, storeAll } from "./folders";

closeAfterEach();

const { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } = fs;
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe("the folder of an inbox", () => {
  it("is closed to others", async () => {
    const folder = newFolder();
    const { inbox } = await openAt(folder);
    await inbox.subscribers(justOne);
    assert.equal(modeOf(folder), 0o700);
    for (const name of readdirSync(folder)) assert.equal(modeOf(join(folder, name)), 0o600, name);
    assert.deepEqual(readdirSync(dirname(folder)), ["inbox"]);
  });

  it("is used where the file system has no modes, and that is told once", async () => {
    const mutable = createRequire(__filename)("node:fs") as { chmodSync: typeof fs.chmodSync };
    const { chmodSync } = mutable;
    mutable.chmodSync = () => {
      throw Object.assign(new Error("EPERM"), { code: "EPERM" });
    };
    syncBuiltinESMExports();
    try {
      const { inbox, notices } = await openAt(newFolder());
      await inbox.subscribers(justOne);
      await storeAll(inbox, clientsFrom(0, 3));
      assert.equal((await drain(inbox)).length, 3);
      assert.deepEqual(codesOf(notices), ["noModes"]);
    } finally {
      mutable.chmodSync = chmodSync;
      syncBuiltinESMExports();
    }
  });

  for (const [what, name] of [
    ["the store of an earlier version", "data.mdb"],
    ["somebody else's files", "notes.txt"],
  ] as const) {
    it(`has ${what} put aside, as they were`, async () => {
      const folder = newFolder();
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, name), "kept");
      const { inbox, notices } = await openAt(folder);
      await inbox.subscribers(justOne);
      await storeAll(inbox, clientsFrom(0, 3));
      assert.equal((await drain(inbox)).length, 3);
      const [notice] = notices;
      assert.ok(notice?.code === "putAside");
      assert.equal(readFileSync(join(notice.folder, name), "utf8"), "kept");
    });
  }

  it("is left alone where a newer version has written it", async () => {
    const folder = newFolder();
    const { inbox } = await openAt(folder);
    await inbox.subscribers(justOne);
    await storeAll(inbox, clientsFrom(0, 3));
    await inbox.close();
    const write = async (format: string) => {
      const level = new ClassicLevel<string, string>(folder);
      await level.put(keys.fact("format"), format);
      await level.close();
    };
    await write("4");
    await assert.rejects(openAt(folder), { code: "NEWER" });
    await write("3");
    const again = await openAt(folder);
    await again.inbox.subscribers(justOne);
    assert.equal((await drain(again.inbox)).length, 3);
  });
});

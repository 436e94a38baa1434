import assert from "node:assert/strict";
import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Inbox } from "../../../src/inbox/inbox";
import { makeSafeToOpen } from "../../../src/inbox/store-file";
import { openOnDisk, scratchFolder, storeCheckIns, tidyUp } from "../../support/inbox";

describe("a store's file", () => {
  let file: string;

  before(async () => {
    const folder = scratchFolder();
    const { tables } = openOnDisk(folder);
    await storeCheckIns(new Inbox(tables), 50);
    await tables.close();
    file = join(scratchFolder(), "data.mdb");
    copyFileSync(join(folder, "data.mdb"), file);
  });
  after(tidyUp);

  const copy = (): string => {
    const path = join(scratchFolder(), "data.mdb");
    copyFileSync(file, path);
    return path;
  };

  it("is fine where it is a store, and is left as it is", () => {
    const path = copy();
    assert.equal(makeSafeToOpen(path), true);
    assert.deepEqual(readFileSync(path), readFileSync(file));
  });

  it("is fine where it is missing or empty", () => {
    const path = join(scratchFolder(), "data.mdb");
    assert.equal(makeSafeToOpen(path), true);
    writeFileSync(path, "");
    assert.equal(makeSafeToOpen(path), true);
  });

  for (const [what, content] of [
    ["text", Buffer.from("this is not a store\n".repeat(1_000))],
    ["too short for a header", Buffer.alloc(100, 1)],
    ["all zeros", Buffer.alloc(65_536)],
  ] as const) {
    it(`is foreign where it is ${what}`, () => {
      const path = join(scratchFolder(), "data.mdb");
      writeFileSync(path, content);
      assert.equal(makeSafeToOpen(path), false);
      assert.deepEqual(readFileSync(path), content);
    });
  }

  it("is damaged where a header says nonsense", () => {
    for (const [offset, nonsense] of [
      [48, 7],
      [48, 1 << 30],
    ] as const) {
      const path = copy();
      const content = readFileSync(path);
      content.writeUInt32LE(nonsense, offset);
      writeFileSync(path, content);
      assert.equal(makeSafeToOpen(path), false);
    }
  });

  it("is damaged where only the first header is there", () => {
    const path = copy();
    truncateSync(path, 4_096);
    assert.equal(makeSafeToOpen(path), false);
  });

  it("gets the pages back that a crash cut off: touching them would end the process", () => {
    const path = copy();
    const { size } = statSync(path);
    truncateSync(path, 8_192);
    assert.equal(makeSafeToOpen(path), true);
    assert.ok(statSync(path).size > 8_192 && statSync(path).size <= size);
  });
});

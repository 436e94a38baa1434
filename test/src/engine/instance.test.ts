import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { instanceOf } from "../../../src/engine/instance";

describe("what a Node-RED is called among those that share a database", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapana-instance-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is the same after each start, begins with the machine's name, and only its owner reads what it is made of", () => {
    const instance = instanceOf(folder);
    assert.equal(instanceOf(folder), instance);
    assert.ok(instance.startsWith(`${hostname()} `));
    assert.deepEqual(readdirSync(join(folder, "hapana")), ["instance"]);
    if (process.platform !== "win32") assert.equal(statSync(join(folder, "hapana/instance")).mode & 0o777, 0o600);
  });

  it("is another one where the user directory was copied, or is another one on the same machine", () => {
    const instance = instanceOf(join(folder, "one"));
    cpSync(join(folder, "one"), join(folder, "copy"), { recursive: true });
    assert.notEqual(instanceOf(join(folder, "copy")), instance);
    assert.notEqual(instanceOf(join(folder, "other")), instance);
  });

  it("is one all the same where nothing can be written", () => {
    writeFileSync(join(folder, "hapana"), "a file in the way");
    assert.notEqual(instanceOf(folder), instanceOf(folder));
  });
});

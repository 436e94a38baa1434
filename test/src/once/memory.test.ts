import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskSource } from "../../../src/inbox/level/disk-source";
import { OnceMemory } from "../../../src/once/memory";
import { waitFor } from "../../support/wait-for";

const day = 24 * 60 * 60_000;
const done = (key: string, node = "n") => ({ node, key });

describe("the memory of what was done", () => {
  let folder: string;
  let memory: OnceMemory;
  const open = () => {
    memory = new OnceMemory(diskSource(join(folder, "hapana", "once")));
  };
  const reopen = async () => {
    await memory.close();
    open();
  };
  const known = async (...keys: string[]) => {
    const all = await Promise.all(keys.map(async (key) => [key, await memory.has(done(key))] as const));
    return all.filter(([, isKnown]) => isKnown).map(([key]) => key);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "once-"));
    open();
  });
  afterEach(async () => {
    await memory.close();
    rmSync(folder, { recursive: true });
  });

  it("is there again when it is opened again, for each node on its own", async () => {
    await memory.remember(done("k"), 30, Date.now());
    await reopen();
    assert.deepEqual(await known("k", "l"), ["k"]);
    assert.equal(await memory.has(done("k", "another")), false);
  });

  it("holds no key, which may be an email address, and is readable for its owner only", async () => {
    await memory.remember(done("alex@example.com"), 30, Date.now());
    const at = join(folder, "hapana", "once");
    for (const name of readdirSync(at)) {
      assert.equal(statSync(join(at, name)).mode & 0o077, 0, name);
      assert.doesNotMatch(readFileSync(join(at, name), "latin1"), /alex/);
    }
    assert.equal(statSync(at).mode & 0o777, 0o700);
  });

  it("forgets what is older than its node's days, and of a node that is gone, than those that it had", async () => {
    const now = Date.now();
    await memory.remember(done("old"), 30, now - 11 * day);
    await memory.remember(done("new"), 30, now - 9 * day);
    await memory.remember(done("gone", "gone"), 30, now - 11 * day);
    await memory.prune((node) => (node === "n" ? 10 : undefined), now);
    await reopen();
    assert.deepEqual(await known("old", "new"), ["new"]);
    assert.equal(await memory.has(done("gone", "gone")), true);
  });

  it("does not forget everything because a clock is a year ahead for a while", async () => {
    const now = Date.now();
    await memory.remember(done("k"), 30, now);
    await memory.prune(() => 30, now);
    await memory.prune(() => 30, now + 365 * day);
    await reopen();
    assert.deepEqual(await known("k"), ["k"]);
  });

  it("knows what its disk has refused, and writes it as soon as it can", async () => {
    await memory.remember(done("before"), 30, Date.now());
    rmSync(join(folder, "hapana"), { recursive: true });
    await memory.remember(done("refused"), 30, Date.now());
    assert.deepEqual(await known("refused"), ["refused"]);
    await waitFor(
      () => (memory.fault === undefined ? true : undefined),
      () => String(memory.fault),
    );
    await memory.remember(done("after"), 30, Date.now());
    await reopen();
    assert.deepEqual(await known("refused", "after"), ["refused", "after"]);
  });

  it("waits for a disk that refuses at the start, rather than to take something for not done", async () => {
    await memory.remember(done("k"), 30, Date.now());
    await memory.close();
    const blocked = join(folder, "blocked");
    writeFileSync(blocked, "a file");
    memory = new OnceMemory(diskSource(join(blocked, "once")));
    let answer: boolean | undefined;
    const asked = memory.has(done("k")).then((isKnown) => {
      answer = isKnown;
    });
    await waitFor(
      () => (memory.fault ? true : undefined),
      () => "it does not refuse",
    );
    assert.equal(answer, undefined);
    rmSync(blocked);
    await asked;
    assert.equal(answer, false);
  });
});

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { isOwnedByAnother, thisProcess } from "../../../src/inbox/store-owner";

describe("the owner of a store", () => {
  let other: ChildProcess;
  const owner = () => ({ pid: other.pid as number, host: hostname(), started: undefined });

  before(async () => {
    other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(other, "spawn");
  });
  after(() => other.kill("SIGKILL"));

  it("is another process while that is alive, and not once it has ended", async () => {
    const brief = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(brief, "spawn");
    const ended = { ...owner(), pid: brief.pid as number };
    assert.equal(isOwnedByAnother(ended), true);
    brief.kill("SIGKILL");
    await once(brief, "exit");
    assert.equal(isOwnedByAnother(ended), false);
  });

  it("is nobody where none is noted", () => assert.equal(isOwnedByAnother(undefined), false));

  it("is not another where it is this process", () => assert.equal(isOwnedByAnother(thisProcess()), false));

  it("is not another where this process has the id of one that ended: containers give out the same ids", () => {
    assert.equal(isOwnedByAnother({ ...thisProcess(), started: "1" }), false);
  });

  it("is not told by the process ids of another machine", () => {
    assert.equal(isOwnedByAnother({ ...owner(), host: "another-machine" }), false);
  });

  it("is a process that may not be signalled as well", function () {
    if (process.getuid?.() === 0) this.skip();
    assert.equal(isOwnedByAnother({ ...owner(), pid: 1 }), true);
  });

  it("is not a younger process that was given the same id", function () {
    if (!existsSync("/proc/self/stat")) this.skip();
    assert.equal(isOwnedByAnother({ ...owner(), started: "1" }), false);
  });

  it("says when it started where the system tells", function () {
    if (!existsSync("/proc/self/stat")) this.skip();
    assert.match(String(thisProcess().started), /^\d+$/);
  });
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ClassicLevel } from "classic-level";
import { probe } from "../../../../src/inbox/level/probe";
import { closeAfterEach, newFolder, openAt } from "./folders";

closeAfterEach();

type Level = typeof ClassicLevel;

/** A LevelDB that fails at one step. */
function failing(step: "open" | "batch" | "compactRange", words: string, code = "LEVEL_IO_ERROR"): Level {
  const fail = async () => {
    throw Object.assign(new Error(words), { code });
  };
  return class {
    open = async () => undefined;
    batch = async () => undefined;
    compactRange = async () => undefined;
    get = async () => "it still holds";
    close = async () => undefined;
    constructor() {
      this[step] = fail;
    }
  } as unknown as Level;
}

describe("the probe of a file system", () => {
  const place = () => join(dirname(newFolder()), "probe");

  it("finds nothing wrong where there is nothing, and leaves nothing", async () => {
    const folder = place();
    await probe(ClassicLevel, folder);
    assert.equal(existsSync(folder), false);
  });

  it("finds that tables cannot be mapped into memory, in whichever step LevelDB says so", async () => {
    for (const step of ["compactRange", "batch", "open"] as const) {
      const Level = failing(step, "IO error: /mnt/probe/000005.ldb: No such device");
      await assert.rejects(probe(Level, place()), { code: "UNFIT" });
    }
  });

  it("finds it on a real FUSE mount without shared mmap: the inbox is refused before it is trusted with an event", async function () {
    const [real, mount] = [newFolder(), newFolder()];
    for (const folder of [real, mount]) mkdirSync(folder);
    try {
      execFileSync("bindfs", ["-o", "direct_io", real, mount], { stdio: "ignore" });
    } catch {
      // It is not installed, or this user may not mount.
      this.skip();
    }
    try {
      await assert.rejects(openAt(join(mount, "hapana", "inbox")), { code: "UNFIT" });
    } finally {
      execFileSync("umount", ["-l", mount], { stdio: "ignore" });
    }
  });

  it("finds that it cannot be locked or read, and tells a full or read-only disk from that", async () => {
    await assert.rejects(
      probe(failing("open", "IO error: lock x: Function not implemented", "LEVEL_LOCKED"), place()),
      {
        code: "UNFIT",
      },
    );
    await assert.rejects(probe(failing("batch", "IO error: x: Input/output error"), place()), { code: "UNFIT" });
    await assert.rejects(probe(failing("batch", "IO error: x: No space left on device"), place()), { code: "ENOSPC" });
    await assert.rejects(probe(failing("open", "IO error: x: Read-only file system"), place()), { code: "EROFS" });
  });
});

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { ClassicLevel } from "classic-level";
import { probe } from "../../../../src/inbox/level/probe";
import { newFolder } from "./folders";

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
    get = async () => "it holds";
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

  it("finds that tables cannot be mapped into memory, as on some FUSE mounts", async () => {
    const Level = failing("compactRange", "IO error: /mnt/probe/000005.ldb: No such device");
    await assert.rejects(probe(Level, place()), { code: "UNFIT" });
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

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openGuarded } from "../../../src/inbox/store-opening";
import { runElsewhere, scratchFolder, tidyUp } from "../../support/inbox";

describe("opening a store", () => {
  afterEach(tidyUp);

  /** A process that ends in the middle of opening. */
  const endWhileOpening = (folder: string) =>
    runElsewhere(
      "inbox/store-opening.ts",
      (module) => `${module}.openGuarded(${JSON.stringify(folder)}, () => process.kill(process.pid, "SIGKILL"))`,
    );
  const isHopeless = (folder: string) => openGuarded(folder, (hopeless) => hopeless);

  it("gives the store up after three openings in a row that ended the process", () => {
    const folder = join(scratchFolder(), "inbox");
    for (let times = 1; times <= 3; times += 1) assert.equal(endWhileOpening(folder).signal, "SIGKILL");
    assert.equal(isHopeless(folder), true);
    assert.equal(isHopeless(folder), false, "counts anew");
  });

  it("does not give it up where an opening in between came to its end, with or without success", () => {
    const folder = join(scratchFolder(), "inbox");
    for (let times = 1; times <= 2; times += 1) endWhileOpening(folder);
    assert.throws(() =>
      openGuarded(folder, () => {
        throw new Error("INUSE");
      }),
    );
    endWhileOpening(folder);
    assert.equal(isHopeless(folder), false);
  });

  it("leaves no note behind", () => {
    const folder = join(scratchFolder(), "inbox");
    isHopeless(folder);
    assert.equal(existsSync(`${folder}.opening`), false);
  });

  it("goes on where no note can be written", () => {
    assert.equal(isHopeless(join(scratchFolder(), "missing", "inbox")), false);
  });
});

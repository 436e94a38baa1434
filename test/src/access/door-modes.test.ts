import assert from "node:assert/strict";
import { RosterKeeper } from "../../../src/access/keeper";
import { memorySource } from "../../../src/inbox/level/memory-source";

describe("what a door was told", () => {
  it("is not undone by what it was told before, where it is locked down while the roster is being loaded", async () => {
    const source = memorySource();
    const before = new RosterKeeper(source);
    await before.ready;
    await before.setMode("front", "open");
    await before.setMode("back", "lockdown");
    await before.close();
    const keeper = new RosterKeeper(source);
    const isWritten = keeper.setMode("front", "lockdown");
    await keeper.ready;
    assert.deepEqual([keeper.mode("front"), keeper.mode("back")], ["lockdown", "lockdown"]);
    await isWritten;
    await keeper.close();
  });

  it("is known with its time after a restart, and does not begin anew where it is told the same again", async () => {
    const source = memorySource();
    const before = new RosterKeeper(source);
    await before.ready;
    await before.setMode("front", "normal", 1_000);
    await before.setMode("front", "normal", 2_000);
    await before.close();
    const keeper = new RosterKeeper(source);
    await keeper.ready;
    assert.deepEqual(keeper.told("front"), { mode: "normal", since: 1_000 });
    assert.deepEqual(keeper.told("back"), { mode: "normal" });
    await keeper.close();
  });
});

import assert from "node:assert/strict";
import { SharingForgotten } from "../../../src/access/sharing-forgotten";
import { StoreError } from "../../../src/inbox/store-error";
import { StandInNotes } from "../../support/stand-in-notes";
import { waitFor } from "../../support/wait-for";

describe("who is forgotten on one of several Node-REDs that share an inbox", () => {
  function place(notes: StandInNotes) {
    const forgotten: string[] = [];
    const open: StandInNotes[] = [notes];
    const sharing = new SharingForgotten(
      () => open,
      async (clientID) => void forgotten.push(clientID),
    );
    sharing.look();
    return {
      ...{ sharing, forgotten },
      end() {
        open.pop();
        sharing.look();
      },
    };
  }

  const heard = (notes: StandInNotes, count: number) =>
    waitFor(
      async () => ((await notes.read("forgotten heard")).length === count ? true : undefined),
      () => "not all have heard",
    );

  it("is forgotten on the others, once: not again after a restart, as the client may have come back", async () => {
    const notes = new StandInNotes("one");
    const [one, other] = [place(notes), place(notes.at("other"))];
    await heard(notes, 2);
    await one.sharing.tell("c1");
    await waitFor(
      () => (other.forgotten.length === 1 ? true : undefined),
      () => "it is not told",
    );
    other.end();
    await one.sharing.tell("c2");
    const again = place(notes.at("other"));
    await waitFor(
      () => (again.forgotten.length > 0 ? true : undefined),
      () => "what came meanwhile is not told",
    );
    assert.deepEqual([other.forgotten, again.forgotten], [["c1"], ["c2"]]);
  });

  it("is not told to one that shares the inbox only later", async () => {
    const notes = new StandInNotes("one");
    await place(notes).sharing.tell("c1");
    const later = place(notes.at("later"));
    await heard(notes, 2);
    assert.deepEqual(later.forgotten, []);
  });

  it("says so where the others cannot be told", async () => {
    const notes = new StandInNotes("one");
    const { sharing } = place(notes);
    notes.fault = new StoreError("UNREACHABLE", new Error("It is away."));
    await assert.rejects(sharing.tell("c1"), StoreError);
  });
});

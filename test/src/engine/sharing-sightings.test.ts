import assert from "node:assert/strict";
import { SharingSightings } from "../../../src/engine/sharing-sightings";
import { Sightings } from "../../../src/engine/sightings";
import type { Inbox } from "../../../src/inbox/inbox";
import { delivered } from "../../support/deliveries";
import { StandInNotes } from "../../support/stand-in-notes";

const oldToken = "Bearer the-old-one";
const newToken = "Bearer the-new-one";

describe("what several Node-REDs have seen at one endpoint", () => {
  const place = (notes: StandInNotes) => {
    const sightings = new Sightings();
    sightings.watchTokens(newToken, oldToken);
    const endpoint = { id: "endpoint", sightings };
    const sharing = new SharingSightings(() => ({ notes }) as Partial<Inbox> as Inbox);
    return {
      see: async (token: string, siteID: string) => sightings.note(await delivered({ clientID: "c", siteID }), token),
      share: () => sharing.share([endpoint]),
      report: async () => sightings.reportWith(await sharing.of(endpoint)),
    };
  };

  it("is known to each: an old token that only another one gets is not taken for one that is not used any more", async () => {
    const notes = new StandInNotes("one");
    const [one, other] = [place(notes), place(notes.at("other"))];
    await other.see(oldToken, "manly");
    await one.see(newToken, "bondi");
    assert.equal((await one.report()).previousToken.used, undefined);
    for (const each of [one, other]) await each.share();
    const { sites, token, previousToken } = await one.report();
    assert.deepEqual(sites.map(({ siteID }) => siteID).sort(), ["bondi", "manly"]);
    assert.ok(token.used !== undefined && previousToken.used !== undefined);
  });

  it("stays known when one is started again, and is written only where there is something new", async () => {
    const notes = new StandInNotes("one");
    const before = place(notes);
    await before.share();
    assert.equal(notes.changes, 0);
    await before.see(oldToken, "manly");
    await before.share();
    await before.share();
    assert.equal(notes.changes, 1);
    const after = place(notes);
    await after.see(newToken, "bondi");
    await after.share();
    const { previousToken, sites } = await place(notes.at("other")).report();
    assert.ok(previousToken.used !== undefined);
    assert.equal(sites.length, 2);
  });

  it("says nothing by which a token could be guessed", async () => {
    const notes = new StandInNotes("one");
    const one = place(notes);
    await one.see(oldToken, "manly");
    await one.share();
    const [note] = await notes.read("sightings");
    assert.doesNotMatch(note?.document ?? "", /old|Bearer/);
    assert.match(note?.document ?? "", /"tokens":\{"[0-9a-f]{4}":\d+\}/);
  });
});

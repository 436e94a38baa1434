import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clientOf, delivered } from "../../../support/deliveries";
import { clientsFrom, justOne, newFolder, openAt, storeAll } from "./folders";

/** What Snappy does not pack: it is in the files as it is, or not at all. */
const secret = "Q7xZ93kLmVw2";

function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(text));
}

describe("the text of a client who was forgotten", () => {
  it("is in no file any more, wherever in the tables it had got to: not of its events, nor of errors", async () => {
    const folder = newFolder();
    const { inbox } = await openAt(folder);
    await inbox.subscribers(justOne);
    for (let round = 0; round < 3; round += 1) {
      // Each fills a table or more.
      await storeAll(inbox, clientsFrom(1_000 * round, 200), "x".repeat(100_000));
      const body = { clientID: secret, siteID: "s", checkInStatus: `${secret}-${round}` };
      await inbox.store("endpoint", await delivered(body, { id: `del_${round}` }));
      for (let claims = await inbox.claim("one", 500); claims.length > 0; claims = await inbox.claim("one", 500)) {
        await inbox.settle(
          claims.map(({ subscriber, event, attempt }) => {
            const error = `${clientOf(event)} is no member`;
            return {
              subscriber,
              sequence: event.sequence,
              attempt,
              outcome: { kind: "failed", error, milliseconds: 1 },
            };
          }),
        );
      }
    }
    assert.notDeepEqual(filesWith(folder, secret), []);
    assert.equal((await inbox.count({ client: secret })).count, 3);
    assert.equal(await inbox.forget(secret), 3);
    assert.equal((await inbox.list({ state: "failed", limit: 500 })).events.length > 0, true);
    assert.deepEqual(filesWith(folder, secret), []);
  }).timeout(60_000);
});

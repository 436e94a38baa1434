import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { diskSource } from "../../../../src/inbox/level/disk-source";
import { removedError } from "../../../../src/inbox/own-errors";
import { clientOf, delivered } from "../../../support/deliveries";
import { turns } from "../../../support/stand-in-red-clock";
import { clientsFrom, closeAfterEach, justOne, newFolder, openAt, storeAll } from "./folders";

closeAfterEach();

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

  it("is not in an error, either, that was on its way to the disk in that moment", async () => {
    const folder = newFolder();
    const disk = diskSource(folder);
    let written = Promise.resolve();
    const { inbox } = await openAt({
      ...disk,
      async open(...rest) {
        const opened = await disk.open(...rest);
        return { ...opened, write: (...batch) => written.then(() => opened.write(...batch)) };
      },
    });
    await inbox.subscribers(justOne);
    await inbox.store("endpoint", await delivered({ clientID: secret, siteID: "s" }, { id: "del" }));
    const [claim = assert.fail()] = await inbox.claim("one", 1);
    let letWrite = () => {};
    written = new Promise((resolve) => {
      letWrite = resolve;
    });
    const { subscriber, event, attempt } = claim;
    const outcome = { kind: "failed", error: `${secret} is no member`, milliseconds: 1 } as const;
    const settled = inbox.settle([{ subscriber, sequence: event.sequence, attempt, outcome }]);
    await turns();
    const forgotten = inbox.forget(secret);
    await turns();
    letWrite();
    await Promise.all([settled, forgotten]);
    const [logged] = (await inbox.list({})).events;
    assert.deepEqual(
      logged?.recipients.map(({ state, error }) => [state, error]),
      [["failed", removedError]],
    );
    assert.deepEqual(filesWith(folder, secret), []);
  });
});

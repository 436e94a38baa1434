import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clientsFrom, closeAfterEach, drain, justOne, newFolder, openAt, storeAll } from "./folders";

closeAfterEach();

const day = 24 * 60 * 60_000;
/** What Snappy does not pack: it is in the files as it is, or not at all. */
const secret = "Q7xZ93kLmVw2";

function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(text));
}

describe("the text of an event that was pruned", () => {
  const sentOf = (inbox: Awaited<ReturnType<typeof openAt>>["inbox"]) =>
    storeAll(inbox, [...clientsFrom(0, 50), secret, ...clientsFrom(50, 50)]);

  it("is in no file any more, where it was stored by an earlier process", async () => {
    const folder = newFolder();
    const first = await openAt(folder);
    await first.inbox.subscribers(justOne);
    await sentOf(first.inbox);
    await drain(first.inbox);
    await first.inbox.close();
    const { inbox } = await openAt(folder);
    assert.notDeepEqual(filesWith(folder, secret), []);
    assert.equal((await inbox.prune(Date.now() + 8 * day)).removed, 101);
    assert.deepEqual(filesWith(folder, secret), []);
  });

  it("is in no file any more, where it was stored by this process", async () => {
    const folder = newFolder();
    const { inbox } = await openAt(folder);
    await inbox.subscribers(justOne);
    await sentOf(inbox);
    await drain(inbox);
    assert.equal((await inbox.prune(Date.now() + 8 * day)).removed, 101);
    assert.deepEqual(filesWith(folder, secret), []);
  });

  it("is in no file any more, wherever in the tables it has got to", async () => {
    const folder = newFolder();
    const { inbox } = await openAt(folder);
    await inbox.subscribers(justOne);
    for (let round = 0; round < 4; round += 1) {
      // Each fills a table or more.
      await storeAll(inbox, clientsFrom(1_000 * round, 200), "x".repeat(100_000));
      await storeAll(inbox, [`${secret}-${round}`]);
      await drain(inbox);
    }
    assert.equal((await inbox.prune(Date.now() + 8 * day)).removed, 804);
    assert.deepEqual(filesWith(folder, secret), []);
  }).timeout(20_000);

  it("is in no file any more, where its endpoint is gone", async () => {
    const folder = newFolder();
    const first = await openAt(folder);
    await first.inbox.subscribers(justOne);
    await sentOf(first.inbox);
    await first.inbox.subscribers({ endpoints: [], subscribers: [] });
    await first.inbox.close();
    const { inbox } = await openAt(folder);
    assert.deepEqual(await inbox.prune(Date.now() + 8 * day), { removed: 101, untaken: 101 });
    assert.deepEqual(filesWith(folder, secret), []);
  });
});

import assert from "node:assert/strict";
import { cpSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { delivered } from "../../../support/deliveries";
import { waitFor } from "../../../support/wait-for";
import {
  clientsFrom,
  closeAfterEach,
  codesOf,
  drain,
  justOne,
  newFolder,
  type Opened,
  openAt,
  storeAll,
} from "./folders";

closeAfterEach();

/** An inbox in which ten events wait, and a backup of it with the first five. */
async function withBackup(): Promise<Opened & { folder: string; backup: string }> {
  const [folder, backup] = [newFolder(), newFolder()];
  const first = await openAt(folder);
  await first.inbox.subscribers(justOne);
  await storeAll(first.inbox, clientsFrom(0, 5));
  await first.inbox.close();
  cpSync(folder, backup, { recursive: true });
  const opened = await openAt(folder);
  await opened.inbox.subscribers(justOne);
  await storeAll(opened.inbox, clientsFrom(5, 5));
  return { ...opened, folder, backup };
}

const noticed = ({ notices, faults }: Opened) =>
  waitFor(
    () =>
      codesOf(notices).includes("replaced") && faults.at(-1) === undefined && faults.length > 0 ? true : undefined,
    () => JSON.stringify([notices, faults]),
  );

async function storesAndDelivers(opened: Opened, expected: readonly string[]): Promise<void> {
  await storeAll(opened.inbox, ["after"]);
  const came = await waitFor(
    async () => {
      const some = await drain(opened.inbox);
      return some.includes("after") ? some : undefined;
    },
    () => `nothing comes: ${JSON.stringify(opened.inbox.counts())}`,
  );
  assert.deepEqual(came.sort(), [...expected, "after"].sort());
}

describe("an inbox whose files are replaced while it is in use", () => {
  const cases: [string, (folder: string, backup: string) => void, string[]][] = [
    ["the folder is removed", (folder) => rmSync(folder, { recursive: true }), []],
    ["the folder is renamed away", (folder) => renameSync(folder, `${folder}-away`), []],
    [
      "all files are removed",
      (folder) => {
        for (const name of readdirSync(folder)) rmSync(join(folder, name));
      },
      [],
    ],
    [
      "a backup is put in its place",
      (folder, backup) => {
        renameSync(folder, `${folder}-away`);
        cpSync(backup, folder, { recursive: true });
      },
      clientsFrom(0, 5),
    ],
    [
      "a backup is copied over an emptied folder",
      (folder, backup) => {
        for (const name of readdirSync(folder)) rmSync(join(folder, name));
        cpSync(backup, folder, { recursive: true, preserveTimestamps: true });
      },
      clientsFrom(0, 5),
    ],
  ];
  for (const [what, replace, expected] of cases) {
    it(`notices within a second that ${what}, and goes on with what is there`, async () => {
      const opened = await withBackup();
      replace(opened.folder, opened.backup);
      const began = performance.now();
      await noticed(opened);
      assert.ok(performance.now() - began < 2_000);
      await storesAndDelivers(opened, expected);
    });

    it(`answers nothing as stored that is not in the new files, after ${what}`, async () => {
      const opened = await withBackup();
      replace(opened.folder, opened.backup);
      const delivery = await delivered({ clientID: "meanwhile", siteID: "s" }, { id: "del_meanwhile" });
      await assert.rejects(opened.inbox.store("endpoint", delivery), { code: "REPLACED" });
      await noticed(opened);
      await storesAndDelivers(opened, expected);
    });
  }

  it("notices that a backup is copied over its files, and loses nothing that it stores afterwards", async () => {
    const opened = await withBackup();
    cpSync(opened.backup, opened.folder, { recursive: true, filter: (path) => !path.endsWith("LOCK") });
    await noticed(opened);
    await storeAll(opened.inbox, ["after"]);
    await waitFor(
      async () => ((await drain(opened.inbox)).includes("after") ? true : undefined),
      () => "it does not come",
    );
  });

  it("notices that a table, or the log, is removed", async () => {
    for (const ending of [".ldb", ".log"]) {
      const opened = await withBackup();
      for (const name of readdirSync(opened.folder)) if (name.endsWith(ending)) rmSync(join(opened.folder, name));
      await noticed(opened);
      // By then, all that is open is known: what has been repaired as it was opened is not repaired once more.
      await opened.inbox.claim("nobody", 1);
      assert.deepEqual(opened.faults, ["REPLACED", undefined], ending);
      await storeAll(opened.inbox, ["after"]);
      await waitFor(
        async () => ((await drain(opened.inbox)).includes("after") ? true : undefined),
        () => "it does not come",
      );
      await opened.inbox.close();
    }
  });

  it("notices that its lock is gone, which would let another process in", async () => {
    const opened = await withBackup();
    rmSync(join(opened.folder, "LOCK"));
    await noticed(opened);
    await storesAndDelivers(opened, clientsFrom(0, 10));
  });
});

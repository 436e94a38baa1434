import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Inbox } from "../../../../src/inbox/inbox";
import { StoreError } from "../../../../src/inbox/store-error";
import { delivered } from "../../../support/deliveries";
import { waitFor } from "../../../support/wait-for";
import { clientsFrom, closeAfterEach, drain, justOne, type Opened, openAt } from "./folders";

closeAfterEach();

const mounts: string[] = [];

/** A file system of eight megabytes; `undefined` where this user may not make one. */
function mountSmall(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "hapana-small-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  mounts.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of mounts.splice(0)) {
    execFileSync("umount", ["-l", folder], { stdio: "ignore" });
    rmSync(folder, { recursive: true, force: true });
  }
});

const remount = (folder: string, mode: "ro" | "rw") => execFileSync("mount", ["-o", `remount,${mode}`, folder]);

/** Stores one after the other until it is refused. @returns what was accepted, and what was not */
async function storeUntilRefused(
  inbox: Inbox,
  filler: string,
  first = 0,
): Promise<{ accepted: string[]; refused: string; code: string }> {
  const accepted: string[] = [];
  for (const client of clientsFrom(first, 100_000)) {
    const delivery = await delivered(
      { clientID: client, siteID: "s", filler: filler + client },
      { id: `del_${client}` },
    );
    try {
      await inbox.store("endpoint", delivery);
      accepted.push(client);
    } catch (error) {
      assert.ok(error instanceof StoreError, String(error));
      return { accepted, refused: client, code: error.code };
    }
  }
  assert.fail("it was never refused");
}

const takesAgain = ({ inbox, faults }: Opened) =>
  waitFor(
    async () => {
      if (faults.at(-1) !== undefined) return undefined;
      const delivery = await delivered({ clientID: "after", siteID: "s" }, { id: "del_after" });
      return inbox.store("endpoint", delivery).then(
        () => true,
        () => undefined,
      );
    },
    () => `it still refuses: ${faults.join()}`,
  );

const random = (length: number) => Array.from({ length }, () => Math.random().toString(36).slice(2, 12)).join("");

describe("an inbox whose disk refuses", () => {
  let disk: string;
  before(function () {
    if (mountSmall() === undefined) this.skip();
  });
  beforeEach(() => {
    disk = mountSmall() ?? assert.fail();
  });

  it("because it is full: says so, loses nothing that was accepted, and goes on by itself when there is room", async () => {
    const folder = join(disk, "hapana", "inbox");
    const ballast = join(disk, "ballast");
    writeFileSync(ballast, Buffer.alloc(4 << 20));
    const opened = await openAt(folder);
    await opened.inbox.subscribers(justOne);
    const { accepted, refused, code } = await storeUntilRefused(opened.inbox, random(500));
    assert.equal(code, "ENOSPC");
    assert.ok(accepted.length > 100);
    await waitFor(
      () => (opened.faults.length > 2 ? true : undefined),
      () => "it is not tried again",
    );
    assert.deepEqual(new Set(opened.faults), new Set(["ENOSPC"]));
    rmSync(ballast);
    await takesAgain(opened);
    const came = await drain(opened.inbox);
    assert.deepEqual(came, [...accepted, "after"]);
    assert.ok(!came.includes(refused));
  }).timeout(60_000);

  it("because it is full: opens with what was accepted, once there is room", async () => {
    const folder = join(disk, "inbox");
    const ballast = join(disk, "ballast");
    writeFileSync(ballast, Buffer.alloc(5 << 20));
    const opened = await openAt(folder);
    await opened.inbox.subscribers(justOne);
    const { accepted } = await storeUntilRefused(opened.inbox, random(500));
    await opened.inbox.close();
    await assert.rejects(openAt(folder), { code: "ENOSPC" });
    rmSync(ballast);
    const again = await openAt(folder);
    await again.inbox.subscribers(justOne);
    const came = await drain(again.inbox);
    assert.deepEqual(
      accepted.filter((client) => !came.includes(client)),
      [],
    );
  }).timeout(60_000);

  it("because it can only be read: says so, loses nothing that was accepted, and goes on when it can be written", async function () {
    const folder = join(disk, "inbox");
    mkdirSync(folder);
    const opened = await openAt(folder);
    await opened.inbox.subscribers(justOne);
    try {
      remount(disk, "ro");
      remount(disk, "rw");
    } catch {
      // A file is open for writing: where the system does not allow this, it cannot happen either.
      await opened.inbox.close();
      remount(disk, "ro");
      await assert.rejects(openAt(folder), { code: "EROFS" });
      remount(disk, "rw");
      const again = await openAt(folder);
      await again.inbox.subscribers(justOne);
      await takesAgain(again);
      assert.deepEqual(await drain(again.inbox), ["after"]);
      return;
    }
    this.skip();
  }).timeout(60_000);
});

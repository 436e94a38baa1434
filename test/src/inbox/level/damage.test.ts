import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Notice } from "../../../../src/inbox/inbox";
import { StoreError } from "../../../../src/inbox/store-error";
import { delivered } from "../../../support/deliveries";
import { waitFor } from "../../../support/wait-for";
import {
  clientsFrom,
  closeAfterEach,
  codesOf,
  drain,
  justOne,
  newFolder,
  openAt,
  settleAll,
  storeAll,
} from "./folders";

closeAfterEach();

const count = 120;
const finished = 20;
const all = clientsFrom(0, count);
const waiting = all.slice(finished);
const day = 24 * 60 * 60_000;

/** An inbox in which 20 events are finished and 100 wait; in a table, or still in the log, as after a power cut. */
async function filled(kind: "table" | "log"): Promise<string> {
  const folder = newFolder();
  const { inbox } = await openAt(folder);
  await inbox.subscribers(justOne);
  for (const client of all) await storeAll(inbox, [client], client.repeat(1 + (Number(client.slice(-2)) % 30)));
  await settleAll(inbox, await inbox.claim("one", finished));
  if (kind === "log") {
    const copy = newFolder();
    cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith("LOCK") });
    return copy;
  }
  await inbox.close();
  await (await openAt(folder)).inbox.close();
  return folder;
}

function damaged(folder: string, ending: RegExp, place: (length: number) => number, change = 0x40): string {
  const copy = newFolder();
  cpSync(folder, copy, { recursive: true });
  const sized = readdirSync(copy)
    .filter((name) => ending.test(name))
    .map((name) => ({ name, bytes: readFileSync(join(copy, name)) }));
  const [{ name, bytes } = assert.fail("there is no such file")] = sized.sort(
    (one, other) => other.bytes.length - one.bytes.length,
  );
  const at = place(bytes.length);
  bytes[at] = (bytes[at] as number) ^ change;
  writeFileSync(join(copy, name), bytes);
  return copy;
}

/** While it is repaired, it refuses. */
async function patiently<Result>(act: () => Promise<Result>): Promise<Result> {
  return waitFor(
    () =>
      act().then(
        (result) => ({ result }),
        (error) => {
          if (!(error instanceof StoreError)) throw error;
          return undefined;
        },
      ),
    () => "it refuses",
  ).then(({ result }) => result);
}

/** Opens what is damaged, and uses it. @returns which of those that waited did not come */
async function lostIn(folder: string): Promise<{ lost: string[]; isTold: boolean; inLog: number; told: Notice[] }> {
  const { inbox, notices } = await openAt(folder);
  await patiently(() => inbox.subscribers(justOne));
  const fresh = await delivered({ clientID: "fresh", siteID: "s" }, { id: "del_fresh" });
  await patiently(() => inbox.store("endpoint", fresh));
  const came = await patiently(() => drain(inbox));
  assert.deepEqual(
    came.filter((client, index) => came.indexOf(client) !== index),
    [],
    "something came twice",
  );
  assert.ok(came.includes("fresh"), "what is new did not come");
  const { events } = await patiently(() => inbox.list({ state: "unreadable", limit: 500 }));
  await patiently(() => inbox.prune(Date.now() + 30 * day));
  await patiently(() => inbox.prune(Date.now() + 30 * day));
  assert.equal((await patiently(() => inbox.list({}))).events.length, 0, "something was not pruned");
  await inbox.close();
  const lost = waiting.filter((client) => !came.includes(client));
  const told = notices.filter(({ code }) => code === "unreadable");
  return { lost, isTold: codesOf(notices).includes("damaged"), inLog: events.length, told };
}

const places = Array.from({ length: 24 }, (_, index) => (index + 0.5) / 24);

describe("an inbox of which a byte is damaged", () => {
  it("in the log: loses no more than one event, and says so", async () => {
    const folder = await filled("log");
    for (const place of places) {
      const { lost, isTold } = await lostIn(damaged(folder, /\.log$/, (length) => Math.floor(place * length)));
      assert.ok(lost.length <= 1, `${place}: ${lost.length} are lost`);
      assert.ok(isTold, `${place} was not told`);
    }
  }).timeout(60_000);

  it("in a table: loses no more than what is packed together with it, and says so, also in the log", async () => {
    const folder = await filled("table");
    for (const place of places) {
      const { lost, isTold, inLog, told } = await lostIn(
        damaged(folder, /\.ldb$/, (length) => Math.floor(place * length)),
      );
      assert.ok(lost.length <= 12, `${place}: ${lost.length} are lost`);
      assert.ok(isTold, `${place} was not told`);
      assert.ok(inLog >= lost.length, `${place}: the log tells of ${inLog} of ${lost.length} that cannot be read`);
      assert.ok(lost.length === 0 || told.length > 0, `${place}: nobody is told of ${lost.length} that cannot be read`);
    }
  }).timeout(60_000);

  it("among the open deliveries, subscribers and facts: hides no event", async () => {
    const folder = await filled("table");
    // They are behind the events, before the filter and the index.
    for (let back = 300; back < 3_000; back += 150) {
      const { lost } = await lostIn(damaged(folder, /\.ldb$/, (length) => length - back, 0xff));
      assert.ok(lost.length <= 12, `${back} before the end: ${lost.length} are lost`);
      if (back < 2_000) assert.deepEqual(lost, [], `${back} before the end`);
    }
  }).timeout(60_000);

  it("in a table's index and its end, in MANIFEST and CURRENT: loses nothing", async () => {
    const folder = await filled("table");
    for (const back of [1, 8, 30, 45, 60, 100]) {
      assert.deepEqual((await lostIn(damaged(folder, /\.ldb$/, (length) => length - back))).lost, [], `${back}`);
    }
    for (const place of [0, 0.3, 0.6, 0.9]) {
      const folderWithManifest = damaged(folder, /^MANIFEST/, (length) => Math.floor(place * length));
      assert.deepEqual((await lostIn(folderWithManifest)).lost, [], `MANIFEST ${place}`);
      const folderWithCurrent = damaged(folder, /^CURRENT$/, (length) => Math.floor(place * length), 1);
      assert.deepEqual((await lostIn(folderWithCurrent)).lost, [], `CURRENT ${place}`);
    }
  }).timeout(60_000);

  it("goes on with what is being sent again, wherever the byte is", async () => {
    const folder = newFolder();
    const { inbox } = await openAt(folder);
    await inbox.subscribers(justOne);
    for (const client of all) await storeAll(inbox, [client], client.repeat(20));
    await settleAll(inbox, await inbox.claim("one", count));
    const { id } = await inbox.resend({ query: { endpoint: "endpoint" } });
    const begun = await inbox.resendNext(id, finished);
    await inbox.close();
    await (await openAt(folder)).inbox.close();
    for (const place of [0.1, 0.5, 0.9]) {
      const opened = await openAt(damaged(folder, /\.ldb$/, (length) => Math.floor(place * length)));
      await patiently(() => opened.inbox.subscribers(justOne));
      assert.deepEqual(await patiently(() => opened.inbox.resends()), [begun], `${place}`);
      const { state, sent = 0 } = (await patiently(() => opened.inbox.resendNext(id, count))) ?? {};
      assert.ok(state === "done" && sent > count - 12, `${place}: ${state}, ${sent} are sent`);
      await opened.inbox.close();
    }
  });

  it("comes again as what may have been sent, where nobody knows any more", async () => {
    const folder = await filled("table");
    const attempts = new Set<number>();
    for (let back = 300; back < 2_000; back += 200) {
      const { inbox } = await openAt(damaged(folder, /\.ldb$/, (length) => length - back, 0xff));
      await patiently(() => inbox.subscribers(justOne));
      for (const { attempt } of await patiently(() => inbox.claim("one", 500))) attempts.add(attempt);
      await inbox.close();
    }
    assert.deepEqual([...attempts].sort(), [1, 2]);
  }).timeout(60_000);
});

import assert from "node:assert/strict";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ClassicLevel } from "classic-level";
import type { Inbox } from "../../../../src/inbox/inbox";
import { keys, rangeOf } from "../../../../src/inbox/level/keys";
import { eventsInSketch, SketchedWords } from "../../../../src/inbox/level/sketch";
import { delivered } from "../../../support/deliveries";
import { waitFor } from "../../../support/wait-for";
import { present } from "../contract";
import {
  clientsFrom,
  closeAfterEach,
  codesOf,
  justOne,
  newFolder,
  type Opened,
  openAt,
  settleAll,
  storeAll,
} from "./folders";

closeAfterEach();

const secret = "Q7xZ93kLmVw2";
const other = "W4pT81nHrCj5";
const begins = [0, eventsInSketch];

/** Two sketches full of events, and some more; of each of two clients, one in each. */
async function fill(inbox: Inbox): Promise<void> {
  await inbox.subscribers(present());
  for (const [index, begin] of begins.entries()) {
    for (const [name, clientID] of Object.entries({ secret, other }))
      await inbox.store("endpoint", await delivered({ clientID, siteID: "s" }, { id: `del_${name}_${index}` }));
    const clients = clientsFrom(begin, eventsInSketch + index * 100);
    for (let at = 0; at < clients.length; at += 1_000) await storeAll(inbox, clients.slice(at, at + 1_000));
  }
}

type Files = ClassicLevel<string, string>;

async function inFiles<Result>(folder: string, act: (files: Files) => Promise<Result>): Promise<Result> {
  const files: Files = new ClassicLevel(folder);
  try {
    return await act(files);
  } finally {
    await files.close();
  }
}

/** Where the sketches in the files say that a word may be: `undefined` where there is no sketch. */
function sketched(folder: string, word: string): Promise<(number[] | undefined)[]> {
  const words = new SketchedWords([word.toLowerCase()]);
  return inFiles(folder, (files) =>
    Promise.all(
      begins.map(async (begin) => {
        const rows = await files.getMany(words.rows.map((row) => keys.sketch(begin, row)));
        return words.placesIn(begin, rows);
      }),
    ),
  );
}

const countOf = async (inbox: Inbox, search: string) => (await inbox.count({ search })).count;
const isEach = (there: (number[] | undefined)[]) => there.map((places) => places && places.length > 0);

describe("what makes a search quick", () => {
  it("is there once a sketch is full, and after a restart; not before", async () => {
    const folder = newFolder();
    const first = await openAt(folder);
    await first.inbox.subscribers(present());
    await storeAll(first.inbox, clientsFrom(500_000, 500));
    await first.inbox.prepareSearch();
    await first.inbox.close();
    assert.deepEqual(await sketched(folder, secret), [undefined, undefined]);
    const second = await openAt(folder);
    await fill(second.inbox);
    await second.inbox.prepareSearch();
    await second.inbox.close();
    assert.deepEqual(isEach(await sketched(folder, secret)), [true, true]);
    const third = await openAt(folder);
    assert.equal(await countOf(third.inbox, secret), 2);
    assert.equal(await countOf(third.inbox, "client-000007"), 1);
  }).timeout(60_000);

  it("tells nothing of a client who was forgotten, neither at once nor when it is made anew; also while it is being made", async () => {
    const folder = newFolder();
    const first = await openAt(folder);
    await fill(first.inbox);
    await first.inbox.prepareSearch();
    assert.equal(await first.inbox.forget(secret), 2);
    assert.equal(await countOf(first.inbox, secret), 0);
    assert.equal(await countOf(first.inbox, "del_secret"), 2);
    await first.inbox.close();
    assert.deepEqual(await sketched(folder, secret), [undefined, undefined]);
    const second = await openAt(folder);
    const prepared = second.inbox.prepareSearch();
    assert.equal(await second.inbox.forget(other), 2);
    await prepared;
    await second.inbox.prepareSearch();
    await second.inbox.close();
    assert.deepEqual(isEach(await sketched(folder, secret)), [false, false]);
    assert.deepEqual(isEach(await sketched(folder, other)), [false, false]);
    assert.deepEqual(isEach(await sketched(folder, "del_other")), [true, true]);
  }).timeout(60_000);

  it("goes with the first of its events that is pruned, and is made anew of those that are left", async () => {
    const folder = newFolder();
    const first = await openAt(folder);
    await first.inbox.subscribers(present());
    await first.inbox.store("endpoint", await delivered({ clientID: secret, siteID: "s" }, { id: "del_secret" }));
    const later = Date.parse("2026-04-13T07:52:10.000Z");
    for (let at = 0; at < eventsInSketch; at += 1_024) {
      const bodies = clientsFrom(at, 1_024).map((clientID) => ({ clientID, siteID: "s" }));
      await Promise.all(
        bodies.map(async (body) =>
          first.inbox.store("endpoint", await delivered(body, { id: body.clientID, now: later })),
        ),
      );
    }
    await first.inbox.prepareSearch();
    assert.equal((await first.inbox.prune(later + 6.5 * 24 * 60 * 60_000)).removed, 1);
    await first.inbox.close();
    assert.deepEqual(await sketched(folder, secret), [undefined, undefined]);
    const second = await openAt(folder);
    await second.inbox.prepareSearch();
    await second.inbox.close();
    assert.deepEqual(isEach(await sketched(folder, secret)), [false, undefined]);
    assert.deepEqual(isEach(await sketched(folder, "client-000007")), [true, undefined]);
    const third = await openAt(folder);
    assert.equal((await third.inbox.prune(later + 8 * 24 * 60 * 60_000)).removed, eventsInSketch);
    await third.inbox.close();
    assert.deepEqual(await inFiles(folder, (files) => files.keys(rangeOf("q")).all()), []);
  }).timeout(60_000);

  it("hides nothing where it is damaged: the events are looked at", async () => {
    const folder = newFolder();
    const first = await openAt(folder);
    await fill(first.inbox);
    await first.inbox.prepareSearch();
    await first.inbox.close();
    const clean = (text: string) => text.slice(0, 8) + "\0".repeat(text.length - 8);
    await inFiles(folder, async (files) => {
      for await (const [key, text] of files.iterator(rangeOf("q"))) await files.put(key, clean(text));
    });
    const { inbox } = await openAt(folder);
    assert.equal(await countOf(inbox, secret), 2);
  }).timeout(60_000);

  it("hides nothing where files were replaced by older ones while it was being made", async () => {
    const [folder, backup] = [newFolder(), newFolder()];
    const first = await openAt(folder);
    await fill(first.inbox);
    await first.inbox.close();
    cpSync(folder, backup, { recursive: true });
    const opened = await openAt(folder);
    await storeAll(opened.inbox, clientsFrom(500_000, 10));
    const prepared = opened.inbox.prepareSearch().catch(() => undefined);
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    cpSync(backup, folder, { recursive: true });
    await prepared;
    await waitFor(
      () => {
        const { notices, faults } = opened;
        return codesOf(notices).includes("replaced") && faults.length > 0 && faults.at(-1) === undefined
          ? true
          : undefined;
      },
      () => JSON.stringify([opened.notices, opened.faults]),
    );
    await opened.inbox.prepareSearch();
    assert.equal(await countOf(opened.inbox, secret), 2);
    assert.equal(await countOf(opened.inbox, "client-500"), 0);
  }).timeout(60_000);

  it("is given up at once where the inbox is closed", async () => {
    const { inbox } = await openAt(newFolder());
    await fill(inbox);
    const prepared = inbox.prepareSearch();
    await inbox.close();
    await prepared;
  }).timeout(60_000);
});

describe("deliveries that failed", () => {
  const failed = (opened: Opened) => opened.inbox.list({ state: "failed" }).then(({ events }) => events.length);
  const named = (folder: string) => inFiles(folder, (files) => files.keys(rangeOf("y")).all());

  /** Of ten events, three have failed, and one of them was delivered the second time. */
  async function withFailures(folder: string): Promise<void> {
    const { inbox } = await openAt(folder);
    await inbox.subscribers(justOne);
    await storeAll(inbox, clientsFrom(0, 10));
    const claims = await inbox.claim("one", 10);
    await settleAll(inbox, claims.slice(3));
    const outcome = { kind: "failed", error: "no", milliseconds: 1 } as const;
    await inbox.settle(
      claims
        .slice(0, 3)
        .map(({ subscriber, event: { sequence }, attempt }) => ({ subscriber, sequence, attempt, outcome })),
    );
    assert.equal(await inbox.replay("endpoint", [claims[0]?.event.deliveryId ?? ""]), 1);
    assert.equal((await inbox.list({ state: "failed" })).events.length, 2);
    await settleAll(inbox, await inbox.claim("one", 10));
    await inbox.close();
  }

  it("are named by rows of their own, until they are delivered after all, or pruned", async () => {
    const folder = newFolder();
    await withFailures(folder);
    assert.equal((await named(folder)).length, 2);
    const opened = await openAt(folder);
    assert.equal(await failed(opened), 2);
    assert.equal((await opened.inbox.prune(Date.now() + 8 * 24 * 60 * 60_000)).removed, 10);
    await opened.inbox.close();
    assert.deepEqual(await named(folder), []);
  });

  it("are found in a store that does not name them yet, and as soon as they are named", async () => {
    const folder = newFolder();
    await withFailures(folder);
    await inFiles(folder, async (files) => {
      await files.clear(rangeOf("y"));
      await files.del(keys.fact("failuresNamed"));
    });
    const opened = await openAt(folder);
    assert.equal(await failed(opened), 2);
    await opened.inbox.prepareSearch();
    assert.equal(await failed(opened), 2);
    await opened.inbox.close();
    assert.equal((await named(folder)).length, 2);
    assert.equal(await failed(await openAt(folder)), 2);
  });

  it("are found where a part of the store was lost, and what named them with it", async () => {
    const folder = newFolder();
    await withFailures(folder);
    await inFiles(folder, async (files) => {
      await files.clear(rangeOf("y"));
      await files.put(keys.fact("damaged"), "1");
    });
    const opened = await openAt(folder);
    assert.equal(await failed(opened), 2);
    await opened.inbox.prepareSearch();
    assert.equal(await failed(opened), 2);
  });
});

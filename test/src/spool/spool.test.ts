import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notice } from "../../../src/inbox/inbox";
import type { DatabaseSource } from "../../../src/inbox/level/database";
import { diskSource } from "../../../src/inbox/level/disk-source";
import { Spool } from "../../../src/spool/spool";
import { checkIn, delivered } from "../../support/deliveries";
import { fillableDisk } from "../../support/fillable-disk";

describe("a spool", () => {
  let folder: string;
  let spool: Spool;
  let notices: Notice[];
  let opened: Spool[];

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "hapana-spool-")), "spool");
    notices = [];
    opened = [];
    spool = open();
  });
  afterEach(async () => {
    for (const each of opened) await each.close();
    rmSync(join(folder, ".."), { recursive: true, force: true });
  });

  function open(source: DatabaseSource = diskSource(folder)): Spool {
    const made = new Spool(source, (notice) => notices.push(notice));
    opened.push(made);
    return made;
  }

  const put = async (endpoint: string, body: unknown = checkIn()) => {
    const delivery = await delivered(body);
    await spool.put(endpoint, spool.takePlace(), delivery);
    return delivery;
  };
  const idsIn = async (endpoint: string, where = spool) =>
    (await where.next(endpoint, 100)).map(({ delivery }) => delivery.deliveryId);

  it("gives back exactly what was put there, in its order, after a restart as well", async () => {
    const bodies = [
      checkIn({ firstName: "Zoë \u0000 😀" }),
      { eventName: "checkIn", data: checkIn({ extra: { n: 1.5e300, list: [null, true] } }) },
      [checkIn(), checkIn()],
      { nothing: "that is known" },
    ];
    const deliveries = [];
    for (const body of bodies) deliveries.push(await delivered(body));
    for (const each of deliveries) await spool.put("a/b é", spool.takePlace(), each);
    await spool.close();
    spool = open();
    await spool.open();
    const found = await spool.next("a/b é", 100);
    assert.deepEqual(
      found.map(({ delivery }) => delivery),
      JSON.parse(JSON.stringify(deliveries)),
    );
    assert.deepEqual([spool.endpoints, spool.countOf("a/b é")], [["a/b é"], 4]);
  });

  it("keeps the order in which places were taken, whichever is written first", async () => {
    const [first, second] = [spool.takePlace(), spool.takePlace()];
    const [one, two] = [await delivered(checkIn()), await delivered(checkIn())];
    await spool.put("endpoint", second, two);
    await spool.put("endpoint", first, one);
    assert.deepEqual(await idsIn("endpoint"), [one.deliveryId, two.deliveryId]);
  });

  it("overwrites nothing where a place was taken before it was known what waits", async () => {
    const before = await put("endpoint");
    await spool.close();
    spool = open();
    const place = spool.takePlace();
    const after = await delivered(checkIn());
    await spool.put("endpoint", place, after);
    assert.deepEqual(await idsIn("endpoint"), [before.deliveryId, after.deliveryId]);
  });

  it("tells endpoints apart, and forgets what was stored elsewhere", async () => {
    const here = await put("one");
    await put("one0");
    const [first] = await spool.next("one", 1);
    assert.deepEqual(await idsIn("one"), [here.deliveryId]);
    await spool.remove("one", [first?.place ?? 0, 4711]);
    await spool.remove("one", [first?.place ?? 0]);
    assert.deepEqual([spool.countOf("one"), spool.countOf("one0"), spool.endpoints], [0, 1, ["one0"]]);
  });

  it("leaves nothing of a client in a file who is to be forgotten, nor of what was forwarded", async () => {
    await put("endpoint", checkIn({ clientID: "forget-me", firstName: "Unforgettable" }));
    await put("endpoint", checkIn({ firstName: "Forwarded" }));
    assert.equal(await spool.forget("forget-me"), 1);
    const [left] = await spool.next("endpoint", 9);
    await spool.remove("endpoint", [left?.place ?? 0]);
    await spool.close();
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
    for (const text of files) assert.doesNotMatch(text, /Unforgettable|Forwarded/);
  });

  it("removes what is old of endpoints that are gone, and nothing of those that are there", async () => {
    for (const endpoint of ["gone", "there"]) await put(endpoint);
    const later = Date.parse("2026-05-12");
    assert.equal(await spool.prune((endpoint) => endpoint === "gone", later), 1);
    assert.deepEqual(spool.endpoints, ["there"]);
  });

  it("tells of what cannot be read, and goes on behind it", async () => {
    await put("endpoint");
    const next = await put("endpoint");
    await spool.close();
    const { level, close } = await diskSource(folder).open(() => undefined);
    const [key = ""] = await level.keys({ limit: 1 }).all();
    await level.put(key, "{ torn");
    await close();
    spool = open();
    assert.deepEqual(await idsIn("endpoint"), [next.deliveryId]);
    assert.deepEqual(notices, [{ code: "unreadable", endpoint: "endpoint", count: 1 }]);
    assert.equal(spool.countOf("endpoint"), 1);
  });

  it("refuses where the disk does, says so, and takes more once the disk does", async () => {
    const disk = fillableDisk(folder);
    disk.isFull = true;
    spool = open(disk.source);
    await assert.rejects(put("endpoint"), { code: "ENOSPC" });
    assert.deepEqual([await spool.isUsable(), spool.countOf("endpoint")], [false, 0]);
    disk.isFull = false;
    assert.equal(await spool.isUsable(), true);
    await put("endpoint");
    assert.equal(spool.countOf("endpoint"), 1);
  });

  it("counts one once that is removed twice at the same time", async () => {
    await put("endpoint");
    await put("endpoint");
    const [first] = await spool.next("endpoint", 1);
    await Promise.all([1, 2].map(() => spool.remove("endpoint", [first?.place ?? 0])));
    assert.equal(spool.countOf("endpoint"), 1);
  });

  it("takes the next one, and counts nothing that is gone, where its folder was removed while it was in use", async () => {
    await put("endpoint");
    rmSync(folder, { recursive: true });
    const next = await put("endpoint");
    assert.deepEqual([await idsIn("endpoint"), spool.countOf("endpoint")], [[next.deliveryId], 1]);
    assert.deepEqual(notices, [{ code: "replaced" }]);
  });

  it("forgets a client's events of a list, and keeps the others'", async () => {
    await put("endpoint", [checkIn({ clientID: "forget-me" }), checkIn({ clientID: "other" })]);
    assert.equal(await spool.forget("forget-me"), 1);
    const [left] = await spool.next("endpoint", 9);
    assert.deepEqual(
      left?.delivery.events.map(({ clientID }) => clientID),
      ["other"],
    );
  });

  it("leaves nothing in a file of what was forwarded, however much that was", async () => {
    for (let part = 0; part < 10; part += 1)
      await Promise.all(
        Array.from({ length: 200 }, () => put("endpoint", checkIn({ note: "Forwarded ".repeat(1_000) }))),
      );
    while (spool.countOf("endpoint") > 0) {
      const places = (await spool.next("endpoint", 100)).map(({ place }) => place);
      await spool.remove("endpoint", places);
    }
    for (const name of readdirSync(folder))
      assert.ok(!readFileSync(join(folder, name), "latin1").includes("Forwarded Forwarded"), name);
  });

  it("waits no longer for what the disk does not let it remove, and removes that later", async () => {
    const disk = fillableDisk(folder);
    spool = open(disk.source);
    await put("endpoint");
    const [first] = await spool.next("endpoint", 1);
    disk.isFull = true;
    await spool.remove("endpoint", [first?.place ?? 0]);
    assert.deepEqual([spool.countOf("endpoint"), spool.isRefusing], [0, true]);
    disk.isFull = false;
    const next = await put("endpoint");
    assert.deepEqual([await idsIn("endpoint"), spool.countOf("endpoint")], [[next.deliveryId], 1]);
    await spool.close();
    spool = open();
    assert.deepEqual(await idsIn("endpoint"), [next.deliveryId]);
  });
});

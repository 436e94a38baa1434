import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ProblemListener, ProblemWatches, type WatchedEndpoint } from "../../../nodes/runtime/problem-watches";
import { Inboxes } from "../../../src/engine/inboxes";
import { Troubles } from "../../../src/engine/troubles";
import { always } from "../../../src/problems/hours";
import { problemKinds } from "../../../src/problems/tally";
import { gatherMilliseconds } from "../../../src/problems/watch";
import { StandInClock, turns } from "../../support/stand-in-red-clock";

const hour = 60 * 60_000;

describe("who is told of problems", () => {
  let clock: StandInClock;
  let userDir: string;
  let inboxes: Inboxes;
  let troubles: Troubles;
  let watches: ProblemWatches;
  let told: string[];
  /** What the log knows of each endpoint; an error where it cannot be read. */
  let logged: Record<string, number | Error | undefined>;

  beforeEach(() => {
    clock = new StandInClock();
    userDir = mkdtempSync(join(tmpdir(), "node-red-hapana-problems-"));
    inboxes = new Inboxes(userDir);
    told = [];
    logged = {};
    begin();
  });
  afterEach(async () => {
    await inboxes.close();
    clock.release();
    rmSync(userDir, { recursive: true, force: true });
  });

  /** As a new process does. */
  function begin(): void {
    troubles = new Troubles(inboxes);
    watches = new ProblemWatches(userDir, troubles, async (endpoint) => {
      const at = logged[endpoint];
      if (at instanceof Error) throw at;
      return at;
    });
  }
  const listener = (others: Partial<ProblemListener> = {}): ProblemListener => ({
    ...{ endpoint: "", kinds: problemKinds, interval: 0, patience: { silence: 4 * hour, hours: always } },
    started: () => {},
    tell: (kind, pending) => told.push(`${kind} ${[...pending.keys()]}`),
    ...others,
  });
  const endpoint = (id: string, others: Partial<WatchedEndpoint> = {}): WatchedEndpoint => ({
    ...{ id, storageFault: undefined, hasFlows: true },
    ...others,
  });
  const file = () => join(userDir, "hapana", "problem-watches.json");
  async function pass(milliseconds: number): Promise<void> {
    await turns();
    clock.pass(milliseconds);
    await turns();
    clock.pass(gatherMilliseconds);
  }

  it("is whoever is there once the flows run, and nobody before", async () => {
    watches.join("n", listener());
    troubles.failed("a", "webhook", "d1");
    await pass(0);
    assert.equal(told.length, 0);
    watches.started([endpoint("a")]);
    await pass(0);
    assert.deepEqual(told, ["failed a"]);
  });

  it("is nobody who is gone, and nothing is kept for those", async () => {
    const leave = watches.join("n", listener());
    watches.started([endpoint("a")]);
    leave();
    watches.started([endpoint("a")]);
    troubles.failed("a", "webhook", "d1");
    await pass(hour);
    assert.equal(told.length, 0);
    watches.flush();
    assert.deepEqual(JSON.parse(readFileSync(file(), "utf8")).watches, {});
  });

  it("is the next node of the same id: a deploy makes the new one before or after the old one is gone", async () => {
    const leave = watches.join("n", listener());
    watches.started([endpoint("a")]);
    const again = watches.join("n", listener());
    leave();
    watches.started([endpoint("a")]);
    troubles.failed("a", "webhook", "d1");
    await pass(0);
    assert.deepEqual(told, ["failed a"]);
    again();
  });

  it("hears at once that the storage refuses already, but not at every deploy", async () => {
    const refusing = [endpoint("a", { storageFault: "ENOSPC" })];
    watches.join("n", listener());
    watches.started(refusing);
    await pass(0);
    assert.deepEqual(told, ["storage a"]);
    watches.join("n", listener());
    watches.started(refusing);
    await pass(0);
    assert.equal(told.length, 1);
  });

  describe("of silence", () => {
    it("at the start, by what the log knows, and where it can be read only later, then", async () => {
      logged = { a: Date.now() - 5 * hour, b: new Error("EIO") };
      watches.join("n", listener());
      watches.started([endpoint("a"), endpoint("b")]);
      await pass(0);
      assert.deepEqual(told, ["silence a"]);
      logged.b = Date.now() - 6 * hour;
      await pass(60_000);
      assert.deepEqual(told, ["silence a", "silence b"]);
    });

    it("not of an endpoint whose events nobody wants, unless it is asked for", async () => {
      logged = { a: Date.now() - 5 * hour };
      watches.join("n", listener());
      watches.join("m", listener({ endpoint: "a" }));
      watches.started([endpoint("a", { hasFlows: false })]);
      await pass(0);
      assert.equal(told.length, 1);
    });

    it("not where something came before it was told", async () => {
      logged = { a: Date.now() - 5 * hour };
      watches.join("n", listener());
      watches.started([endpoint("a")]);
      await turns();
      troubles.emit("arrived", "a");
      await pass(0);
      assert.equal(told.length, 0);
      await pass(4 * hour);
      assert.deepEqual(told, ["silence a"]);
    });

    it("not again after a restart, and not at all where it came in the last minute before a crash", async () => {
      logged = { a: Date.now() - 5 * hour };
      watches.join("n", listener());
      watches.started([endpoint("a")]);
      await pass(0);
      assert.equal(told.length, 1);
      watches.flush();
      begin();
      watches.join("n", listener());
      watches.started([endpoint("a")]);
      await pass(0);
      assert.equal(told.length, 1);

      // Only the log knows of it.
      logged = { a: Date.now() };
      begin();
      watches.join("n", listener());
      watches.started([endpoint("a")]);
      await pass(3 * hour);
      assert.equal(told.length, 1);
    });

    it("only where it is wanted, and it is said after how many hours", async () => {
      logged = { a: Date.now() - 5 * hour };
      watches.join("n", listener({ kinds: problemKinds.filter((kind) => kind !== "silence") }));
      watches.join("m", listener({ patience: { silence: 0, hours: always } }));
      watches.started([endpoint("a")]);
      await pass(24 * hour);
      assert.deepEqual(told, []);
    });

    it("begins at the first start, where nothing has ever come", async () => {
      watches.join("n", listener());
      watches.started([endpoint("a")]);
      await pass(3 * hour);
      assert.equal(told.length, 0);
      await pass(hour);
      assert.deepEqual(told, ["silence a"]);
    });
  });

  it("is told all the same where what was kept cannot be read, or cannot be written", async () => {
    for (const kept of ["", "no JSON", "null", '{"watches":7,"silences":[]}', '{"watches":{"n":null}}']) {
      mkdirSync(join(userDir, "hapana"), { recursive: true });
      writeFileSync(file(), kept);
      begin();
      watches.join("n", listener());
      watches.started([endpoint("a")]);
      troubles.failed("a", "webhook", "d1");
      await pass(0);
      assert.deepEqual(told.splice(0), ["failed a"], kept);
    }
    rmSync(file());
    mkdirSync(file());
    begin();
    watches.join("n", listener());
    watches.started([endpoint("a")]);
    troubles.failed("a", "webhook", "d1");
    await pass(0);
    assert.deepEqual(told, ["failed a"]);
  });

  it("is kept once the disk takes it, where it did not when it happened", async () => {
    mkdirSync(file(), { recursive: true });
    watches.join("n", listener({ interval: hour }));
    watches.started([endpoint("a")]);
    troubles.failed("a", "webhook", "d1");
    await pass(0);
    troubles.failed("a", "webhook", "d2");
    await pass(0);
    rmSync(file(), { recursive: true });
    await pass(0);
    assert.match(readFileSync(file(), "utf8"), /"d2"/);
  });
});

import assert from "node:assert/strict";
import { fingerprint } from "../../../src/inbox/fingerprint";
import { RecentEvents } from "../../../src/inbox/recent-events";

const minute = 60_000;
const start = Date.parse("2026-04-12T07:52:10.000Z");

describe("recent events", () => {
  const client = fingerprint("client");
  const [active, suspended] = [fingerprint("active"), fingerprint("suspended")];
  let recent: RecentEvents;

  beforeEach(() => {
    recent = new RecentEvents();
  });

  it("know the latest of a client when it comes again", () => {
    recent.put(client, active, start);
    assert.equal(recent.isRepetition(client, active, start + minute), true);
    assert.equal(recent.isRepetition(client, suspended, start + minute), false);
    assert.equal(recent.isRepetition(fingerprint("other"), active, start + minute), false);
  });

  it("know nothing but the latest: active, suspended, active is three", () => {
    recent.put(client, active, start);
    recent.put(client, suspended, start + 1);
    assert.equal(recent.isRepetition(client, active, start + 2), false);
  });

  for (const [minutes, isKnown] of [
    [10, true],
    [10.01, false],
    [25, false],
  ] as const) {
    it(`${isKnown ? "know" : "forget"} an event after ${minutes} minutes, also where others came in between`, () => {
      recent.put(client, active, start);
      for (let passed = 0; passed < minutes; passed += 3)
        recent.put(fingerprint(`${passed}`), active, start + passed * minute);
      assert.equal(recent.isRepetition(client, active, start + minutes * minute), isKnown);
    });
  }

  it("go on where the clock is set back", () => {
    recent.put(client, active, start);
    recent.put(client, suspended, start - 24 * 60 * minute);
    assert.equal(recent.isRepetition(client, suspended, start - 24 * 60 * minute), true);
  });

  it("take back what the disk has refused: the same event is then no repetition", () => {
    recent.put(client, active, start)();
    assert.equal(recent.isRepetition(client, active, start), false);
    recent.put(client, active, start);
    recent.put(client, suspended, start)();
    assert.equal(recent.isRepetition(client, active, start), true);
  });

  it("take back also what was written before the table grew", () => {
    const undo = recent.put(client, active, start);
    for (let number = 0; number < 5_000; number += 1) recent.put(fingerprint(`${number}`), active, start);
    undo();
    assert.equal(recent.isRepetition(client, active, start), false);
    assert.equal(recent.isRepetition(fingerprint("4999"), active, start), true);
  });

  it("mix up no two of a hundred thousand clients, in a few megabytes", () => {
    const clients = Array.from({ length: 100_000 }, (_, number) => fingerprint(`client ${number}`));
    const bodies = clients.map((_, number) => fingerprint(`body ${number}`));
    const before = process.memoryUsage().arrayBuffers;
    for (const [number, one] of clients.entries()) {
      assert.equal(recent.isRepetition(one, bodies[number] as string, start), false);
      recent.put(one, bodies[number] as string, start);
    }
    for (const [number, one] of clients.entries()) {
      assert.equal(recent.isRepetition(one, bodies[number] as string, start), true);
      assert.equal(recent.isRepetition(one, bodies[number - 1] ?? active, start), false);
    }
    assert.ok(process.memoryUsage().arrayBuffers - before < 15 * 2 ** 20);
  });
});

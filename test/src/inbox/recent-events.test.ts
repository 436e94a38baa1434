import assert from "node:assert/strict";
import { quickFingerprint } from "../../../src/inbox/fingerprint";
import { RecentEvents } from "../../../src/inbox/recent-events";

const minute = 60_000;
const start = Date.parse("2026-04-12T07:52:10.000Z");

describe("recent events", () => {
  const client = quickFingerprint("client");
  let recent: RecentEvents;

  beforeEach(() => {
    recent = new RecentEvents();
  });

  it("know where a client's latest is", () => {
    recent.put(client, { sequence: 7, at: start });
    assert.equal(recent.latest(client, start + minute), 7);
    assert.equal(recent.latest(quickFingerprint("other"), start + minute), undefined);
  });

  it("know nothing but the latest: active, suspended, active is three", () => {
    recent.put(client, { sequence: 7, at: start });
    recent.put(client, { sequence: 8, at: start + 1 });
    assert.equal(recent.latest(client, start + 2), 8);
  });

  for (const sequence of [1, 2 ** 30 - 1, 2 ** 30, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
    it(`keep the sequence ${sequence}`, () => {
      recent.put(client, { sequence, at: start });
      assert.equal(recent.latest(client, start), sequence);
    });
  }

  for (const [minutes, isKnown] of [
    [10, true],
    [10.01, false],
    [25, false],
  ] as const) {
    it(`${isKnown ? "know" : "forget"} an event after ${minutes} minutes, also where others came in between`, () => {
      recent.put(client, { sequence: 1, at: start });
      for (let passed = 0; passed < minutes; passed += 3) {
        recent.put(quickFingerprint(`${passed}`), { sequence: 2 + passed, at: start + passed * minute });
      }
      assert.equal(recent.latest(client, start + minutes * minute), isKnown ? 1 : undefined);
    });
  }

  it("go on where the clock is set back", () => {
    const yesterday = start - 24 * 60 * minute;
    recent.put(client, { sequence: 1, at: start });
    recent.put(client, { sequence: 2, at: yesterday });
    assert.equal(recent.latest(client, yesterday), 2);
  });

  it("take back what the disk has refused: the same event is then no repetition", () => {
    recent.put(client, { sequence: 1, at: start })();
    assert.equal(recent.latest(client, start), undefined);
    recent.put(client, { sequence: 1, at: start });
    recent.put(client, { sequence: 2, at: start })();
    assert.equal(recent.latest(client, start), 1);
  });

  it("take back also what was written before the table grew", () => {
    const undo = recent.put(client, { sequence: 1, at: start });
    for (let number = 0; number < 5_000; number += 1) {
      recent.put(quickFingerprint(`${number}`), { sequence: number, at: start });
    }
    undo();
    assert.equal(recent.latest(client, start), undefined);
    assert.equal(recent.latest(quickFingerprint("4999"), start), 4_999);
  });

  it("mix up no two of a hundred thousand clients, in a few megabytes", () => {
    const clients = Array.from({ length: 100_000 }, (_, number) => quickFingerprint(`client ${number}`));
    const before = process.memoryUsage().arrayBuffers;
    for (const [sequence, one] of clients.entries()) {
      assert.equal(recent.latest(one, start), undefined);
      recent.put(one, { sequence, at: start });
    }
    for (const [sequence, one] of clients.entries()) assert.equal(recent.latest(one, start), sequence);
    assert.ok(process.memoryUsage().arrayBuffers - before < 15 * 2 ** 20);
  });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import { tellOf } from "../../../nodes/runtime/tell";
import { Inboxes } from "../../../src/engine/inboxes";
import type { Notice } from "../../../src/inbox/inbox";
import { StandInRed } from "../../support/stand-in-red";

const texts = "@gymflows/node-red-hapana/hapana-endpoint:hapana-endpoint.log";
const file = join(__dirname, "../../../nodes/hapana-endpoint/locales/en-US/hapana-endpoint.json");
const words: Record<string, string> = JSON.parse(readFileSync(file, "utf8"))["hapana-endpoint"].log;

/** Every kind of notice, and the line that it gives. */
const notices: readonly [Notice | { code: "diskUnavailable" }, level: "warn" | "error", line: string][] = [
  [{ code: "diskUnavailable" }, "warn", `${texts}.diskUnavailable`],
  [{ code: "unreadable", count: 2 }, "warn", `${texts}.unreadable {"count":2}`],
  [{ code: "damaged", detail: "log" }, "warn", `${texts}.damaged {"detail":"log"}`],
  [{ code: "putAside", folder: "/there" }, "warn", `${texts}.putAside {"folder":"/there"}`],
  [{ code: "replaced" }, "warn", `${texts}.replaced`],
  [{ code: "noModes", folder: "/there" }, "warn", `${texts}.noModes {"folder":"/there"}`],
  [{ code: "setAside", subscriber: "named", count: 2 }, "error", `${texts}.setAside {"node":"North","count":2}`],
  [{ code: "setAside", subscriber: "gone", count: 1 }, "error", `${texts}.setAside {"node":"gone","count":1}`],
];

describe("what happens to the inboxes", () => {
  let red: StandInRed;
  let inboxes: Inboxes;

  beforeEach(async () => {
    red = new StandInRed();
    inboxes = new Inboxes(red.userDir);
    tellOf(inboxes, red.RED, (id) => `the endpoint ${id}`);
    await red.deploy([{ id: "named", type: "hapana-webhook-in", name: "North" }]);
  });
  afterEach(async () => {
    for (const { text } of red.lines) assertFilledIn(text);
    await inboxes.close();
    await red.end();
  });

  const lines = () => red.lines.map(({ level, text }) => [level, text]);

  for (const [notice, level, line] of notices) {
    it(`is told in the log: ${JSON.stringify(notice)}`, () => {
      inboxes.emit("notice", notice);
      assert.deepEqual(lines(), [[level, line]]);
    });
  }

  it("is told where a node takes over what waited for one that is gone; no name but the node's", () => {
    const takenOver = [
      { from: "gone", to: "named", count: 3 },
      { from: "gone", to: "nameless", count: 1 },
    ];
    inboxes.emit("handover", { takenOver, withoutTaker: [] });
    assert.deepEqual(lines(), [
      ["log", `${texts}.takenOver {"node":"North","count":3}`],
      ["log", `${texts}.takenOver {"node":"nameless","count":1}`],
    ]);
  });

  it("is told where events wait for a node that is gone, by their endpoint's name", () => {
    inboxes.emit("handover", { takenOver: [], withoutTaker: [{ endpoint: "e", count: 2, added: 0 }] });
    assert.deepEqual(lines(), [["warn", `${texts}.withoutTaker {"endpoint":"the endpoint e","count":2}`]]);
  });

  it("is told once for each deploy where events come for a node that is gone, and again where the next deploy finds more", () => {
    const waiting = mock.method(inboxes, "unclaimedAt", () => 1);
    for (let count = 0; count < 3; count += 1) inboxes.emit("unclaimed", "e");
    const line = (count: number) => ["warn", `${texts}.withoutTaker {"endpoint":"the endpoint e","count":${count}}`];
    assert.deepEqual(lines(), [line(1)]);
    inboxes.emit("handover", { takenOver: [], withoutTaker: [{ endpoint: "e", count: 3, added: 0 }] });
    inboxes.emit("unclaimed", "e");
    inboxes.emit("handover", { takenOver: [], withoutTaker: [{ endpoint: "e", count: 3, added: 0 }] });
    assert.deepEqual(lines(), [line(1), line(3)]);
    inboxes.emit("handover", { takenOver: [], withoutTaker: [] });
    inboxes.emit("unclaimed", "e");
    assert.deepEqual(lines(), [line(1), line(3), line(1)]);
    waiting.mock.restore();
  });

  it("is told where what was removed had been taken by nobody, and only then", () => {
    inboxes.emit("pruned", { removed: 5, untaken: 0 });
    inboxes.emit("handover", { takenOver: [], withoutTaker: [] });
    assert.deepEqual(lines(), []);
    inboxes.emit("pruned", { removed: 5, untaken: 2 });
    assert.deepEqual(lines(), [["warn", `${texts}.prunedUntaken {"count":2}`]]);
  });

  it("is told once with its stack, where it is a fault of ours, however often it happens", () => {
    const fault = new TypeError("x is not a function");
    for (let time = 0; time < 3; time += 1) inboxes.emit("fault", fault);
    inboxes.emit("fault", Object.assign(new Error("without one"), { stack: undefined }));
    inboxes.emit("fault", "only a text");
    const details = red.logged("error").map((line) => JSON.parse(line.replace(`${texts}.internal `, "")).detail);
    assert.deepEqual(details, [fault.stack, "without one", "only a text"]);
    assert.match(fault.stack ?? "", /^TypeError: x is not a function\n +at /);
  });
});

/** The text exists, and has a place for each value, and no other. */
function assertFilledIn(line: string): void {
  const [, key = "", values = "{}"] = /^\S+\.log\.(\w+)(?: (.*))?$/s.exec(line) ?? [];
  const places = Array.from((words[key] ?? "").matchAll(/__(\w+)__/g), ([, name]) => name).sort();
  assert.ok(words[key], line);
  assert.deepEqual(Object.keys(JSON.parse(values)).sort(), places, line);
}

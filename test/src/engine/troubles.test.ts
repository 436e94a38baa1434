import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Inboxes } from "../../../src/engine/inboxes";
import { Troubles } from "../../../src/engine/troubles";
import { StoreError } from "../../../src/inbox/store-error";
import type { Trouble } from "../../../src/problems/tally";
import { turnOfTheLoop } from "./support";

describe("what goes wrong with events", () => {
  let userDir: string;
  let inboxes: Inboxes;
  let noted: Trouble[];

  beforeEach(() => {
    userDir = mkdtempSync(join(tmpdir(), "node-red-hapana-troubles-"));
    inboxes = new Inboxes(userDir);
    noted = [];
    new Troubles(inboxes).on("trouble", (trouble) => noted.push(trouble));
  });
  afterEach(async () => {
    await inboxes.close();
    rmSync(userDir, { recursive: true, force: true });
  });

  const sum = () => noted.reduce((total, { count }) => total + count, 0);

  it("names those that were set aside, as far as the log has them", async () => {
    inboxes.setAside = async () => ({ endpoint: "a", deliveryIds: ["d1", "d2"] });
    inboxes.emit("notice", { code: "setAside", subscriber: "n", count: 30 });
    await turnOfTheLoop();
    assert.deepEqual([noted.map(({ deliveryId }) => deliveryId), sum()], [["d1", "d2"], 30]);
    assert.ok(noted.every(({ kind, endpoint, node }) => kind === "setAside" && endpoint === "a" && node === "n"));
  });

  it("is told also where the log cannot be read", async () => {
    inboxes.setAside = () => Promise.reject(new StoreError("EIO", "broken"));
    inboxes.emit("notice", { code: "setAside", subscriber: "n", count: 3 });
    await turnOfTheLoop();
    assert.deepEqual(noted, [{ kind: "setAside", endpoint: "", node: "n", count: 3, deliveryId: undefined }]);
  });

  it("tells of stored events that cannot be read any more", () => {
    inboxes.emit("notice", { code: "unreadable", endpoint: "a", count: 2 });
    inboxes.emit("notice", { code: "unreadable", count: 1 });
    const lost = { kind: "storage", reason: "UNREADABLE" } as const;
    assert.deepEqual(noted, [
      { ...lost, endpoint: "a", count: 2 },
      { ...lost, endpoint: "", count: 1 },
    ]);
  });

  it("tells what a deploy has left without a taker", () => {
    inboxes.emit("handover", {
      takenOver: [],
      withoutTaker: [
        { endpoint: "a", count: 9, added: 4 },
        { endpoint: "b", count: 2, added: 0 },
      ],
    });
    assert.deepEqual(noted, [{ kind: "unclaimed", endpoint: "a", count: 4 }]);
  });
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Inbox } from "../../../../src/inbox/inbox";
import { diskSource } from "../../../../src/inbox/level/disk-source";
import { memoryInbox, presentOf, storeWaiting, TestFlow, turnOfTheLoop } from "../../engine/support";

describe("what is on its way in an inbox on LevelDB", () => {
  let folder: string;
  let inbox: Inbox;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "node-red-hapana-"));
    inbox = await memoryInbox(diskSource(folder));
    await inbox.subscribers(presentOf(new TestFlow("flow")));
  });
  afterEach(async () => {
    await inbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = () => {
    const [counts] = inbox.counts().subscribers;
    return (counts?.waiting ?? 0) + (counts?.inFlow ?? 0);
  };

  it("counts as waiting while it is claimed: a door opened between the two, as if nothing was on its way", async () => {
    await storeWaiting(inbox, 5);
    let isOver = false;
    const claiming = inbox.claim("flow", 5).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      for (let step = 0; step < 50; step += 1) {
        assert.equal(open(), 5);
        await new Promise<void>((resolve) => process.nextTick(resolve));
      }
      await turnOfTheLoop(1);
    }
    assert.equal((await claiming).length, 5);
  });

  it("waits by the time that its resend is said to be done", async () => {
    await storeWaiting(inbox, 1);
    const claims = await inbox.claim("flow", 1);
    await inbox.settle(
      claims.map(({ subscriber, event: { sequence }, attempt }) => ({
        ...{ subscriber, sequence, attempt },
        outcome: { kind: "delivered", milliseconds: 1 },
      })),
    );
    const { id } = await inbox.resend({ query: { endpoint: "endpoint" }, subscriber: "flow" });
    let isOver = false;
    const stepping = inbox.resendNext(id, 10).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      const [resend] = await inbox.resends();
      if (resend?.state === "done") assert.equal(open(), 1);
      await turnOfTheLoop(1);
    }
    await stepping;
    assert.equal(open(), 1);
  });
});

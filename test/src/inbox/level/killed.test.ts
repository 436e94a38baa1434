import assert from "node:assert/strict";
import { clientOf } from "../../../support/deliveries";
import { closeAfterEach, drainClaims, justOne, kill, newFolder, openAt, start } from "./folders";

closeAfterEach();

const rounds = 6;

/** What a worker has said before it was killed. */
interface Said {
  stored: Set<string>;
  /** Whether this was kept, nobody knows of the last ones. */
  settling: Set<string>;
  settled: Set<string>;
  /** The highest attempt that each came with. */
  attempts: Map<string, number>;
}

function note(said: Said, line: string): void {
  const [what = "", client = "", more] = line.split(" ");
  if (what === "stored") said.stored.add(client);
  else if (what === "settling") said.settling.add(client);
  else if (what === "settled") said.settled.add(client);
  else if (what === "claimed") checkAttempt(said, client, Number(more));
  else assert.fail(line);
}

/** What was in a flow before, says so. */
function checkAttempt({ attempts, settled }: Said, client: string, attempt: number): void {
  const before = attempts.get(client) ?? 0;
  assert.ok(attempt > before, `${client} came with attempt ${attempt} after ${before}`);
  assert.ok(!settled.has(client), `${client} came again although it was settled`);
  attempts.set(client, attempt);
}

describe("an inbox whose process is killed while it stores and delivers as fast as it can", () => {
  it("has all that was acknowledged, and sends nothing again as if it were new", async () => {
    const folder = newFolder();
    const said: Said = { stored: new Set(), settling: new Set(), settled: new Set(), attempts: new Map() };
    for (let round = 0; round < rounds; round += 1) {
      const { child, lines } = start("worker.ts", folder, String(round));
      let count = 0;
      const last = 200 + Math.floor(Math.random() * 3_000);
      for await (const line of lines) {
        note(said, line);
        count += 1;
        if (count === last) void kill(child);
      }
    }
    const { inbox, notices } = await openAt(folder);
    await inbox.subscribers(justOne);
    const came = [];
    for (let turn = await inbox.nextTurn(); turn; turn = await inbox.nextTurn()) {
      if (turn.claim) came.push(turn.claim);
      await inbox.survived();
    }
    came.push(...(await drainClaims(inbox)));
    for (const { event, attempt } of came) checkAttempt(said, clientOf(event), attempt);
    const all = new Set(came.map(({ event }) => clientOf(event)));
    const lost = [...said.stored].filter((client) => !said.settling.has(client) && !all.has(client));
    assert.deepEqual(lost, []);
    assert.deepEqual(notices, []);
    assert.ok(said.stored.size > 100, `only ${said.stored.size} were stored`);
  }).timeout(120_000);
});

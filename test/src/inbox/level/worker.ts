/**
 * Stores, claims and settles as fast as it can, and says what it does and was told: `stored`, `claimed` with the attempt, `settling`, `settled`.
 * Written at once, so that what was said is known even if this process is killed in the next moment.
 */
import { writeSync } from "node:fs";
import { diskSource } from "../../../../src/inbox/level/disk-source";
import { LevelInbox } from "../../../../src/inbox/level/level-inbox";
import { clientOf, delivered } from "../../../support/deliveries";
import { done, justOne, settleAll } from "./claims";

const [folder = "", run = ""] = process.argv.slice(2);
const say = (what: string, client: string, more = 0) => writeSync(1, `${what} ${client} ${more}\n`);

async function main(): Promise<void> {
  const inbox = await LevelInbox.open(diskSource(folder), { storageChanged() {}, notice: ({ code }) => say(code, "") });
  await inbox.subscribers(justOne);
  let next = 0;
  const storing = async () => {
    for (;;) {
      const client = `${run}-${next++}`;
      const delivery = await delivered({ clientID: client, siteID: "s", filler: client.repeat(20) }, { id: client });
      const {
        events: [result],
      } = await inbox.store("endpoint", delivery, () => next % 3 === 0);
      say("stored", client);
      const claims = result?.claims ?? [];
      for (const { attempt } of claims) say("claimed", client, attempt);
      if (claims.length > 0) say("settling", client);
      await settleAll(inbox, claims);
      if (claims.length > 0) say("settled", client);
    }
  };
  const delivering = async () => {
    for (;;) {
      const claims = await inbox.claim("one", 5);
      for (const { event, attempt } of claims) say("claimed", clientOf(event), attempt);
      const finished = claims.slice(0, 4);
      for (const { event } of finished) say("settling", clientOf(event));
      await settleAll(inbox, finished, done);
      for (const { event } of finished) say("settled", clientOf(event));
      await settleAll(inbox, claims.slice(4), { kind: "waiting" });
      if (claims.length === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const turns = async () => {
    for (let turn = await inbox.nextTurn(); turn; turn = await inbox.nextTurn()) {
      if (turn.claim) say("claimed", clientOf(turn.claim.event), turn.claim.attempt);
      if (turn.claim) say("settling", clientOf(turn.claim.event));
      if (turn.claim) await settleAll(inbox, [turn.claim]);
      if (turn.claim) say("settled", clientOf(turn.claim.event));
      await inbox.survived();
    }
  };
  await turns();
  await Promise.all([storing(), storing(), storing(), storing(), delivering(), delivering()]);
}

void main();

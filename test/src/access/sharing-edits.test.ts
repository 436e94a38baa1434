import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "../../../src/access/entries";
import { RosterKeeper } from "../../../src/access/keeper";
import { SharingEdits } from "../../../src/access/sharing-edits";
import type { DatabaseSource } from "../../../src/inbox/level/database";
import { diskSource } from "../../../src/inbox/level/disk-source";
import { memorySource } from "../../../src/inbox/level/memory-source";
import { StoreError } from "../../../src/inbox/store-error";
import type { StoredEvent } from "../../../src/inbox/stored-event";
import { StandInNotes } from "../../support/stand-in-notes";
import { waitFor } from "../../support/wait-for";

describe("what is said by hand at one of several Node-REDs that share an inbox", () => {
  const open: { close(): Promise<void> }[] = [];
  let notes: StandInNotes;
  beforeEach(() => {
    notes = new StandInNotes("one");
  });
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  async function door(instance: string, source: DatabaseSource = memorySource(), isShared = true, isOpen = true) {
    const keeper = new RosterKeeper(source);
    await keeper.ready;
    keeper.behindIs(false);
    const own = notes.at(instance);
    const place = { isShared, notes: isShared && isOpen ? own : undefined };
    const sharing = new SharingEdits(keeper, "roster", () => place);
    sharing.look();
    const close = async () => {
      sharing.end();
      await keeper.close();
    };
    open.push({ close });
    return {
      ...{ keeper, notes: own, close },
      /** Its inbox is shared from now on, or is open. */
      share() {
        Object.assign(place, { isShared: true, notes: own });
        sharing.look();
      },
      say: (...entries: Entry[]) => keeper.import(entries, Date.now()),
      client: (clientID: string) => keeper.roster?.client(clientID),
      /** As many have heard as there is to be heard. */
      async until(what: string, is: () => boolean): Promise<void> {
        await waitFor(
          () => (is() ? true : undefined),
          () => `${instance}: not ${what}`,
        );
      },
    };
  }

  type Door = Awaited<ReturnType<typeof door>>;

  const isBlocked = ({ client }: Door, clientID: string) => client(clientID)?.standing?.kind === "blocked";

  function event(sequence: number, type: string, payload: object): StoredEvent {
    return {
      ...{ sequence, event: type as StoredEvent["event"], siteID: "manly", issues: [], deliveryId: `del_${sequence}` },
      ...{ receivedAt: new Date().toISOString(), test: false, body: {} },
      payload: { siteID: "manly", ...payload },
    };
  }

  it("counts at all of them: who is blocked at one is blocked at the other, and not any more when that is over", async () => {
    const [one, other] = [await door("one"), await door("other")];
    await one.say({ clientID: "c", kind: "blocked" }, { credential: "GUEST1", name: "A Guest", until: 9e12 });
    await other.until("blocked", () => isBlocked(other, "c"));
    assert.equal(other.keeper.holderOf("GUEST1", 1)?.firstName, "A");
    await other.say({ clientID: "c", kind: "member" });
    await one.until("let in", () => !isBlocked(one, "c"));
    await one.keeper.removeCredential(one.keeper.holderOf("GUEST1", 1)?.clientID ?? "", "GUEST1", Date.now());
    await other.until("without the fob", () => other.keeper.holderOf("GUEST1", 1) === undefined);
  });

  it("counts there at once where the database is away, and at the others when it is back, also after a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hapana-edits-"));
    try {
      const one = await door("one", diskSource(join(folder, "one")));
      one.notes.fault = new StoreError("UNREACHABLE", new Error("It is away."));
      await one.say({ clientID: "c", kind: "blocked" });
      assert.ok(isBlocked(one, "c"));
      await one.close();
      const other = await door("other");
      const again = await door("one", diskSource(join(folder, "one")));
      await other.until("blocked", () => isBlocked(other, "c"));
      await again.until("through", () => again.keeper.edits.size === 0);
    } finally {
      await Promise.all(open.splice(0).map((each) => each.close()));
      rmSync(folder, { recursive: true });
    }
  });

  it("is told also where the database was away when Node-RED was started", async () => {
    const one = await door("one");
    await one.until("through", () => one.keeper.heardEdits !== undefined);
    await one.close();
    const [away, other] = [await door("two", memorySource(), true, false), await door("other")];
    await away.say({ clientID: "c", kind: "blocked" });
    assert.equal(away.keeper.edits.size, 1);
    away.share();
    await other.until("blocked", () => isBlocked(other, "c"));
  });

  it("is told to one that comes later, with all that was said before anybody shared it", async () => {
    const one = await door("one", memorySource(), false);
    await one.say(
      { clientID: "blocked", kind: "blocked" },
      { email: "staff@example.com", name: "Sam Staff", kind: "staff", credential: "STAFF1" },
    );
    await one.say({ clientID: "old", status: "activePackage" });
    one.share();
    await one.until("told", () => notes.at("x").shared[0].size >= 3);
    const other = await door("other");
    await other.until("blocked", () => isBlocked(other, "blocked"));
    await other.until("staff", () => other.keeper.holderOf("STAFF1", 1)?.standing?.kind === "staff");
    await other.until("known", () => JSON.stringify(other.client("old")?.sites).includes("activePackage"));
  });

  it("does not undo what Hapana has said since, wherever that was heard first", async () => {
    const [one, other] = [await door("one"), await door("other")];
    const tell = async ({ keeper }: Door, ...events: StoredEvent[]) => {
      for (const each of events) await keeper.take(each, 1, "inbox");
    };
    const [first, second] = [
      event(1, "clientStatusChange", { clientID: "c", status: "activePackage", fobNumber: "OLD" }),
      event(2, "clientStatusChange", { clientID: "c", status: "suspended", fobNumber: "NEW" }),
    ];
    await tell(one, first);
    other.keeper.behindIs(true);
    await one.say(
      { clientID: "c", status: "activePackage", credential: "OLD", credentialKind: "fob" },
      { clientID: "z", kind: "blocked" },
    );
    await tell(one, second);
    // The other was away: what came meanwhile, it has heard of first.
    await tell(other, first, second);
    other.keeper.behindIs(false);
    await other.until("through", () => isBlocked(other, "z"));
    for (const each of [one, other]) {
      const client = each.client("c");
      assert.deepEqual(
        [client?.sites["*"], client?.sites.manly?.statuses[0]?.status, client?.credentials.map(({ text }) => text)],
        [undefined, "suspended", ["NEW"]],
      );
    }
  });

  it("ends the same at both where both say something of somebody at the same time", async () => {
    const [one, other] = [await door("one"), await door("other")];
    await Promise.all([one.say({ clientID: "c", kind: "blocked" }), other.say({ clientID: "c", kind: "staff" })]);
    await one.say({ clientID: "last", kind: "blocked" });
    await other.say({ clientID: "last too", kind: "blocked" });
    for (const each of [one, other])
      await each.until("through", () => isBlocked(each, "last") && isBlocked(each, "last too"));
    assert.ok(one.client("c")?.standing);
    assert.deepEqual(one.client("c")?.standing, other.client("c")?.standing);
  });

  it("is forgotten at all, and stands nowhere any more", async () => {
    const [one, other] = [await door("one"), await door("other")];
    await one.say({ clientID: "c", email: "maria@example.com", name: "Maria", kind: "staff" });
    await other.until("known", () => other.client("c") !== undefined);
    await other.keeper.forget("c");
    await one.until("forgotten", () => one.client("c") === undefined);
    assert.doesNotMatch(JSON.stringify(await notes.read("roster roster")), /maria|"c"/i);
    await one.say({ clientID: "c", kind: "blocked" });
    await other.until("blocked", () => isBlocked(other, "c"));
    assert.equal(other.client("c")?.email, undefined);
  });

  it("is not told where nobody shares the inbox", async () => {
    const alone = await door("one", memorySource(), false);
    await alone.say({ clientID: "c", kind: "blocked" });
    assert.equal(alone.keeper.edits.size, 0);
  });
});

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { EventQuery } from "../../../../src/inbox/inbox";
import { diskSource } from "../../../../src/inbox/level/disk-source";
import { LevelInbox } from "../../../../src/inbox/level/level-inbox";
import { eventsInSketch } from "../../../../src/inbox/level/sketch";
import { SearchWords, textsOf } from "../../../../src/inbox/search-words";
import { enduring } from "../../../support/endurance";
import { gymClient, visit } from "../../../support/gym";
import { present } from "../contract";

const clients = 300;
/** The last event of a sketch, and the first of the next one. */
const lastAndFirst = [2, 1].map((back) => visit(eventsInSketch - back, { clients, count: 50_000 }).deliveryId);

const day = 24 * 60 * 60_000;

/** What is done to a store; each number says which client, which part of a text, and how much. */
const action = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("store" as const), which: fc.nat({ max: eventsInSketch }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("forget" as const), which: fc.nat({ max: clients - 1 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("prune" as const), which: fc.nat({ max: 1_000 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("prepare" as const, "reopen" as const, "crash" as const),
      which: fc.nat(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("forgetWhilePreparing" as const), which: fc.nat({ max: clients - 1 }) }),
  },
);

type Step = typeof action extends fc.Arbitrary<infer Each> ? Each : never;

interface Kept {
  id: string;
  clientID: string;
  at: number;
  texts: string[];
}

/** A store, and what has to be found in it: by looking at everything. */
class Gym {
  readonly #root = mkdtempSync(join(tmpdir(), "hapana-search-"));
  #folder = join(this.#root, "0", "inbox");
  #inbox: LevelInbox | undefined;
  #stored = 0;
  #kept: Kept[] = [];
  readonly #began = Date.now();

  get inbox(): LevelInbox {
    return this.#inbox ?? assert.fail();
  }

  async open(): Promise<void> {
    this.#inbox = await LevelInbox.open(diskSource(this.#folder), {
      storageChanged: (fault) => assert.equal(fault, undefined),
      notice: (notice) => assert.fail(JSON.stringify(notice)),
    });
    await this.#inbox.subscribers(present());
  }

  async run({ kind, which }: Step): Promise<void> {
    const { clientID } = gymClient(which % clients);
    switch (kind) {
      case "store":
        return this.store(which);
      case "forget":
        return this.#forget(clientID);
      case "prune":
        return this.#prune(this.#began + 7 * day - (6 * day * which) / 1_000);
      case "prepare":
        return this.inbox.prepareSearch();
      case "forgetWhilePreparing": {
        const prepared = this.inbox.prepareSearch();
        await this.#forget(clientID);
        return prepared;
      }
      case "reopen": {
        const prepared = this.inbox.prepareSearch();
        await this.inbox.close();
        await prepared;
        return this.open();
      }
      case "crash": {
        await this.inbox.stopped();
        const copy = join(this.#root, String(this.#stored + Math.random()), "inbox");
        cpSync(this.#folder, copy, { recursive: true, filter: (path) => !path.endsWith("LOCK") });
        await this.inbox.close();
        this.#folder = copy;
        return this.open();
      }
    }
  }

  async store(count: number): Promise<void> {
    for (let done = 0; done < count; done += 1_000) {
      const deliveries = Array.from({ length: Math.min(1_000, count - done) }, (_, index) =>
        visit(this.#stored + index, { clients, count: 50_000 }),
      );
      await Promise.all(deliveries.map((delivery) => this.inbox.store("endpoint", delivery)));
      this.#stored += deliveries.length;
      for (const { deliveryId: id, receivedAt, events } of deliveries) {
        const { clientID = "", body } = events[0] ?? assert.fail();
        this.#kept.push({ id, clientID, at: Date.parse(receivedAt), texts: [id.toLowerCase(), ...textsOf(body)] });
      }
    }
  }

  async #forget(clientID: string): Promise<void> {
    const theirs = this.#kept.filter((each) => each.clientID === clientID);
    assert.equal(await this.inbox.forget(clientID), theirs.length);
    for (const each of theirs) Object.assign(each, { clientID: "", texts: [each.id.toLowerCase()] });
  }

  async #prune(now: number): Promise<void> {
    const gone = this.#kept.filter(({ at }) => at <= now - 7 * day);
    assert.equal((await this.inbox.prune(now)).removed, gone.length);
    this.#kept = this.#kept.filter(({ at }) => at > now - 7 * day);
  }

  /** Finds what it should, and nothing else, in the right order. */
  async check(which: number): Promise<void> {
    const { email, phone, lastName, firstName, clientID } = gymClient(which % clients);
    const id = this.#kept[which % this.#kept.length]?.id ?? "dlv_";
    const part = (text: string) => text.slice(which % 5, 6 + (which % 9));
    for (const search of [
      ...[email, part(phone), `${lastName} ${firstName}`.toUpperCase(), part(clientID), id, part(id), "nobody"],
      ...lastAndFirst,
    ]) {
      const words = new SearchWords(search);
      const expected = this.#kept.filter(({ texts }) => words.areIn(texts)).map((each) => each.id);
      assert.deepEqual(await this.#found({ search }), expected.reverse(), search);
      assert.equal((await this.inbox.count({ search })).count, expected.length, search);
    }
    const [from, to] = [this.#began - 5 * day, this.#began - 4 * day];
    const words = new SearchWords(lastName);
    const between = this.#kept.filter(({ texts, at }) => words.areIn(texts) && at >= from && at <= to);
    assert.deepEqual(await this.#found({ search: lastName, from, to }), between.map((each) => each.id).reverse());
  }

  async #found(query: EventQuery): Promise<string[]> {
    const found: string[] = [];
    for (let before: number | undefined = Number.MAX_SAFE_INTEGER; before !== undefined; ) {
      const page = await this.inbox.list({ ...query, limit: 100, ...(before < 2 ** 47 && { before }) });
      found.push(...page.events.map(({ event }) => event.deliveryId));
      before = page.next;
    }
    return found;
  }

  async remove(): Promise<void> {
    await this.#inbox?.close();
    rmSync(this.#root, { recursive: true, force: true });
  }
}

describe("a search, whatever is stored, removed, forgotten and begun anew", () => {
  it("finds what a look at every event finds, in the same order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 7 }), fc.nat(), async (steps, which) => {
        const gym = new Gym();
        try {
          await gym.open();
          await gym.store(eventsInSketch + (which % eventsInSketch));
          await gym.inbox.prepareSearch();
          await gym.check(which);
          for (const step of steps) {
            await gym.run(step);
            await gym.check(which);
          }
        } finally {
          await gym.remove();
        }
      }),
      { numRuns: Number(process.env.PROPERTY_CASES ?? enduring(2, 60)) },
    );
  }).timeout(enduring(120_000, 3_600_000));
});

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Claim } from "../../../../src/inbox/inbox";
import { diskSource } from "../../../../src/inbox/level/disk-source";
import { LevelInbox } from "../../../../src/inbox/level/level-inbox";
import { clientOf, delivered } from "../../../support/deliveries";
import { present, subscriber } from "../contract";

const ids = ["one", "two"] as const;
type Id = (typeof ids)[number];
const day = 24 * 60 * 60_000;

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("store" as const),
      count: fc.integer({ min: 1, max: 9 }),
      // Who has a place for it at once.
      having: fc.subarray([...ids]),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("claim" as const),
      id: fc.constantFrom(...ids),
      count: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("settle" as const),
      outcome: fc.constantFrom("delivered" as const, "failed" as const, "waiting" as const, "slow" as const),
      which: fc.nat({ max: 20 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("subscribers" as const), there: fc.subarray([...ids]) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("crash" as const, "reopen" as const, "prune" as const) }) },
);

type Step = typeof action extends fc.Arbitrary<infer Each> ? Each : never;

/** What is expected of an inbox: each event and who it was sent to, and has yet to be. */
class Model {
  readonly #root = mkdtempSync(join(tmpdir(), "hapana-model-"));
  #folders = 0;
  #folder = this.#newFolder();
  #inbox: LevelInbox | undefined;
  #stored = 0;
  #flow: Claim[] = [];
  #there: readonly Id[] = [];
  /** Of each event and subscriber, the latest attempt. */
  readonly #attempts = new Map<string, number>();
  readonly #finished = new Set<string>();
  /** Events that somebody has had, and those that are to come to somebody. */
  readonly #had = new Set<string>();
  readonly #open = new Set<string>();

  get #theInbox(): LevelInbox {
    return this.#inbox ?? assert.fail();
  }

  #newFolder(): string {
    return join(this.#root, String(this.#folders++), "inbox");
  }

  async open(): Promise<void> {
    this.#inbox = await LevelInbox.open(diskSource(this.#folder), {
      storageChanged: (fault) => assert.equal(fault, undefined),
      notice: (notice) => assert.equal(notice.code, "setAside", JSON.stringify(notice)),
    });
  }

  async close(): Promise<void> {
    await this.#inbox?.close();
    this.#inbox = undefined;
    this.#flow = [];
  }

  async run(step: Step): Promise<void> {
    switch (step.kind) {
      case "store": {
        const clients = Array.from({ length: step.count }, () => `client-${this.#stored++}`);
        const stored = await Promise.all(
          clients.map(async (client) =>
            this.#theInbox.store("endpoint", await delivered({ clientID: client, siteID: "s" }, { id: client }), (id) =>
              step.having.some((each) => each === id),
            ),
          ),
        );
        for (const client of clients) this.#open.add(client);
        for (const { events } of stored) for (const { claims } of events) this.#took(claims);
        return;
      }
      case "claim": {
        this.#took(await this.#theInbox.claim(step.id, step.count));
        return;
      }
      case "settle": {
        const [claim] = this.#flow.splice(step.which, 1);
        if (claim) await this.#settle(claim, step.outcome);
        return;
      }
      case "subscribers":
        return this.#present(step.there);
      case "prune":
        assert.equal((await this.#theInbox.prune(Date.parse("2026-04-12T07:52:10.000Z") + day)).removed, 0);
        return;
      case "reopen":
        await this.close();
        return this.#restart();
      case "crash": {
        const copy = this.#newFolder();
        for (;;) {
          const before = readdirSync(this.#folder).join();
          try {
            cpSync(this.#folder, copy, { recursive: true, filter: (path) => !path.endsWith("LOCK") });
            if (readdirSync(this.#folder).join() === before) break;
          } catch {
            // LevelDB was tidying up.
          }
          rmSync(copy, { recursive: true, force: true });
        }
        await this.close();
        this.#folder = copy;
        return this.#restart();
      }
    }
  }

  async #restart(): Promise<void> {
    await this.open();
    await this.#suspects();
    await this.#present(this.#there);
  }

  async #suspects(): Promise<void> {
    for (let turn = await this.#theInbox.nextTurn(); turn; turn = await this.#theInbox.nextTurn()) {
      if (turn.claim) this.#took([turn.claim]);
      this.#flow = [];
      if (turn.claim) await this.#settle(turn.claim, "delivered");
      await this.#theInbox.survived();
    }
  }

  async #present(there: readonly Id[]): Promise<void> {
    this.#there = there;
    await this.#theInbox.subscribers(present(...there.map((id) => subscriber(id))));
  }

  #took(claims: readonly Claim[]): void {
    for (const claim of claims) {
      const client = clientOf(claim.event);
      const key = `${client} ${claim.subscriber}`;
      assert.ok(!this.#finished.has(key), `${key} came again after it was finished`);
      assert.ok(claim.attempt > (this.#attempts.get(key) ?? 0), `${key} came as attempt ${claim.attempt} again`);
      this.#attempts.set(key, claim.attempt);
      this.#had.add(client);
      this.#flow.push(claim);
    }
  }

  async #settle(
    { subscriber, event, attempt }: Claim,
    kind: "delivered" | "failed" | "waiting" | "slow",
  ): Promise<void> {
    const outcome = kind === "failed" ? { kind, error: "no", milliseconds: 1 } : { kind, milliseconds: 1 };
    await this.#theInbox.settle([{ subscriber, sequence: event.sequence, attempt, outcome }]);
    if (kind === "delivered" || kind === "failed") this.#finished.add(`${clientOf(event)} ${subscriber}`);
    if (kind === "slow") this.#flow.push({ subscriber, inbox: "", event, attempt, failures: 0 });
  }

  /** What is in the flow is listed as such, and nothing else is. */
  async checkList(): Promise<void> {
    const { events } = await this.#theInbox.list({ limit: 10_000 });
    const listed = events.flatMap(({ event, recipients }) =>
      recipients
        .filter(({ state }) => state === "inFlow" || state === "slow")
        .map(({ subscriber, attempts }) => `${clientOf(event)} ${subscriber} ${attempts}`),
    );
    const flow = this.#flow.map(({ event, subscriber, attempt }) => `${clientOf(event)} ${subscriber} ${attempt}`);
    assert.deepEqual(listed.sort(), flow.sort());
  }

  /** Everything comes in the end. */
  async finish(): Promise<void> {
    await this.run({ kind: "reopen" });
    await this.#present(ids);
    // Those of nodes that were not there have yet to have their turn.
    await this.#suspects();
    for (const id of ids) {
      for (
        let claims = await this.#theInbox.claim(id, 50);
        claims.length > 0;
        claims = await this.#theInbox.claim(id, 50)
      ) {
        this.#took(claims);
        for (const claim of claims) await this.#settle(claim, "delivered");
      }
    }
    assert.deepEqual(
      [...this.#open].filter((client) => !this.#had.has(client)),
      [],
      "lost",
    );
    for (const { waiting, inFlow, slow } of this.#theInbox.counts().subscribers)
      assert.deepEqual([waiting, inFlow, slow], [0, 0, 0]);
    assert.equal((await this.#theInbox.list({ limit: 10_000 })).events.length, this.#stored);
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.#root, { recursive: true, force: true });
  }
}

describe("an inbox on disk, whatever is done to it", () => {
  it("loses nothing, finishes nothing twice, and counts rightly", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), async (steps) => {
        const model = new Model();
        try {
          await model.open();
          await model.run({ kind: "subscribers", there: ["one"] });
          for (const step of steps) {
            await model.run(step);
            await model.checkList();
          }
          await model.finish();
        } finally {
          await model.remove();
        }
      }),
      { numRuns: Number(process.env.PROPERTY_CASES ?? 25) },
    );
  }).timeout(120_000);
});

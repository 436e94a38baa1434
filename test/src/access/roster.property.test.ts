import assert from "node:assert/strict";
import fc from "fast-check";
import { decide } from "../../../src/access/decide";
import type { Entry } from "../../../src/access/entries";
import { RosterKeeper } from "../../../src/access/keeper";
import { grantsOf } from "../../../src/access/permission";
import { memorySource } from "../../../src/inbox/level/memory-source";
import type { StoredEvent } from "../../../src/inbox/stored-event";
import { doorRules } from "../../support/large-roster";
import { check, propertyTimeout } from "../../support/properties";

const clients = ["ann", "bob"] as const;
type ClientID = (typeof clients)[number];

const emailOf = (client: ClientID) => `${client}@example.com`;
/** Each client's own; by hand, they are written in another way. */
const fobsOf = (client: ClientID) => (client === "ann" ? ["101", "102"] : ["201", "202"]);

/** What was said last of a client, and has to count; `undefined` where nobody has said anything of that. */
interface Said {
  isOpen?: boolean | undefined;
  isBlocked?: boolean;
  /** Until it is known whose email that is, nobody is. */
  isEmailBlocked?: boolean;
  isEmailKnown?: boolean;
  /** Whether a closing status was said of the email, and nothing newer of the client. */
  isEmailClosed?: boolean;
  readonly taken: Set<string>;
}

/** A roster, and what a person would expect who has followed all that was said. */
class World {
  readonly #source = memorySource();
  readonly #keepers = [new RosterKeeper(this.#source)];
  #told: StoredEvent[] = [];
  #sequence = 0;
  #now = Date.now();
  readonly #said = new Map<ClientID, Said>(clients.map((client) => [client, { taken: new Set() }]));

  of(client: ClientID): Said {
    return this.#said.get(client) as Said;
  }

  async tell(client: ClientID, event: string, payload: Readonly<Record<string, unknown>>): Promise<void> {
    const { status, email, fobNumber } = payload;
    this.#sequence += 1;
    const told: StoredEvent = {
      ...{ sequence: this.#sequence, event: event as StoredEvent["event"], siteID: "manly", issues: [], body: {} },
      ...{ deliveryId: `d${this.#sequence}`, receivedAt: new Date(this.#tick()).toISOString(), test: false },
      payload: { clientID: client, siteID: "manly", ...payload },
    };
    this.#told.push(told);
    const said = this.of(client);
    if (status !== undefined) Object.assign(said, { isOpen: status === "activePackage", isEmailClosed: false });
    if (email !== undefined) said.isEmailKnown = true;
    if (typeof fobNumber === "string") said.taken.delete(fobNumber);
    await this.#keeper.take(told, 1, "inbox");
  }

  /** As when it was disabled: from the first on, or just some of it. */
  async tellAgain(from: number): Promise<void> {
    const first = Math.floor(from * this.#told.length);
    for (const told of this.#told.slice(first)) await this.#keeper.take(told, 2, "inbox");
  }

  async say(client: ClientID, entry: Entry): Promise<void> {
    const said = this.of(client);
    if (entry.status !== undefined && entry.clientID === undefined) said.isEmailClosed = true;
    else if (entry.status !== undefined)
      Object.assign(said, { isOpen: entry.status === "activePackage", isEmailClosed: false });
    if (entry.credential !== undefined) said.taken.delete(String(Number.parseInt(entry.credential, 16)));
    if (entry.kind === "member") Object.assign(said, { isBlocked: false, isEmailBlocked: false });
    if (entry.clientID !== undefined && entry.email !== undefined) said.isEmailKnown = true;
    if (entry.kind === "blocked") said[entry.clientID === undefined ? "isEmailBlocked" : "isBlocked"] = true;
    await this.#keeper.import([entry], this.#tick());
  }

  async takeAway(client: ClientID, fob: string): Promise<void> {
    if (await this.#keeper.removeCredential(client, fob, this.#tick())) this.of(client).taken.add(fob);
  }

  async forget(client: ClientID): Promise<void> {
    await this.#keeper.forget(client);
    this.#told = this.#told.filter(({ payload }) => (payload as { clientID: string }).clientID !== client);
    this.#said.set(client, { taken: new Set() });
  }

  get #keeper(): RosterKeeper {
    return this.#keepers.at(-1) as RosterKeeper;
  }

  async restart(): Promise<void> {
    await this.#keeper.ready;
    await this.#keeper.close();
    this.#keepers.push(new RosterKeeper(this.#source));
    await this.#keeper.ready;
  }

  /** Clocks are put back as well. */
  putClock(by: number): void {
    this.#now += by;
  }

  #tick(): number {
    this.#now += 1_000;
    return this.#now;
  }

  check(): void {
    const { roster, tests, lastEventAt } = this.#keeper;
    if (!roster) return;
    const known = { roster, tests, mode: "normal", lastEventAt } as const;
    for (const client of clients) {
      const { isOpen, isBlocked, isEmailBlocked, isEmailClosed, isEmailKnown, taken } = this.of(client);
      const isOut = isOpen === false || isBlocked || (isEmailKnown && (isEmailBlocked || isEmailClosed));
      for (const fob of fobsOf(client)) {
        const { allow, code } = decide({ kind: "credential", text: fob }, known, doorRules, this.#now);
        if (isOut || taken.has(fob)) assert.equal(allow, false, `${client} comes in by ${fob}: ${code}`);
      }
      if (isOut) assert.deepEqual(grantsOf(roster.client(client), roster, doorRules, this.#now), []);
    }
  }
}

/** What is done to it, so that a failure can be read. */
type Act = readonly [what: string, how: object, act: (world: World) => Promise<void> | void];

const client = fc.constantFrom(...clients);
const status = fc.constantFrom("activePackage", "suspended");
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
/** Without what is not there. */
const given = (values: object) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
const fobOf = (id: ClientID, which: number | undefined) => (which === undefined ? undefined : fobsOf(id)[which]);

const event: fc.Arbitrary<Act> = fc
  .record({ client, status: maybe(status), fob: maybe(fc.nat(1)), hasEmail: fc.boolean() })
  .map((it) => {
    const type = it.status === undefined ? "checkIn" : "clientStatusChange";
    const email = it.hasEmail ? emailOf(it.client) : undefined;
    const payload = given({ email, status: it.status, fobNumber: fobOf(it.client, it.fob) });
    return ["tell", { client: it.client, ...payload }, (world) => world.tell(it.client, type, payload)];
  });

const entry: fc.Arbitrary<Act> = fc
  .record({
    ...{ client, status: maybe(status), fob: maybe(fc.nat(1)), kind: maybe(fc.constantFrom("member", "blocked")) },
    ...{ by: fc.constantFrom("id", "email", "both"), location: maybe(fc.constant("manly")) },
  })
  .map((it) => {
    const fob = fobOf(it.client, it.fob);
    const said = given({
      clientID: it.by === "email" ? undefined : it.client,
      email: it.by === "id" ? undefined : emailOf(it.client),
      credential: fob && `0x${Number(fob).toString(16)}`,
      kind: it.kind,
      ...(it.by === "email"
        ? { status: it.status && "suspended" }
        : { status: it.status, location: it.status && it.location }),
    });
    return ["say", said, (world) => world.say(it.client, said as Entry)];
  });

const other: fc.Arbitrary<Act> = fc.oneof(
  fc
    .double({ min: 0, max: 1, noNaN: true })
    .map((from): Act => ["tellAgain", { from }, (world) => world.tellAgain(from)]),
  fc
    .record({ client, fob: fc.constantFrom(0, 1) })
    .map((it): Act => ["takeAway", it, (world) => world.takeAway(it.client, fobOf(it.client, it.fob) ?? "")]),
  client.map((it): Act => ["forget", { client: it }, (world) => world.forget(it)]),
  fc.constant<Act>(["restart", {}, (world) => world.restart()]),
  fc.constantFrom(-86_400_000, 3_600_000).map((by): Act => ["putClock", { by }, (world) => world.putClock(by)]),
);

describe("a roster, whatever was said, in whatever order, and told again", () => {
  it("lets in nobody whose newest status is closing, who is blocked, or whose fob was taken away", async () => {
    await check(
      fc.asyncProperty(fc.array(fc.oneof(event, entry, other), { maxLength: 25 }), async (acts) => {
        const world = new World();
        for (const [, , act] of acts) {
          await act(world);
          world.check();
        }
        await world.restart();
        world.check();
      }),
    );
  }).timeout(propertyTimeout);
});

import assert from "node:assert/strict";
import { catalog } from "../../../src/events/catalog";
import type { Claim, EventQuery, Inbox, Notice, Outcome, Present, Subscriber } from "../../../src/inbox/inbox";
import { ReplayedError } from "../../../src/inbox/replayed-error";
import { unseenOf } from "../../../src/inbox/unseen";
import { clientOf, type DeliveredOptions, delivered } from "../../support/deliveries";
import { waitFor } from "../../support/wait-for";

/** An inbox under test, and how its process may end. */
export interface Tested {
  readonly inbox: Inbox;
  readonly notices: Notice[];
  /** Resolves when the counts tell of all that has happened; left out where they always do. */
  counted?(): Promise<void>;
  /** Opened again after it was closed; left out where nothing survives that. */
  reopened?(): Promise<Tested>;
  /** Opened by another process after this one was killed. */
  afterCrash?(): Promise<Tested>;
}

const everything = catalog.map(({ type }) => type);
const noon = Date.parse("2026-04-12T07:52:10.000Z");
const day = 24 * 60 * 60_000;

/** A subscriber of every event of the endpoint `endpoint`. */
export const subscriber = (id: string, properties: Partial<Subscriber> = {}): Subscriber => ({
  ...{ id, endpoint: "endpoint", events: everything, sites: [] },
  ...properties,
});

/** Everybody who is there; each endpoint that they name listens at a path of its name. */
export const present = (...subscribers: readonly Subscriber[]): Present => ({
  endpoints: [...new Set(["endpoint", ...subscribers.map(({ endpoint }) => endpoint)])].map((id) => ({
    ...{ id, path: `/${id}`, retentionDays: 7 },
  })),
  subscribers,
});

let clients = 0;

/** The body of a check-in by somebody new. */
const checkIn = (fields: object = {}) => ({
  clientID: `client-${++clients}`,
  siteID: "site",
  checkInStatus: "Valid",
  ...fields,
});

/** Stores check-ins, each in a delivery of its own; their clients, in order. */
async function storeCheckIns(
  inbox: Inbox,
  count: number,
  endpoint = "endpoint",
  fields: object = {},
): Promise<string[]> {
  const bodies = Array.from({ length: count }, () => checkIn(fields));
  await Promise.all(bodies.map(async (body) => inbox.store(endpoint, await delivered(body))));
  return bodies.map(({ clientID }) => clientID);
}

const clientsOf = (claims: readonly Claim[]) => claims.map(({ event }) => clientOf(event));

const settle = (inbox: Inbox, claims: readonly Claim[], outcome: Outcome) =>
  inbox.settle(
    claims.map(({ subscriber, event, attempt }) => ({ subscriber, sequence: event.sequence, attempt, outcome })),
  );

const done: Outcome = { kind: "delivered", milliseconds: 3 };

/** What every inbox promises, whatever keeps its events. Nothing here looks behind the interface. */
export function inboxContract(name: string, open: () => Promise<Tested>): void {
  describe(`an inbox ${name}`, () => {
    let tested: Tested;
    let inbox: Inbox;
    beforeEach(async () => {
      tested = await open();
      ({ inbox } = tested);
    });

    const claimAll = async (id: string) => {
      const claims = await inbox.claim(id, 1_000);
      await settle(inbox, claims, done);
      return clientsOf(claims);
    };
    const next = async (state: Promise<Tested> | undefined) => {
      assert.ok(state);
      tested = await state;
      ({ inbox } = tested);
    };
    const countsNow = async () => {
      await tested.counted?.();
      return inbox.counts();
    };
    const countsOf = async (id: string) => {
      const counts = (await countsNow()).subscribers.find((each) => each.subscriber === id);
      assert.ok(counts, `nothing is known of ${id}`);
      return counts;
    };

    describe("storing", () => {
      it("gives what it stores to those who select it, in the order of arrival", async () => {
        await inbox.subscribers(
          present(
            subscriber("all"),
            subscriber("purchases", { events: ["packagePurchased"] }),
            subscriber("manly", { sites: ["manly"] }),
            subscriber("elsewhere", { endpoint: "other" }),
          ),
        );
        const first = await storeCheckIns(inbox, 3);
        const manly = await storeCheckIns(inbox, 1, "endpoint", { siteID: " manly " });
        assert.deepEqual(await claimAll("all"), [...first, ...manly]);
        assert.deepEqual(await claimAll("manly"), manly);
        assert.deepEqual(await claimAll("purchases"), []);
        assert.deepEqual(await claimAll("elsewhere"), []);
      });

      it("gives what it does not recognise to everybody", async () => {
        await inbox.subscribers(present(subscriber("one", { events: ["checkIn"], sites: ["manly"] })));
        await inbox.store("endpoint", await delivered({ hello: 1 }, { eventName: undefined }));
        assert.equal((await inbox.claim("one", 9)).length, 1);
      });

      it("claims in the same step where a place is reserved, and asks each recipient once", async () => {
        await inbox.subscribers(present(subscriber("one"), subscriber("two")));
        const asked: string[] = [];
        const {
          events: [result],
        } = await inbox.store("endpoint", await delivered(checkIn()), (id) => {
          asked.push(id);
          return id === "one";
        });
        assert.deepEqual(asked, ["one", "two"]);
        assert.deepEqual(
          result?.claims.map(({ subscriber, attempt }) => [subscriber, attempt]),
          [["one", 1]],
        );
        assert.equal(result?.recipients, 2);
        assert.deepEqual(await inbox.claim("one", 9), []);
        assert.equal((await inbox.claim("two", 9)).length, 1);
      });

      it("tells a duplicate by the delivery's id, also of two at once, and at another endpoint it is none", async () => {
        await inbox.subscribers(present(subscriber("one"), subscriber("other", { endpoint: "other" })));
        const delivery = await delivered(checkIn(), { id: "del_1" });
        const results = await Promise.all([inbox.store("endpoint", delivery), inbox.store("endpoint", delivery)]);
        results.push(await inbox.store("endpoint", delivery), await inbox.store("other", delivery));
        assert.deepEqual(
          results.map(({ events: [result] }) => result?.event !== undefined),
          [true, false, false, true],
        );
        assert.equal((await inbox.claim("one", 9)).length, 1);
        assert.equal((await inbox.get("endpoint", "del_1"))?.duplicates, 2);
      });

      it("tells a repetition of a client's latest event within ten minutes, but not active, suspended, active", async () => {
        const send = async (status: string, minutes: number) => {
          const body = { clientID: "back", siteID: "s", status };
          const delivery = await delivered(body, { eventName: "clientStatusChange", now: noon + minutes * 60_000 });
          const {
            events: [result],
          } = await inbox.store("endpoint", delivery);
          return result?.event !== undefined;
        };
        const stored = [];
        for (const [status, minutes] of [
          ["a", 0],
          ["a", 9],
          ["s", 9],
          ["a", 9],
          ["a", 30],
        ] as const) {
          stored.push(await send(status, minutes));
        }
        assert.deepEqual(stored, [true, false, true, true, true]);
      });

      it("takes the same body for another event where its event, client or endpoint is another, or it is not recognised", async () => {
        const isNew = async (body: object, eventName: string | undefined, endpoint = "endpoint") => {
          const { events } = await inbox.store(endpoint, await delivered(body, { eventName }));
          return events[0]?.event !== undefined;
        };
        const body = { clientID: "same", siteID: "s", email: "same@example.com" };
        const stored = [
          await isNew(body, "clientUpdated"),
          await isNew(body, "clientUpdated"),
          await isNew(body, "accountCreated"),
          await isNew({ ...body, clientID: "other" }, "clientUpdated"),
          await isNew(body, "clientUpdated", "other"),
          await isNew({ hello: 1 }, undefined),
          await isNew({ hello: 1 }, undefined),
        ];
        assert.deepEqual(stored, [true, false, true, true, true, true, true]);
      });

      it("does not lengthen the ten minutes by a duplicate, and counts an event whose clock was wrong from its own time", async () => {
        const isNew = async (minutes: number, id?: string) => {
          const body = { clientID: "patient", siteID: "s", status: "inactive" };
          const at = { eventName: "clientStatusChange", now: noon + minutes * 60_000 };
          const { events } = await inbox.store(
            "endpoint",
            await delivered(body, id === undefined ? at : { ...at, id }),
          );
          return events[0]?.event !== undefined;
        };
        assert.deepEqual(
          [await isNew(0), await isNew(6), await isNew(9, "del_another"), await isNew(11)],
          [true, false, false, true],
        );
      });

      describe("of two deliveries", () => {
        const purchase = { eventName: "packagePurchased" };
        const bought = { clientID: "buyer", siteID: "s", packageID: "p", amount: 49 };
        const scan = { clientID: "scanned", siteID: "s", checkInStatus: "Valid", checkInTime: "2026-04-12 17:52" };
        const sms = { clientID: "texted", siteID: "s", communicationType: "sms", message: "Hi", phone: "1" };
        const message = { eventName: "outboundMessage" };
        const status = { clientID: "c", siteID: "s", status: "inactive" };
        const change = { eventName: "clientStatusChange" };
        /** What becomes of the second, and of what comes after it. */
        const cases: Readonly<
          Record<
            string,
            { sent: [body: unknown, options: DeliveredOptions][]; become: ("new" | "possible" | "known")[] }
          >
        > = {
          "with two ids: two equal purchases are two": {
            sent: [
              [bought, { ...purchase, id: "del_a" }],
              [bought, { ...purchase, id: "del_b" }],
            ],
            become: ["new", "new"],
          },
          "with two ids: two equal changes are two, too": {
            sent: [
              [status, { ...change, id: "del_c" }],
              [status, { ...change, id: "del_d" }],
            ],
            become: ["new", "new"],
          },
          "with one id on two URLs, of two events: both are new": {
            sent: [
              [scan, { id: "del_e" }],
              [status, { ...change, id: "del_e" }],
              [status, { ...change, id: "del_e" }],
            ],
            become: ["new", "new", "known"],
          },
          "of which one has an id and one has none: as if neither had": {
            sent: [
              [status, { ...change, id: "del_f" }],
              [status, change],
            ],
            become: ["new", "known"],
          },
          "without an id: two equal purchases may be one": {
            sent: [
              [bought, purchase],
              [bought, purchase],
              [bought, purchase],
            ],
            become: ["new", "possible", "possible"],
          },
          "without an id: a second scan in the same minute may be the first": {
            sent: [
              [scan, {}],
              [scan, {}],
            ],
            become: ["new", "possible"],
          },
          "without an id: a scan in the same second is the first, also with another in between": {
            sent: [
              [{ ...scan, checkInTime: "2026-04-12 17:52:10" }, {}],
              [{ ...scan, checkInTime: "2026-04-12 17:52:30" }, {}],
              [{ ...scan, checkInTime: "2026-04-12 17:52:10" }, {}],
            ],
            become: ["new", "new", "known"],
          },
          "without an id: two messages of the same text may be one": {
            sent: [
              [sms, message],
              [sms, message],
            ],
            become: ["new", "possible"],
          },
          "without an id: a message is known by its own": {
            sent: [
              [{ ...sms, messageId: "m1" }, message],
              [{ ...sms, messageId: "m2" }, message],
              [{ ...sms, messageId: "m1" }, message],
            ],
            become: ["new", "new", "known"],
          },
          "of which the first is a test: the real one is new, and so is a real one before a test": {
            sent: [
              [status, { ...change, test: true }],
              [status, change],
              [status, { ...change, test: true }],
              [status, { ...change, id: "del_g", test: true }],
              [status, { ...change, id: "del_g" }],
            ],
            // The fourth is compared with the third, the fifth with the second: they have no id.
            become: ["new", "new", "known", "known", "known"],
          },
          "with one id, of which one is a test: both are new": {
            sent: [
              [scan, { id: "del_h", test: true }],
              [scan, { id: "del_h" }],
            ],
            become: ["new", "new"],
          },
        };
        for (const [what, { sent, become }] of Object.entries(cases)) {
          it(what, async () => {
            const became: string[] = [];
            for (const [body, options] of sent) {
              const { events } = await inbox.store("endpoint", await delivered(body, options));
              for (const { event } of events)
                became.push(!event ? "known" : event.possibleDuplicate ? "possible" : "new");
            }
            assert.deepEqual(became, become);
          });
        }

        it("the later one says which it may repeat, and can be looked up", async () => {
          const first = await inbox.store("endpoint", await delivered(bought, purchase));
          const { events } = await inbox.store("endpoint", await delivered(bought, purchase));
          assert.equal(events[0]?.event?.possibleDuplicate, first.deliveryId);
          assert.ok(await inbox.get("endpoint", first.deliveryId));
        });

        it("a repetition is answered with the id of what came before, by which it can be looked up, whatever made it known", async () => {
          const signed = { signed: "what was signed" };
          const known = { clientID: "k", siteID: "s", checkInTime: "2026-04-12 07:52:10" };
          const nameless = () => delivered(known, {});
          const recorded = async (id: string) => ({
            ...(await delivered({ ...known, clientID: "r" }, { id })),
            ...signed,
          });
          const list = (id: string) => delivered([checkIn({ clientID: "one" }), checkIn({ clientID: "two" })], { id });
          for (const makeOf of [
            { first: nameless, again: nameless },
            { first: () => recorded("del_first"), again: () => recorded("del_again") },
            { first: () => list("del_list"), again: () => list("del_list") },
          ]) {
            const first = await inbox.store("endpoint", await makeOf.first());
            for (let count = 0; count < 2; count += 1) {
              const again = await inbox.store("endpoint", await makeOf.again());
              assert.equal(again.events[0]?.event, undefined);
              assert.equal(again.deliveryId, first.deliveryId);
            }
            const [{ event } = { event: undefined }] = first.events;
            assert.ok(await inbox.get("endpoint", event?.deliveryId ?? ""));
          }
        });

        it("what was signed is known where it comes again under another id: a recorded request opens no door", async () => {
          const signed = { signed: "what was signed" };
          const first = { ...(await delivered(scan, { id: "del_i" })), ...signed };
          const recorded = { ...(await delivered(scan, { id: "del_j" })), ...signed };
          const other = { ...(await delivered(scan, { id: "del_l" })), signed: "something else" };
          const isNew = async (delivery: typeof first) =>
            (await inbox.store("endpoint", delivery)).events[0]?.event !== undefined;
          const were = [await isNew(first), await isNew(recorded), await isNew(first), await isNew(other)];
          assert.deepEqual(were, [true, false, false, true]);
        });

        it("what came again was signed anew: recorded then, it opens no door either, and is forgotten with its event", async () => {
          const store = async (signed: string, options: DeliveredOptions, body: object = scan) =>
            inbox.store("endpoint", { ...(await delivered(body, options)), signed });
          const active = { ...change, eventName: "clientStatusChange" };
          const isNew = async (...sent: Parameters<typeof store>) =>
            (await store(...sent)).events[0]?.event !== undefined;
          assert.equal(await isNew("at first", { id: "del_s" }), true);
          assert.equal(await isNew("in the retry", { id: "del_s" }), false);
          assert.equal(await isNew("in the retry", { id: "del_t" }), false);
          await assert.rejects(store("in the retry", { id: "del_u", eventName: "clientUpdated" }), ReplayedError);
          assert.equal(await isNew("active", active, status), true);
          assert.equal(await isNew("active, once more", active, status), false);
          assert.equal(await isNew("suspended", active, { ...status, status: "suspended" }), true);
          assert.equal(await isNew("active, once more", active, status), false, "the client is suspended");
          await inbox.prune(noon + 8 * day);
          assert.equal(await isNew("in the retry", { id: "del_v", now: noon + 8 * day }), true);
        });

        it("what was signed is refused where it comes again as another event: nobody knows which of the two was meant", async () => {
          const store = async (options: DeliveredOptions) =>
            inbox.store("endpoint", { ...(await delivered(scan, options)), signed: "what was signed as a scan" });
          const first = store({ id: "del_n" });
          for (const again of [
            { id: "del_o", eventName: "clientUpdated" },
            { id: "del_n", eventName: "clientUpdated" },
            { id: "del_p", test: true },
            { eventName: "packagePurchased" },
          ])
            await assert.rejects(store(again), ReplayedError);
          assert.ok((await first).events[0]?.event);
          await assert.rejects(
            store({ id: "del_q", eventName: "clientUpdated" }),
            ReplayedError,
            "also once it is on disk",
          );
          assert.equal((await store({ id: "del_r" })).events[0]?.event, undefined);
          const signedAnew = {
            ...(await delivered(scan, { id: "del_o", eventName: "clientUpdated" })),
            signed: "anew",
          };
          assert.ok((await inbox.store("endpoint", signedAnew)).events[0]?.event);
        });

        it("a repetition is known by its own id and signature when it comes again after the client's next event", async () => {
          const isNew = async (body: object, id?: string, signed?: string) => {
            const delivery = { ...(await delivered(body, { id, eventName: "clientStatusChange" })), signed };
            return (await inbox.store("endpoint", delivery)).events[0]?.event !== undefined;
          };
          const other = { ...status, status: "suspended" };
          assert.deepEqual(
            [await isNew(status), await isNew(status, "del_n"), await isNew(status, undefined, "n")],
            [true, false, false],
          );
          assert.ok(await isNew(other));
          assert.deepEqual([await isNew(status, "del_n"), await isNew(status, "del_o", "n")], [false, false]);
          // That id came with a request that may have been recorded: the real one is still to come.
          assert.ok(await isNew({ ...status, status: "frozen" }, "del_o"));
        });

        it("a delivery that is repeated with a new signature is known by that as well: recorded, it opens no door", async () => {
          const isNew = async (id: string, signed: string) =>
            (await inbox.store("endpoint", { ...(await delivered(scan, { id })), signed })).events[0]?.event !==
            undefined;
          assert.deepEqual(
            [await isNew("del_p", "p"), await isNew("del_p", "q"), await isNew("del_r", "q")],
            [true, false, false],
          );
        });

        it("forgets the further ids of an event with it", async () => {
          const send = async (id?: string, now = noon) =>
            (await inbox.store("endpoint", await delivered(status, { id, now, eventName: "clientStatusChange" })))
              .events[0]?.event;
          assert.deepEqual([(await send()) !== undefined, (await send("del_s")) !== undefined], [true, false]);
          await inbox.prune(noon + 8 * day);
          assert.notEqual(await send("del_s", noon + 8 * day), undefined);
        });

        it("of several kinds of events under one id, each can be looked up and is known again", async () => {
          const both = [
            { event: "checkIn", ...scan },
            { event: "clientStatusChange", ...status },
          ];
          const send = async () =>
            inbox.store("endpoint", await delivered(both, { id: "del_m", eventName: undefined }));
          assert.deepEqual(
            (await send()).events.map(({ event }) => event?.event),
            ["checkIn", "clientStatusChange"],
          );
          assert.deepEqual(
            (await send()).events.map(({ event }) => event),
            [undefined, undefined],
          );
          assert.equal((await inbox.get("endpoint", "del_m#2"))?.event.event, "clientStatusChange");
          // That is noted in a moment.
          await waitFor(
            async () => ((await inbox.get("endpoint", "del_m#2"))?.duplicates === 1 ? true : undefined),
            () => "it is not counted",
          );
        });
      });

      it("takes two equal purchases in one list for two", async () => {
        const bought = { clientID: "twice", siteID: "s", packageID: "p", amount: 49 };
        const list = await delivered([bought, bought], { eventName: "packagePurchased" });
        const { events } = await inbox.store("endpoint", list);
        assert.deepEqual(
          events.map(({ event }) => [event !== undefined, event?.possibleDuplicate]),
          [
            [true, undefined],
            [true, undefined],
          ],
        );
      });

      it("takes the events of one delivery for different ones, and numbers them", async () => {
        await inbox.subscribers(present(subscriber("one")));
        const body = checkIn();
        await inbox.store("endpoint", await delivered([body, body], { id: "del_two" }));
        const claims = await inbox.claim("one", 9);
        assert.deepEqual(
          claims.map(({ event }) => event.deliveryId),
          ["del_two#1", "del_two#2"],
        );
        assert.equal((await inbox.get("endpoint", "del_two#2"))?.event.deliveryId, "del_two#2");
      });
    });

    describe("delivering", () => {
      beforeEach(() => inbox.subscribers(present(subscriber("one"))));

      it("gives no more than is asked for, and nothing twice", async () => {
        const all = await storeCheckIns(inbox, 5);
        const [some, others] = await Promise.all([inbox.claim("one", 2), inbox.claim("one", 2)]);
        assert.deepEqual([...clientsOf(some), ...clientsOf(others), ...(await claimAll("one"))], all);
        assert.deepEqual(await claimAll("one"), []);
      });

      it("sends what was cut off again, in its old place, as another attempt", async () => {
        const [first = "", second = ""] = await storeCheckIns(inbox, 2);
        await settle(inbox, await inbox.claim("one", 1), { kind: "waiting" });
        const claims = await inbox.claim("one", 9);
        assert.deepEqual(clientsOf(claims), [first, second]);
        assert.deepEqual(
          claims.map(({ attempt }) => attempt),
          [2, 1],
        );
      });

      it("lets what was claimed and never sent wait as if it had not been claimed", async () => {
        const [first = "", second = ""] = await storeCheckIns(inbox, 2);
        const [kept] = await inbox.claim("one", 1);
        await settle(inbox, kept ? [kept] : [], { kind: "unsent", test: false });
        const { waiting, sent } = (await countsNow()).subscribers[0] ?? assert.fail();
        assert.deepEqual([waiting, sent], [2, 0]);
        const claims = await inbox.claim("one", 9);
        assert.deepEqual(
          claims.map(({ event, attempt }) => [clientOf(event), attempt]),
          [
            [first, 1],
            [second, 1],
          ],
        );
      });

      it("sends what failed again when it is due, first, and wakes who watches", async () => {
        const [first = ""] = await storeCheckIns(inbox, 1);
        await settle(inbox, await inbox.claim("one", 1), { kind: "retry", error: "no", after: 30 });
        assert.deepEqual(await inbox.claim("one", 9), []);
        const woken = new Promise<void>((resolve) => inbox.watch("one", resolve));
        await woken;
        await waitFor(
          async () => ((await inbox.claim("one", 9)).length > 0 ? true : undefined),
          () => "nothing is due",
        );
        const logged = (await inbox.list({})).events[0];
        assert.deepEqual([logged && clientOf(logged.event), logged?.recipients[0]?.attempts], [first, 2]);
      });

      it("heeds only the latest attempt of a claim", async () => {
        await storeCheckIns(inbox, 1);
        const [earlier] = await inbox.claim("one", 1);
        assert.ok(earlier);
        await settle(inbox, [earlier], { kind: "waiting" });
        await inbox.claim("one", 1);
        await settle(inbox, [earlier], { kind: "failed", error: "late", milliseconds: 1 });
        assert.deepEqual([(await countsOf("one")).inFlow, (await countsOf("one")).failed], [1, 0]);
      });

      it("keeps what is slow open, and notes when it is done after all", async () => {
        await storeCheckIns(inbox, 1);
        const claims = await inbox.claim("one", 1);
        await settle(inbox, claims, { kind: "slow" });
        assert.deepEqual([(await countsOf("one")).slow, (await countsOf("one")).inFlow], [1, 0]);
        assert.equal((await inbox.list({ state: "slow" })).events.length, 1);
        await settle(inbox, claims, done);
        assert.deepEqual([(await countsOf("one")).slow, (await countsOf("one")).inFlow], [0, 0]);
      });

      it("wakes who watches when an event comes", async () => {
        let wakes = 0;
        const end = inbox.watch("one", () => {
          wakes += 1;
        });
        await waitFor(
          () => (wakes > 0 ? true : undefined),
          () => "not woken at first",
        );
        const before = wakes;
        await storeCheckIns(inbox, 1);
        assert.ok(wakes > before);
        end();
        const ended = wakes;
        await storeCheckIns(inbox, 1);
        assert.equal(wakes, ended);
      });
    });

    describe("those who are gone", () => {
      it("what waits for a node that a deploy took away waits until it is back, also what came meanwhile", async () => {
        await inbox.subscribers(present(subscriber("one")));
        const before = await storeCheckIns(inbox, 2);
        const { withoutTaker } = await inbox.subscribers(present());
        assert.deepEqual(withoutTaker, [{ endpoint: "endpoint", count: 2, added: 2 }]);
        const meanwhile = await storeCheckIns(inbox, 1);
        assert.equal((await countsNow()).endpoints.find(({ endpoint }) => endpoint === "endpoint")?.unclaimed, 1);
        assert.equal((await inbox.list({ state: "unclaimed" })).events.length, 1);
        assert.deepEqual(await inbox.claim("one", 9), []);
        const { takenOver } = await inbox.subscribers(present(subscriber("one")));
        assert.deepEqual(
          takenOver.map(({ count }) => count),
          [1],
        );
        assert.deepEqual((await claimAll("one")).sort(), [...before, ...meanwhile].sort());
      });

      it("a node that was not there before takes over what it selects", async () => {
        await inbox.subscribers(present(subscriber("old")));
        const checkIns = await storeCheckIns(inbox, 2);
        await inbox.store(
          "endpoint",
          await delivered({ clientID: "p", siteID: "s", amount: 1 }, { eventName: "packagePurchased" }),
        );
        const { takenOver, withoutTaker } = await inbox.subscribers(
          present(subscriber("new", { events: ["checkIn"] })),
        );
        assert.deepEqual(takenOver, [{ from: "old", to: "new", count: 2 }]);
        assert.deepEqual(withoutTaker, [{ endpoint: "endpoint", count: 1, added: 1 }]);
        assert.deepEqual(await claimAll("new"), checkIns);
        await inbox.subscribers(present(subscriber("old"), subscriber("new", { events: ["checkIn"] })));
        assert.deepEqual(await claimAll("old"), ["p"]);
      });

      it("what was in the flow of a node that is replaced is taken over once it is cut off", async () => {
        await inbox.subscribers(present(subscriber("old")));
        const all = await storeCheckIns(inbox, 2);
        const claims = await inbox.claim("old", 9);
        await inbox.subscribers(present(subscriber("new")));
        await settle(inbox, claims, { kind: "waiting" });
        await waitFor(
          async () => ((await countsOf("new")).waiting === 2 ? true : undefined),
          () => "not taken over",
        );
        const again = await inbox.claim("new", 9);
        assert.deepEqual(clientsOf(again).sort(), all.sort());
        assert.deepEqual(
          again.map(({ attempt }) => attempt),
          [2, 2],
        );
      });

      it("an endpoint that has the path of one that is gone takes over what waits there", async () => {
        await inbox.subscribers(present(subscriber("old")));
        const all = await storeCheckIns(inbox, 2);
        const copy = subscriber("copy", { endpoint: "copied" });
        await inbox.subscribers({
          endpoints: [{ id: "copied", path: "/endpoint", retentionDays: 7 }],
          subscribers: [copy],
        });
        assert.deepEqual(await claimAll("copy"), all);
      });

      it("an endpoint with another path takes over nothing", async () => {
        await inbox.subscribers(present(subscriber("old")));
        await storeCheckIns(inbox, 1);
        const other = subscriber("other", { endpoint: "other" });
        await inbox.subscribers({
          endpoints: [{ id: "other", path: "/other", retentionDays: 7 }],
          subscribers: [other],
        });
        assert.deepEqual(await claimAll("other"), []);
      });

      it("what comes while a deploy is under way waits for who is there after it, also at a new endpoint", async () => {
        const atFirst = await storeCheckIns(inbox, 1);
        await inbox.subscribers(present(subscriber("one")));
        assert.deepEqual(await claimAll("one"), atFirst);
        await inbox.stopped();
        const meanwhile = [...(await storeCheckIns(inbox, 1)), ...(await storeCheckIns(inbox, 1, "new"))];
        await inbox.store(
          "new",
          await delivered({ clientID: "p", siteID: "s", amount: 1 }, { eventName: "packagePurchased" }),
        );
        await inbox.subscribers(
          present(subscriber("one"), subscriber("two", { endpoint: "new", events: ["checkIn"] })),
        );
        assert.deepEqual([...(await claimAll("one")), ...(await claimAll("two"))], meanwhile);
        assert.equal((await inbox.list({ state: "ignored" })).events.length, 1, "which nobody wants");
      });

      it("what comes for a node that was there before the inbox was opened waits for it, as it is or taken over", async () => {
        const earlier = { ...present(subscriber("one"), subscriber("elsewhere", { endpoint: "old" })) };
        await inbox.subscribers({ ...present(), earlier });
        const [client] = await storeCheckIns(inbox, 1);
        const [moved] = await storeCheckIns(inbox, 1, "old");
        assert.equal((await inbox.list({ state: "unclaimed" })).events.length, 2);
        const copied = { id: "copied", path: "/old", retentionDays: 7 };
        const { endpoints, subscribers } = present(subscriber("one"), subscriber("copy", { endpoint: "copied" }));
        const without = endpoints.filter(({ id }) => id !== "copied");
        const there = { endpoints: [...without, copied], subscribers, earlier };
        const { takenOver } = await inbox.subscribers(there);
        assert.deepEqual(takenOver.map(({ to, count }) => `${to} ${count}`).sort(), ["copy 1", "one 1"]);
        assert.deepEqual([await claimAll("one"), await claimAll("copy")], [[client], [moved]]);
      });

      it("what a node selected before the inbox was opened counts, not what it selected the last time", async () => {
        const onlyAccounts = subscriber("one", { events: ["accountCreated"] });
        await inbox.subscribers(present(onlyAccounts));
        await inbox.subscribers({ ...present(), earlier: present(subscriber("one")) });
        await storeCheckIns(inbox, 1);
        assert.equal((await inbox.list({ state: "unclaimed" })).events.length, 1);
      });

      it("who is there is not taken for somebody who was there earlier", async () => {
        const there = present(subscriber("one"));
        const [client] = await storeCheckIns(inbox, 1);
        await inbox.subscribers({ ...there, earlier: there });
        assert.deepEqual(await claimAll("one"), [client]);
        await inbox.subscribers({ ...present(subscriber("one"), subscriber("two")), earlier: there });
        const [next] = await storeCheckIns(inbox, 1);
        assert.deepEqual([await claimAll("one"), await claimAll("two")], [[next], [next]]);
      });

      it("one that takes over from two gets once what both were to get", async () => {
        await inbox.subscribers(present(subscriber("one"), subscriber("two")));
        const all = await storeCheckIns(inbox, 3);
        await inbox.subscribers(present(subscriber("heir")));
        assert.deepEqual(await claimAll("heir"), all);
        assert.equal((await countsOf("heir")).waiting, 0);
      });

      it("a listener gets what it selects besides the others, and takes nothing from who is gone", async () => {
        const roster = subscriber("roster", { isListener: true, events: ["checkIn"] });
        await inbox.subscribers(present(subscriber("one"), roster));
        const [first] = await storeCheckIns(inbox, 1);
        assert.deepEqual(clientsOf(await inbox.claim("one", 9)), [first]);
        assert.deepEqual(clientsOf(await inbox.claim("roster", 9)), [first]);
        await inbox.subscribers(present(roster));
        const { events } = await inbox.store("endpoint", await delivered(checkIn({ clientID: "later" })));
        assert.deepEqual(
          events.map(({ recipients, isUnclaimed }) => [recipients, isUnclaimed]),
          [[0, true]],
        );
        assert.deepEqual(clientsOf(await inbox.claim("roster", 9)), ["later"]);
        const { takenOver } = await inbox.subscribers(present(subscriber("two"), roster));
        assert.deepEqual(
          takenOver.filter(({ to }) => to === "roster"),
          [],
        );
        assert.deepEqual(clientsOf(await inbox.claim("two", 9)).at(-1), "later");
        await inbox.store("endpoint", await delivered({ whatever: true }));
        assert.deepEqual(await inbox.claim("roster", 9), []);
      });

      it("what waits for a listener that is gone waits until it is back, and nobody takes it over", async () => {
        const roster = subscriber("roster", { isListener: true });
        await inbox.subscribers(present(subscriber("one"), roster));
        const [first] = await storeCheckIns(inbox, 1);
        const { takenOver, withoutTaker } = await inbox.subscribers(present(subscriber("one"), subscriber("new")));
        assert.deepEqual([takenOver, withoutTaker], [[], []]);
        await inbox.subscribers(present(subscriber("one"), roster));
        assert.deepEqual(clientsOf(await inbox.claim("roster", 9)), [first]);
      });

      it("claims tell by an id which inbox they are of, and it is the same after a restart", async () => {
        await inbox.subscribers(present(subscriber("one")));
        await storeCheckIns(inbox, 2);
        const [claim] = await inbox.claim("one", 1);
        assert.ok(claim?.inbox);
        if (!tested.reopened) return;
        await next(tested.reopened());
        await inbox.subscribers(present(subscriber("one")));
        const [other] = await inbox.claim("one", 1);
        assert.equal(other?.inbox, claim.inbox);
      });

      it("what no node there wants, nor one that is gone would have, is ignored", async () => {
        await inbox.subscribers(present(subscriber("one", { events: ["accountCreated"] })));
        const {
          events: [result],
        } = await inbox.store("endpoint", await delivered(checkIn()));
        assert.equal(result?.recipients, 0);
        assert.equal((await inbox.list({ state: "ignored" })).events.length, 1);
      });
    });

    it("finds a delivery by the id that it was answered with, whether Hapana gave it or not", async () => {
      await inbox.subscribers(present(subscriber("one")));
      await storeCheckIns(inbox, 3);
      const { deliveryId } = await inbox.store("endpoint", await delivered(checkIn({ clientID: "wanted" })));
      const several = await inbox.store("endpoint", await delivered([checkIn(), checkIn({ clientID: "second" })]));
      await storeCheckIns(inbox, 3);
      const clientOfDelivery = async (id: string) => {
        const found = await inbox.get("endpoint", id);
        return found && clientOf(found.event);
      };
      assert.equal(await clientOfDelivery(deliveryId), "wanted");
      assert.equal(await clientOfDelivery(`${several.deliveryId}#2`), "second");
      assert.equal(await clientOfDelivery(`${several.deliveryId}#3`), undefined);
      assert.equal(await inbox.get("other", deliveryId), undefined);
      assert.equal(await inbox.get("endpoint", "00000000-0000-4000-8000-000000000001"), undefined);
    });

    describe("the log", () => {
      beforeEach(() => inbox.subscribers(present(subscriber("one"), subscriber("two", { sites: ["elsewhere"] }))));

      it("tells what has become of each event, newest first, in pages", async () => {
        const all = await storeCheckIns(inbox, 5);
        const [delivering, failing] = [await inbox.claim("one", 1), await inbox.claim("one", 1)];
        await settle(inbox, delivering, done);
        await settle(inbox, failing, { kind: "failed", error: "no such member", milliseconds: 7 });
        const first = await inbox.list({ limit: 3 });
        const second = await inbox.list({ limit: 3, before: first.next });
        assert.deepEqual(
          [...first.events, ...second.events].map(({ event }) => clientOf(event)),
          all.reverse(),
        );
        assert.equal(second.next, undefined);
        const states = [...first.events, ...second.events].map(({ recipients }) => recipients[0]?.state);
        assert.deepEqual(states, ["waiting", "waiting", "waiting", "failed", "delivered"]);
        assert.equal((await inbox.list({ state: "failed" })).events[0]?.recipients[0]?.error, "no such member");
      });

      it("tells which node of the flow has failed, where that is known", async () => {
        await storeCheckIns(inbox, 2);
        const [older, newer] = await inbox.claim("one", 2);
        assert.ok(older && newer);
        const failed = { kind: "failed", error: "no", milliseconds: 1 } as const;
        const errorNode = { id: "door", name: "Open the door" };
        await settle(inbox, [older], failed);
        await settle(inbox, [newer], { ...failed, errorNode });
        assert.deepEqual(
          (await inbox.list({})).events.map(({ recipients }) => recipients[0]?.errorNode),
          [errorNode, undefined],
        );
      });

      it("finds what one of several got, and in a state, only where it stands so with that one", async () => {
        const [first = ""] = await storeCheckIns(inbox, 1, "endpoint", { siteID: "elsewhere" });
        const [second = ""] = await storeCheckIns(inbox, 1);
        await settle(inbox, await inbox.claim("one", 1), { kind: "failed", error: "no", milliseconds: 1 });
        const found = async (query: EventQuery) => [
          (await inbox.list(query)).events.map(({ event }) => clientOf(event)),
          (await inbox.count(query)).count,
        ];
        assert.deepEqual(await found({ subscriber: "one" }), [[second, first], 2]);
        assert.deepEqual(await found({ subscriber: "two" }), [[first], 1]);
        assert.deepEqual(await found({ subscriber: "nobody" }), [[], 0]);
        assert.deepEqual(await found({ subscriber: "one", state: "failed" }), [[first], 1]);
        assert.deepEqual(await found({ subscriber: "two", state: "failed" }), [[], 0]);
        assert.deepEqual(await found({ subscriber: "two", state: "waiting" }), [[first], 1]);
        assert.deepEqual(await found({ subscriber: "one", state: "duplicate" }), [[], 0]);
      });

      it("finds by endpoint, event, location, time and words; what matches nothing gives nothing", async () => {
        const [client = ""] = await storeCheckIns(inbox, 1, "endpoint", { siteID: "manly", firstName: "Zoë" });
        await storeCheckIns(inbox, 2);
        const at = Date.parse((await inbox.list({ search: client })).events[0]?.event.receivedAt ?? "");
        for (const [query, count] of [
          [{ site: "manly" }, 1],
          [{ site: "nowhere" }, 0],
          [{ event: "checkIn" }, 3],
          [{ event: "accountCreated" }, 0],
          [{ search: "zoë" }, 1],
          [{ search: "zoe" }, 1],
          [{ search: `ZOË ${client}` }, 1],
          [{ search: "zoë nobody" }, 0],
          [{ search: "firstName" }, 0],
          [{ search: "zoë", searchIn: "ids" }, 0],
          [{ client }, 1],
          [{ client: client.slice(0, -1) }, 0],
          [{ state: "duplicate" }, 0],
          [{ state: "waiting", from: at, to: at }, 3],
          [{ state: "unreadable" }, 0],
          [{ search: "isPayloadBody" }, 0],
          [{ endpoint: "endpoint" }, 3],
          [{ endpoint: "" }, 0],
          [{ from: at }, 3],
          [{ from: at + 1 }, 0],
          [{ to: at - 1 }, 0],
        ] as const) {
          assert.equal((await inbox.list(query)).events.length, count, JSON.stringify(query));
        }
      });

      it("finds what failed, was sent again, and failed or was delivered; also once searches were prepared", async () => {
        const [, again = "", twice = ""] = await storeCheckIns(inbox, 3);
        const fail = async () => {
          const failed = { kind: "failed", error: "no", milliseconds: 1 } as const;
          await settle(inbox, await inbox.claim("one", 1), failed);
        };
        for (let time = 0; time < 3; time += 1) await fail();
        const idOf = async (search: string) => (await inbox.list({ search })).events[0]?.event.deliveryId ?? "";
        assert.equal(await inbox.replay("endpoint", [await idOf(again), await idOf(twice)]), 2);
        assert.equal((await inbox.list({ state: "failed" })).events.length, 1);
        await settle(inbox, await inbox.claim("one", 1), done);
        await fail();
        const found = () =>
          Promise.all([inbox.list({ state: "failed" }), inbox.count({ state: "failed", search: twice })]);
        const [{ events }, { count }] = await found();
        assert.deepEqual([events.length, count], [2, 1]);
        await inbox.prepareSearch();
        assert.deepEqual(await found(), [
          { events, next: undefined },
          { count, events: { checkIn: 1 } },
        ]);
      });

      it("sends again once what two ask for at the same time", async () => {
        await inbox.store("endpoint", await delivered(checkIn(), { id: "del_again" }));
        await settle(inbox, await inbox.claim("one", 1), done);
        const again = () => inbox.replay("endpoint", ["del_again"]);
        assert.deepEqual(await Promise.all([again(), again()]), [1, 0]);
        assert.equal((await inbox.claim("one", 9)).length, 1);
      });

      it("sends again what is wanted again, and leaves alone what is on its way", async () => {
        await inbox.store("endpoint", await delivered(checkIn(), { id: "del_again" }));
        assert.equal(await inbox.replay("endpoint", ["del_again"]), 0, "it waits");
        await settle(inbox, await inbox.claim("one", 1), { kind: "failed", error: "no", milliseconds: 1 });
        assert.equal(await inbox.replay("endpoint", ["del_again", "del_unknown"]), 1);
        const [claim] = await inbox.claim("one", 9);
        assert.deepEqual([claim?.event.deliveryId, claim?.attempt], ["del_again", 2]);
        assert.equal(await inbox.replay("endpoint", ["del_again"], "two"), 1);
        assert.equal((await inbox.claim("two", 9)).length, 1);
      });
    });

    describe("sending again", () => {
      beforeEach(() =>
        inbox.subscribers(
          present(
            subscriber("one"),
            subscriber("two"),
            subscriber("north", { sites: ["north"] }),
            subscriber("other", { endpoint: "other" }),
          ),
        ),
      );
      const failed: Outcome = { kind: "failed", error: "no", milliseconds: 1 };
      const storeOne = async (id: string, fields: object = {}) =>
        inbox.store("endpoint", await delivered(checkIn(fields), { id }));
      const claimed = async (id: string) =>
        (await inbox.claim(id, 1_000)).map(({ event, attempt }) => `${event.deliveryId} ${attempt}`);
      /** Takes all steps, of two events each. */
      const finish = async (id: string) => {
        for (;;) {
          const resend = await inbox.resendNext(id, 2);
          if (resend?.state !== "running") return resend;
        }
      };

      it("goes to all who are there and select it, delivered or not, and to nobody else", async () => {
        await storeOne("del_1");
        await settle(inbox, await inbox.claim("one", 9), done);
        await settle(inbox, await inbox.claim("two", 9), failed);
        assert.equal(await inbox.replay("endpoint", ["del_1"]), 1);
        assert.deepEqual(
          [await claimed("one"), await claimed("two"), await claimed("north")],
          [["del_1 2"], ["del_1 2"], []],
        );
      });

      it("goes to the one that is named, also where it had not selected that location, but not at another endpoint", async () => {
        await storeOne("del_1");
        await settle(inbox, await inbox.claim("one", 9), done);
        assert.equal(await inbox.replay("endpoint", ["del_1"], "north"), 1);
        assert.equal(await inbox.replay("endpoint", ["del_1"], "other"), 0);
        assert.deepEqual(await claimed("north"), ["del_1 2"], "it says that it was sent before");
      });

      it("gives no node an event for which it has no output", async () => {
        await inbox.subscribers(present(subscriber("one"), subscriber("purchases", { events: ["packagePurchased"] })));
        await storeOne("del_1");
        assert.equal(await inbox.replay("endpoint", ["del_1"], "purchases"), 0);
      });

      it("sends what was ignored or had no taker, once somebody takes it", async () => {
        await inbox.subscribers(
          present(subscriber("gone", { sites: ["south"] }), subscriber("north", { sites: ["north"] })),
        );
        await storeOne("ignored", { siteID: "west" });
        await inbox.subscribers(present(subscriber("north", { sites: ["north"] })));
        await storeOne("unclaimed", { siteID: "south" });
        assert.equal(await inbox.replay("endpoint", ["ignored", "unclaimed"]), 0, "nobody takes them");
        assert.equal(await inbox.replay("endpoint", ["ignored", "unclaimed"], "north"), 2);
        assert.deepEqual(await claimed("north"), ["ignored 2", "unclaimed 2"]);
        assert.equal((await inbox.list({ state: "unclaimed" })).events.length, 0);
        assert.equal((await countsNow()).endpoints[0]?.unclaimed, 0);
      });

      it("of all that match, goes oldest first, tells how far it is, and leaves out what came after it began", async () => {
        for (const id of ["a", "b", "c", "d", "e"]) await storeOne(id);
        await settle(inbox, await inbox.claim("one", 9), failed);
        await claimAll("two");
        const query = { endpoint: "endpoint", state: "failed" } as const;
        assert.deepEqual(await inbox.count(query), { count: 5, events: { checkIn: 5 } });
        const { id, total, state } = await inbox.resend({ query });
        assert.deepEqual(
          [total, state, await claimed("one")],
          [5, "running", []],
          "nothing is sent before it is asked for",
        );
        await storeOne("later");
        await settle(inbox, await inbox.claim("one", 9), failed);
        const first = await inbox.resendNext(id, 2);
        assert.deepEqual([first?.looked, first?.sent, first?.state], [2, 2, "running"]);
        assert.deepEqual(await claimed("one"), ["a 2", "b 2"]);
        const last = await finish(id);
        assert.deepEqual([last?.looked, last?.sent, last?.state], [5, 5, "done"]);
        assert.deepEqual(await claimed("one"), ["c 2", "d 2", "e 2"]);
        assert.deepEqual(await claimAll("two"), await clientsNamed("later"), "it had them already, and had not failed");
        assert.deepEqual(
          (await inbox.resends()).map((each) => [each.id, each.state, each.sent]),
          [[id, "done", 5]],
        );
      });

      it("in a state, goes to the one that is named only where it stands so with it, or it never had it", async () => {
        for (const id of ["del_here", "del_there"]) await storeOne(id);
        const [here, there] = (await inbox.claim("one", 9)) as [Claim, Claim];
        await settle(inbox, [here], failed);
        await settle(inbox, [there], done);
        await settle(inbox, await inbox.claim("two", 9), failed);
        const query = { endpoint: "endpoint", state: "failed" } as const;
        await finish((await inbox.resend({ query, subscriber: "one" })).id);
        assert.deepEqual(await claimed("one"), ["del_here 2"]);
        await finish((await inbox.resend({ query, subscriber: "north" })).id);
        assert.deepEqual(await claimed("north"), ["del_here 2", "del_there 2"]);
      });

      it("of what fails after it began, sends what its turn has not passed yet, and has never looked at more than all", async () => {
        for (const id of ["a", "b"]) await storeOne(id);
        const [first, second] = (await inbox.claim("one", 9)) as [Claim, Claim];
        await claimAll("two");
        await settle(inbox, [first], failed);
        const { id } = await inbox.resend({ query: { endpoint: "endpoint", state: "failed" } });
        await settle(inbox, [second], failed);
        const { total, looked, sent } = (await finish(id)) ?? {};
        assert.deepEqual([total, looked, sent], [2, 2, 2]);
        await settle(inbox, await inbox.claim("one", 9), failed);
        assert.equal((await finish(id))?.sent, 2, "it goes round no second time");
      });

      const clientsNamed = async (...ids: string[]) => {
        const found = await Promise.all(ids.map((id) => inbox.get("endpoint", id)));
        return found.flatMap((each) => (each ? [clientOf(each.event)] : []));
      };

      it("ends where it is cancelled, and does not go on", async () => {
        for (const id of ["a", "b", "c"]) await storeOne(id);
        await settle(inbox, await inbox.claim("one", 9), failed);
        const { id } = await inbox.resend({ query: { endpoint: "endpoint", state: "failed" } });
        await inbox.resendNext(id, 1);
        assert.equal((await inbox.cancelResend(id))?.state, "cancelled");
        assert.deepEqual((await inbox.resendNext(id, 9))?.sent, 1);
        assert.deepEqual(await claimed("one"), ["a 2"]);
        assert.equal(await inbox.cancelResend("nothing"), undefined);
        assert.equal(await inbox.resendNext("nothing", 9), undefined);
      });

      it("begins nothing where nothing matches", async () => {
        const { state, total } = await inbox.resend({ query: { endpoint: "endpoint", search: "nobody" } });
        assert.deepEqual([state, total, await inbox.resends()], ["done", 0, []]);
      });

      it("goes on after a crash where it had got to: none is left out, and none sent a third time", async function () {
        if (!tested.afterCrash) this.skip();
        for (const id of ["a", "b", "c", "d", "e"]) await storeOne(id);
        await settle(inbox, await inbox.claim("one", 9), done);
        await settle(inbox, await inbox.claim("two", 9), done);
        const resend = await inbox.resend({ query: { endpoint: "endpoint", site: "site" }, subscriber: "one" });
        await inbox.resendNext(resend.id, 2);
        assert.deepEqual(await claimAll("one"), await clientsNamed("a", "b"));
        await next(tested.afterCrash?.());
        await inbox.subscribers(present(subscriber("one"), subscriber("two")));
        assert.deepEqual(
          (await inbox.resends()).map(({ state, sent }) => [state, sent]),
          [["running", 2]],
        );
        await finish(resend.id);
        assert.deepEqual(await claimed("one"), ["c 2", "d 2", "e 2"]);
      });
    });

    describe("failures", () => {
      beforeEach(() => inbox.subscribers(present(subscriber("one"))));
      const fail = async (count: number) => {
        await storeCheckIns(inbox, count);
        await settle(inbox, await inbox.claim("one", 99), { kind: "failed", error: "no", milliseconds: 1 });
      };

      it("that were acknowledged are seen, and new ones are not, also after a restart", async () => {
        await fail(2);
        assert.equal(await inbox.acknowledge("elsewhere"), 0);
        assert.equal(await inbox.acknowledge("endpoint"), 2);
        assert.equal(await inbox.acknowledge("endpoint"), 0);
        assert.deepEqual(unseenOf(await countsOf("one")), { failed: 0, setAside: 0 });
        await fail(1);
        if (tested.reopened) await next(tested.reopened());
        assert.deepEqual([(await countsOf("one")).failed, unseenOf(await countsOf("one")).failed], [3, 1]);
      });

      it("that are sent again, or pruned, are counted no more as what they were: seen, or new", async () => {
        await fail(2);
        const ids = (await inbox.list({})).events.map(({ event }) => event.deliveryId);
        await inbox.acknowledge("endpoint", "one");
        await fail(1);
        assert.equal(await inbox.replay("endpoint", ids.slice(0, 1)), 1);
        assert.deepEqual([(await countsOf("one")).failed, unseenOf(await countsOf("one")).failed], [2, 1]);
        await settle(inbox, await inbox.claim("one", 9), { kind: "failed", error: "again", milliseconds: 1 });
        assert.deepEqual([(await countsOf("one")).failed, unseenOf(await countsOf("one")).failed], [3, 2]);
        await inbox.prune(noon + 8 * day);
        assert.deepEqual([(await countsOf("one")).failed, unseenOf(await countsOf("one")).failed], [0, 0]);
      });
    });

    describe("what waits for a node that is gone", () => {
      it("is given up where it is discarded, and what waits for others is not", async () => {
        await inbox.subscribers(present(subscriber("one"), subscriber("gone")));
        await storeCheckIns(inbox, 3);
        await inbox.subscribers(present(subscriber("one")));
        assert.equal((await countsOf("gone")).waiting, 3);
        assert.equal(await inbox.discard("endpoint", "one"), 0, "it is there");
        assert.equal(await inbox.discard("endpoint"), 3);
        assert.deepEqual([(await countsOf("gone")).waiting, (await countsOf("one")).waiting], [0, 3]);
        assert.equal((await claimAll("one")).length, 3);
        await inbox.subscribers(present(subscriber("one"), subscriber("gone")));
        assert.deepEqual(await claimAll("gone"), []);
      });

      it("and what nobody takes, is ignored afterwards, and can be looked up, also after a restart", async () => {
        await inbox.subscribers(present(subscriber("gone")));
        await storeCheckIns(inbox, 2);
        await inbox.subscribers(present());
        await storeCheckIns(inbox, 1);
        assert.equal(await inbox.discard("endpoint"), 3);
        if (tested.reopened) await next(tested.reopened());
        assert.equal((await inbox.list({ state: "ignored" })).events.length, 3);
        await inbox.subscribers(present(subscriber("new")));
        assert.deepEqual(await claimAll("new"), []);
      });
    });

    describe("a client who is forgotten", () => {
      beforeEach(() => inbox.subscribers(present(subscriber("one"))));

      it("is in no event any more, nor in the errors; the others are as they were", async () => {
        const maria = { clientID: "maria/1", firstName: "Maria" };
        await inbox.store("endpoint", await delivered(checkIn(maria), { id: "del_1" }));
        await inbox.store(
          "endpoint",
          await delivered({ ...maria, amount: "1" }, { id: "del_2", eventName: "packagePurchased" }),
        );
        await inbox.store("endpoint", await delivered({ note: "maria/1" }, { id: "del_3", eventName: undefined }));
        await inbox.store(
          "endpoint",
          await delivered(checkIn({ clientID: "maria/12", firstName: "Marianne" }), { id: "del_4" }),
        );
        await settle(inbox, await inbox.claim("one", 9), {
          kind: "failed",
          error: "Maria is no member",
          milliseconds: 1,
        });
        assert.equal((await inbox.count({ client: "maria/1" })).count, 3);
        assert.equal(await inbox.forget("maria/1"), 3);
        assert.equal(await inbox.forget("maria/1"), 0);
        const { events } = await inbox.list({});
        const left = events.filter(({ event }) => event.removed);
        assert.doesNotMatch(JSON.stringify(left), /maria/i);
        assert.deepEqual(
          left.map(({ event }) => event.deliveryId),
          ["del_3", "del_2", "del_1"],
        );
        const [first] = left;
        assert.deepEqual(
          [first?.event.payload, first?.event.body, first?.recipients[0]?.state],
          [null, null, "failed"],
        );
        assert.equal(events.length, 4);
        assert.equal((await inbox.list({ search: "marianne" })).events.length, 1);
      });

      it("is not sent any more: what waits, or is sent again, or was in the flow at a crash", async () => {
        await inbox.store("endpoint", await delivered(checkIn({ clientID: "c1" }), { id: "flow" }));
        const [claim] = await inbox.claim("one", 1);
        await inbox.store("endpoint", await delivered(checkIn({ clientID: "c1" }), { id: "waits" }));
        assert.equal(await inbox.forget("c1"), 2);
        assert.deepEqual(await inbox.claim("one", 9), []);
        assert.equal(await inbox.replay("endpoint", ["waits"]), 0);
        assert.equal((await inbox.get("endpoint", "waits"))?.recipients[0]?.state, "failed");
        if (tested.afterCrash) {
          await next(tested.afterCrash());
          await inbox.subscribers(present(subscriber("one")));
          assert.deepEqual(await inbox.claim("one", 9), []);
        } else if (claim) {
          await settle(inbox, [claim], { kind: "failed", error: "c1 is no member", milliseconds: 1 });
          assert.doesNotMatch(JSON.stringify((await inbox.get("endpoint", "flow"))?.recipients), /c1/);
        }
      });

      it("is known again by the delivery's id: the same delivery is a duplicate", async () => {
        const delivery = await delivered(checkIn({ clientID: "c1" }), { id: "del_1" });
        await inbox.store("endpoint", delivery);
        await claimAll("one");
        await inbox.forget("c1");
        assert.equal((await inbox.store("endpoint", delivery)).events[0]?.event, undefined);
      });
    });

    describe("pruning", () => {
      beforeEach(() => inbox.subscribers(present(subscriber("one"))));
      const kept = async () => (await inbox.list({})).events.length;

      it("removes what is older than the retention, and not what waits for somebody who is there", async () => {
        await storeCheckIns(inbox, 3);
        await settle(inbox, await inbox.claim("one", 2), done);
        assert.deepEqual(await inbox.prune(noon + 6 * day), { removed: 0, untaken: 0 });
        assert.deepEqual(await inbox.prune(noon + 8 * day), { removed: 2, untaken: 0 });
        assert.equal(await kept(), 1);
        assert.equal((await inbox.claim("one", 9)).length, 1);
      });

      it("removes what nobody takes, and what is kept for an endpoint that is gone", async () => {
        await storeCheckIns(inbox, 2);
        await inbox.subscribers({ endpoints: [], subscribers: [] });
        await storeCheckIns(inbox, 1);
        assert.deepEqual(await inbox.prune(noon + 8 * day), { removed: 3, untaken: 3 });
        assert.equal(await kept(), 0);
        await inbox.subscribers(present(subscriber("one")));
        assert.deepEqual(await claimAll("one"), []);
        assert.equal((await countsOf("one")).waiting, 0);
      });

      it("goes by each endpoint's own retention, and removes a failure with its event", async () => {
        const long = subscriber("long", { endpoint: "long" });
        const everybody = present(subscriber("one"), long);
        const endpoints = everybody.endpoints.map((each) => ({ ...each, retentionDays: each.id === "long" ? 30 : 7 }));
        await inbox.subscribers({ ...everybody, endpoints });
        await storeCheckIns(inbox, 2, "long");
        await storeCheckIns(inbox, 2);
        await settle(inbox, await inbox.claim("one", 9), { kind: "failed", error: "no", milliseconds: 1 });
        await settle(inbox, await inbox.claim("long", 9), done);
        assert.equal((await countsOf("one")).failed, 2);
        assert.equal((await inbox.prune(noon + 8 * day)).removed, 2);
        assert.deepEqual(
          [(await countsOf("one")).failed, (await inbox.list({ endpoint: "long" })).events.length],
          [0, 2],
        );
        assert.equal((await inbox.prune(noon + 31 * day)).removed, 2);
      });

      it("counts what came while the clock stood in the future from when that is found out", async () => {
        await inbox.store("endpoint", await delivered(checkIn(), { now: noon + 4_000 * day }));
        await claimAll("one");
        assert.equal((await inbox.prune(noon)).removed, 0);
        assert.equal((await inbox.prune(noon + 6 * day)).removed, 0);
        assert.equal((await inbox.prune(noon + 8 * day)).removed, 1);
      });

      it("takes a delivery's id for a new one once it is pruned", async () => {
        await inbox.store("endpoint", await delivered(checkIn(), { id: "del_old" }));
        await claimAll("one");
        await inbox.prune(noon + 8 * day);
        const {
          events: [result],
        } = await inbox.store("endpoint", await delivered(checkIn(), { id: "del_old" }));
        assert.ok(result?.event);
      });
    });

    describe("the end of its process", () => {
      beforeEach(async function () {
        if (!tested.reopened || !tested.afterCrash) this.skip();
        await inbox.subscribers(present(subscriber("one")));
      });

      it("what waits, and what was in the flow, comes again; what was delivered does not; all of it is still counted", async () => {
        const [first = "", ...others] = await storeCheckIns(inbox, 4);
        await settle(inbox, await inbox.claim("one", 1), done);
        await inbox.claim("one", 1);
        await next(tested.afterCrash?.());
        assert.deepEqual([(await countsOf("one")).sent, (await countsOf("one")).last?.event], [2, "checkIn"]);
        const claims = await inbox.claim("one", 9);
        assert.deepEqual(clientsOf(claims), others);
        assert.deepEqual(
          claims.map(({ attempt }) => attempt),
          [2, 1, 1],
        );
        assert.equal((await inbox.list({ state: "delivered" })).events[0]?.event.payload !== undefined, true);
        assert.ok(first);
      });

      it("knows duplicates, and who gets what, before anybody has said who is there", async () => {
        const delivery = await delivered(checkIn(), { id: "del_1" });
        await inbox.store("endpoint", delivery);
        await next(tested.reopened?.());
        assert.equal((await inbox.store("endpoint", delivery)).events[0]?.event, undefined);
        await storeCheckIns(inbox, 1);
        await inbox.subscribers(present(subscriber("one")));
        assert.equal((await inbox.claim("one", 9)).length, 2);
      });

      it("goes on with a handover, and with a retry that is due, after a crash", async () => {
        const all = await storeCheckIns(inbox, 2);
        await settle(inbox, await inbox.claim("one", 1), { kind: "retry", error: "no", after: 1 });
        void inbox.subscribers(present(subscriber("heir")));
        await next(tested.afterCrash?.());
        await inbox.subscribers(present(subscriber("heir")));
        await waitFor(
          async () => ((await countsOf("heir")).waiting === 2 ? true : undefined),
          () => JSON.stringify(inbox.counts()),
        );
        assert.deepEqual((await claimAll("heir")).sort(), all.sort());
      });

      /** Node-RED ends while all of this is in the flow, so many times in a row. */
      async function crash(times: number): Promise<void> {
        for (let time = 0; time < times; time += 1) {
          await inbox.claim("one", 9);
          await next(tested.afterCrash?.());
        }
      }

      it("suspects what was in the flow at two crashes in a row, and gives nothing else until each had its turn", async () => {
        const all = await storeCheckIns(inbox, 3);
        await crash(2);
        await storeCheckIns(inbox, 1);
        const tried: string[] = [];
        assert.deepEqual(await inbox.claim("one", 9), []);
        for (let turn = await inbox.nextTurn(); turn; turn = await inbox.nextTurn()) {
          assert.ok(turn.claim);
          assert.deepEqual(await inbox.claim("one", 9), [], "it is alone");
          tried.push(clientOf(turn.claim.event));
          await settle(inbox, [turn.claim], done);
          await inbox.survived();
        }
        assert.deepEqual(tried, all);
        assert.equal((await inbox.claim("one", 9)).length, 1);
      });

      it("suspects nothing that only a listener had, and gives it what it selects while others take turns", async () => {
        const roster = subscriber("roster", { isListener: true });
        const everybody = present(subscriber("one"), roster);
        await inbox.subscribers(everybody);
        const all = await storeCheckIns(inbox, 2);
        for (let time = 0; time < 2; time += 1) {
          await inbox.claim("one", 9);
          await inbox.claim("roster", 9);
          await next(tested.afterCrash?.());
          await inbox.subscribers(everybody);
        }
        assert.deepEqual(clientsOf(await inbox.claim("roster", 9)), all);
        const turn = await inbox.nextTurn();
        assert.equal(turn?.claim?.subscriber, "one");
        const [later] = await storeCheckIns(inbox, 1);
        assert.deepEqual(clientsOf(await inbox.claim("roster", 9)), [later]);
        assert.deepEqual(await inbox.claim("one", 9), []);
      });

      it("says since when somebody is there, over a crash, and anew where it was not", async () => {
        const sinceOf = async () => (await countsOf("one")).since;
        const first = await sinceOf();
        await next(tested.afterCrash?.());
        await inbox.subscribers(present(subscriber("one")));
        assert.equal(await sinceOf(), first);
        await inbox.subscribers(present());
        await waitFor(
          () => (Date.now() > first ? true : undefined),
          () => "the clock stands still",
        );
        await inbox.subscribers(present(subscriber("one")));
        assert.ok((await sinceOf()) > first);
      });

      it("sets aside what ends the process in its own turn three times while others survive theirs, and can send it again", async () => {
        await inbox.store("endpoint", await delivered(checkIn({ clientID: "poison" }), { id: "del_poison" }));
        const innocent = await storeCheckIns(inbox, 1);
        await crash(2);
        let crashes = 0;
        const came: string[] = [];
        for (let turn = await inbox.nextTurn(); turn; turn = await inbox.nextTurn()) {
          if (turn.claim && clientOf(turn.claim.event) === "poison") {
            crashes += 1;
            await next(tested.afterCrash?.());
            await countsNow();
            await inbox.claim("one", 0);
          } else {
            if (turn.claim) came.push(clientOf(turn.claim.event));
            if (turn.claim) await settle(inbox, [turn.claim], done);
            await inbox.survived();
          }
        }
        assert.equal(crashes, 3);
        assert.deepEqual(came, innocent);
        assert.equal((await countsOf("one")).setAside, 1);
        assert.deepEqual(tested.notices.filter(({ code }) => code === "setAside").length, 1);
        assert.equal((await inbox.list({ state: "setAside" })).events.length, 1);
        assert.equal(await inbox.replay("endpoint", ["del_poison"]), 1);
        assert.equal((await inbox.claim("one", 9)).length, 1);
      });

      it("sets nothing aside where every turn ends in a crash, also one in which nothing was sent", async () => {
        await storeCheckIns(inbox, 3);
        await crash(2);
        let withoutClaim = 0;
        for (let time = 0; time < 20; time += 1) {
          const turn = await inbox.nextTurn();
          assert.ok(turn);
          if (!turn.claim) withoutClaim += 1;
          await next(tested.afterCrash?.());
          await inbox.claim("one", 0);
        }
        assert.ok(withoutClaim > 0);
        assert.equal((await countsOf("one")).setAside, 0);
        assert.equal((await countsOf("one")).waiting, 3);
      });

      it("suspects nothing where the process was asked to end, or the flows had stopped", async () => {
        await storeCheckIns(inbox, 2);
        for (let time = 0; time < 3; time += 1) {
          await inbox.claim("one", 9);
          await next(tested.reopened?.());
          await inbox.claim("one", 9);
          await inbox.stopped();
          await next(tested.afterCrash?.());
          await inbox.subscribers(present(subscriber("one")));
        }
        assert.equal((await inbox.claim("one", 9)).length, 2);
      });
    });
  });
}

import assert from "node:assert/strict";
import fc from "fast-check";
import { memorySource } from "../../../../src/inbox/level/memory-source";
import { ReplayedError } from "../../../../src/inbox/replayed-error";
import { delivered, noon } from "../../../support/deliveries";
import { check, propertyTimeout } from "../../../support/properties";
import { closeAfterEach, openAt } from "./folders";

closeAfterEach();

const bodies = fc.record({
  clientID: fc.constantFrom("a", "b"),
  siteID: fc.constant("s"),
  status: fc.constantFrom("active", "inactive"),
  amount: fc.constantFrom(1, 2),
});
const sent = fc.record({
  body: bodies,
  eventName: fc.constantFrom("clientStatusChange", "packagePurchased", "clientUpdated"),
  minutes: fc.integer({ min: 0, max: 3 }),
});

describe("duplicates, whatever is sent", function () {
  this.timeout(propertyTimeout);

  it("two deliveries with different ids are never taken for one, and the same one again always is", async () => {
    await check(
      fc.asyncProperty(fc.array(sent, { minLength: 1, maxLength: 12 }), async (all) => {
        const { inbox } = await openAt(memorySource());
        let now = noon;
        for (const [index, { body, eventName, minutes }] of all.entries()) {
          now += minutes * 60_000;
          const delivery = await delivered(body, { eventName, now, id: `del_${index}` });
          const first = await inbox.store("endpoint", delivery);
          assert.ok(
            first.events.every(({ event }) => event !== undefined && event.possibleDuplicate === undefined),
            "an id of its own",
          );
          const again = await inbox.store("endpoint", delivery);
          assert.ok(
            again.events.every(({ event }) => event === undefined),
            "the same again",
          );
        }
        await inbox.close();
      }),
    );
  });

  it("of what is signed, the same again is never a second event, nor an event of another kind", async () => {
    await check(
      fc.asyncProperty(fc.array(sent, { minLength: 1, maxLength: 12 }), async (all) => {
        const { inbox } = await openAt(memorySource());
        const kinds = new Map<string, string>();
        for (const [index, { body, eventName, minutes }] of all.entries()) {
          // One that is sent again is signed with the time of the first.
          const signed = `${minutes}.${JSON.stringify(body)}`;
          const delivery = { ...(await delivered(body, { eventName, id: `del_${index}` })), signed };
          const become = await inbox.store("endpoint", delivery).then(
            ({ events }) => (events[0]?.event ? "new" : "known"),
            (error) => (error instanceof ReplayedError ? "refused" : assert.fail(error)),
          );
          const before = kinds.get(signed);
          assert.equal(become, before === undefined ? "new" : before === eventName ? "known" : "refused");
          kinds.set(signed, before ?? eventName);
        }
        await inbox.close();
      }),
    );
  });

  it("without ids, an event that happens is never suppressed, and a state only where it is the client's latest", async () => {
    await check(
      fc.asyncProperty(fc.array(sent, { minLength: 1, maxLength: 12 }), async (all) => {
        const { inbox } = await openAt(memorySource());
        const latest = new Map<string, { text: string; at: number }>();
        let now = noon;
        for (const { body, eventName, minutes } of all) {
          now += minutes * 60_000;
          const { events } = await inbox.store("endpoint", await delivered(body, { eventName, now }));
          const key = `${eventName} ${body.clientID}`;
          const text = JSON.stringify(body);
          const before = latest.get(key);
          const isSame = before?.text === text && now - before.at <= 10 * 60_000;
          const isState = eventName !== "packagePurchased";
          assert.equal(events[0]?.event === undefined, isSame && isState);
          assert.equal(events[0]?.event?.possibleDuplicate !== undefined, isSame && !isState);
          if (!(isSame && isState)) latest.set(key, { text, at: now });
        }
        await inbox.close();
      }),
    );
  });
});

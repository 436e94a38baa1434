import assert from "node:assert/strict";
import { checkIn, delivered, endpoint, noon, waits } from "../../support/inbox";
import { inEveryInbox } from "./every-inbox";

const minutes = 60_000;
const day = 24 * 60 * 60_000;

inEveryInbox("duplicates", (given) => {
  const { store, claim, isNew } = given;

  it("the same delivery id is one, whatever is in it, however late", async () => {
    assert.deepEqual(isNew(await store(checkIn(), { id: "del_1" })), [true]);
    assert.deepEqual(isNew(await store(checkIn(), { id: "del_1", now: noon + day })), [false]);
    assert.deepEqual(isNew(await store([checkIn(), checkIn()], { id: "del_1" })), [false, false]);
  });

  it("the same delivery id at another endpoint is none", async () => {
    await store(checkIn(), { id: "del_1" });
    const delivery = await delivered(checkIn(), { id: "del_1" });
    assert.deepEqual(isNew(await given.inbox.store("another", delivery, () => [])), [true]);
  });

  it("of the same delivery id at the same time, one is stored", async () => {
    const deliveries = await Promise.all(Array.from({ length: 20 }, () => delivered(checkIn(), { id: "del_1" })));
    const stored = await Promise.all(deliveries.map((one) => given.inbox.store(endpoint, one, () => [...waits])));
    assert.equal(stored.filter(([event]) => event).length, 1);
    assert.equal((await claim()).length, 1);
  });

  it("the same body again within 10 minutes is one, whatever the delivery ids", async () => {
    const body = checkIn();
    assert.deepEqual(isNew(await store(body, { id: "del_1" })), [true]);
    assert.deepEqual(isNew(await store(body, { id: "del_2", now: noon + 10 * minutes })), [false]);
    assert.deepEqual(isNew(await store(body)), [false]);
  });

  it("the same body after more than 10 minutes is none", async () => {
    const body = checkIn();
    await store(body);
    assert.deepEqual(isNew(await store(body, { now: noon + 10 * minutes + 1 })), [true]);
  });

  it("a duplicate does not lengthen the 10 minutes", async () => {
    const body = checkIn();
    await store(body);
    await store(body, { now: noon + 9 * minutes });
    assert.deepEqual(isNew(await store(body, { now: noon + 11 * minutes })), [true]);
  });

  it("active, suspended, active is three events: only the latest can be repeated", async () => {
    const stored = [];
    for (const status of ["activePackage", "suspendedMembership", "activePackage"]) {
      stored.push(...(await store({ clientID: "joe", siteID: "s", status }, { eventName: "clientStatusChange" })));
    }
    assert.deepEqual(isNew(stored), [true, true, true]);
  });

  it("the same body of another event, client or endpoint is none", async () => {
    const body = { clientID: "joe", siteID: "s", firstName: "Joe" };
    await store(body, { eventName: "accountCreated" });
    assert.deepEqual(isNew(await store(body, { eventName: "clientUpdated" })), [true]);
    assert.deepEqual(isNew(await store({ ...body, clientID: "jim" }, { eventName: "accountCreated" })), [true]);
    const elsewhere = await delivered(body, { eventName: "accountCreated" });
    assert.deepEqual(isNew(await given.inbox.store("another", elsewhere, () => [])), [true]);
  });

  it("the same event twice in one body is stored once", async () => {
    const body = checkIn();
    assert.deepEqual(isNew(await store([body, body])), [true, false]);
  });

  it("in one body, active, suspended, active is three", async () => {
    const events = ["activePackage", "suspendedMembership", "activePackage"].map((status) => ({
      clientID: "joe",
      siteID: "s",
      status,
    }));
    assert.deepEqual(isNew(await store(events, { eventName: "clientStatusChange" })), [true, true, true]);
  });

  it("unrecognised events are none: nothing tells whose they are", async () => {
    const body = { hello: "world" };
    assert.deepEqual(isNew(await store(body, { eventName: undefined })), [true]);
    assert.deepEqual(isNew(await store(body, { eventName: undefined })), [true]);
  });
});

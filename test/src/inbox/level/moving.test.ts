import assert from "node:assert/strict";
import { clientOf } from "../../../support/deliveries";
import { waitFor } from "../../../support/wait-for";
import { present, subscriber } from "../contract";
import { clientsFrom, closeAfterEach, newFolder, openAt, settleAll, storeAll } from "./folders";

closeAfterEach();

describe("an inbox whose subscribers come and go while events wait and come", () => {
  it("loses nothing, and sends nothing twice", async () => {
    const { inbox } = await openAt(newFolder());
    await inbox.subscribers(present(subscriber("first")));
    const waiting = clientsFrom(0, 5_000);
    await storeAll(inbox, waiting);
    const came: string[] = [];
    let isOver = false;
    const delivering = (async () => {
      while (!isOver) {
        await new Promise((resolve) => setImmediate(resolve));
        for (const id of ["first", "second", "third"]) {
          const claims = await inbox.claim(id, 37);
          // One of ten is cut off, as by a deploy.
          const finished = claims.filter((_, index) => index % 10 !== 9);
          came.push(...finished.map(({ event }) => clientOf(event)));
          await settleAll(inbox, finished);
          await settleAll(
            inbox,
            claims.filter((claim) => !finished.includes(claim)),
            { kind: "waiting" },
          );
        }
      }
    })();
    const stored: string[] = [];
    for (let time = 0; time < 40; time += 1) {
      const there = [["first"], ["second"], [], ["first", "third"], ["third"]][time % 5] as string[];
      const isOfTwo = there.length > 1;
      const deploy = inbox.subscribers(present(...there.map((id) => subscriber(id))));
      // What comes while two are there goes to both: that is checked elsewhere.
      if (!isOfTwo) {
        const clients = clientsFrom(10_000 + 50 * time, 50);
        await storeAll(inbox, clients);
        stored.push(...clients);
      }
      if (time % 3 === 0) await deploy;
    }
    await inbox.subscribers(present(subscriber("first"), subscriber("last")));
    await inbox.subscribers(present(subscriber("last")));
    await inbox.subscribers(
      present(subscriber("last"), subscriber("second"), subscriber("third"), subscriber("first")),
    );
    const expected = new Set([...waiting, ...stored]);
    const deadline = performance.now() + 20_000;
    while (new Set(came).size < expected.size && performance.now() < deadline) {
      const claims = await inbox.claim("last", 500);
      came.push(...claims.map(({ event }) => clientOf(event)));
      await settleAll(inbox, claims);
      await new Promise((resolve) => setImmediate(resolve));
    }
    isOver = true;
    await delivering;
    assert.deepEqual([...expected].filter((client) => !came.includes(client)).slice(0, 9), [], "lost");
    assert.deepEqual(came.filter((client, index) => came.indexOf(client) !== index).slice(0, 9), [], "twice");
    await waitFor(
      () => (inbox.counts().subscribers.every(({ waiting, inFlow }) => waiting + inFlow === 0) ? true : undefined),
      () => JSON.stringify(inbox.counts().subscribers),
    );
  }).timeout(60_000);

  it("takes over what is stored in the same moment", async () => {
    const { inbox } = await openAt(newFolder());
    await inbox.subscribers(present(subscriber("old")));
    const clients = clientsFrom(0, 300);
    await Promise.all([
      storeAll(inbox, clients.slice(0, 100)),
      inbox.subscribers(present(subscriber("new"))),
      storeAll(inbox, clients.slice(100, 200)),
      inbox.subscribers(present(subscriber("newer"))),
      storeAll(inbox, clients.slice(200)),
    ]);
    const came = await waitFor(
      () => {
        const newer = inbox.counts().subscribers.find(({ subscriber }) => subscriber === "newer");
        return newer?.waiting === 300 ? inbox.claim("newer", 400) : undefined;
      },
      () => JSON.stringify(inbox.counts()),
    );
    assert.deepEqual(came.map(({ event }) => clientOf(event)).sort(), clients);
  });
});

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { CatchingUp } from "../../../nodes/hapana-roster/catching-up";
import type { RosterKeeper } from "../../../src/access/keeper";
import type { Inboxes } from "../../../src/engine/inboxes";
import { waitFor } from "../../support/wait-for";

describe("a roster that catches up", () => {
  const place = { id: "roster", endpoint: "new", isActive: true, since: 2, waiting: 0, inFlow: 0 };

  it("is behind from the deploy that moves it to another endpoint, also before a database knows of that", async () => {
    const history = {
      nodes: [] as (typeof place)[],
      resend: async () => ({ refused: new Map() }),
      resends: async () => [],
      counted: async () => {},
    };
    const inboxes = Object.assign(new EventEmitter(), {
      ...{ history, isSettled: true, isRefusing: false, isAnnouncing: true },
    });
    const keeper = {
      ...{ isBehind: false, heardOf: "old 1", unwritten: 0, ready: Promise.resolve() },
      behindIs(isBehind: boolean) {
        keeper.isBehind = isBehind;
      },
      async heard(tenure: string) {
        keeper.heardOf = tenure;
      },
    };
    const catchingUp = new CatchingUp(
      inboxes as unknown as Inboxes,
      keeper as unknown as RosterKeeper,
      place.id,
      place.endpoint,
    );
    catchingUp.begin();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(keeper.isBehind, true, "nobody knows what waits for it");

    history.nodes.push(place);
    inboxes.isAnnouncing = false;
    inboxes.emit("change");
    await waitFor(
      () => (keeper.isBehind ? undefined : true),
      () => "it never catches up",
    );
    assert.equal(keeper.heardOf, "new 2");
    catchingUp.end();
  });
});

import assert from "node:assert/strict";
import { mock } from "node:test";
import { restMilliseconds, Turns, turnMilliseconds } from "../../../src/engine/turns";
import type { Claim, Inbox, Turn } from "../../../src/inbox/inbox";
import { StoreError } from "../../../src/inbox/store-error";
import { turnOfTheLoop } from "./support";

/** An inbox with these turns to take; `survived` is noted. */
function suspecting(turns: (Turn | Error)[]) {
  const notes: string[] = [];
  const inbox = {
    async nextTurn() {
      const turn = turns.shift();
      if (turn instanceof Error) throw turn;
      if (turn) notes.push(turn.claim ? `turn of ${turn.claim.subscriber}` : "turn of nobody");
      return turn;
    },
    async survived() {
      notes.push("survived");
    },
  } as unknown as Inbox;
  return { inbox, notes };
}

const turnOf = (subscriber: string): Turn => ({ claim: { subscriber } as Claim });

describe("the turns of suspects", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => mock.timers.reset());

  it("come one after the other, each as soon as the flow has finished with the one before", async () => {
    const { inbox, notes } = suspecting([turnOf("one"), turnOf("two")]);
    const finishes: (() => void)[] = [];
    const turns = new Turns(
      inbox,
      () => new Promise((resolve) => finishes.push(resolve)),
      (error) => assert.fail(String(error)),
    );
    turns.start();
    await turnOfTheLoop();
    assert.deepEqual([notes, turns.areUnderWay], [["turn of one"], true]);
    finishes[0]?.();
    await turnOfTheLoop();
    assert.deepEqual(notes, ["turn of one", "survived", "turn of two"]);
    finishes[1]?.();
    await turnOfTheLoop();
    assert.equal(turns.areUnderWay, false);
  });

  it("end after a while where the flow does not finish, or nothing was to be sent", async () => {
    const { inbox, notes } = suspecting([turnOf("slow"), {}]);
    const turns = new Turns(
      inbox,
      () => new Promise(() => {}),
      (error) => assert.fail(String(error)),
    );
    turns.start();
    await turnOfTheLoop();
    mock.timers.tick(turnMilliseconds);
    await turnOfTheLoop();
    assert.deepEqual(notes, ["turn of slow", "survived", "turn of nobody"]);
    mock.timers.tick(turnMilliseconds);
    await turnOfTheLoop();
    assert.deepEqual([notes.at(-1), turns.areUnderWay], ["survived", false]);
  });

  it("do not go on while the flows are stopped", async () => {
    const { inbox, notes } = suspecting([turnOf("one"), turnOf("two")]);
    let finish = () => {};
    const turns = new Turns(
      inbox,
      () => new Promise((resolve) => (finish = resolve)),
      (error) => assert.fail(String(error)),
    );
    turns.start();
    await turnOfTheLoop();
    turns.stop();
    finish();
    await turnOfTheLoop();
    assert.deepEqual(notes, ["turn of one", "survived"]);
    turns.start();
    await turnOfTheLoop();
    assert.equal(notes.at(-1), "turn of two");
  });

  it("are taken as well where another process has left them meanwhile, and is gone", async () => {
    const left: (Turn | Error)[] = [];
    const { inbox, notes } = suspecting(left);
    const turns = new Turns(
      inbox,
      async () => {},
      (error) => assert.fail(String(error)),
    );
    turns.start();
    await turnOfTheLoop();
    left.push(turnOf("one"));
    mock.timers.tick(restMilliseconds);
    await turnOfTheLoop();
    assert.deepEqual(notes, ["turn of one", "survived"]);
    turns.stop();
    left.push(turnOf("two"));
    mock.timers.tick(restMilliseconds);
    await turnOfTheLoop();
    assert.equal(notes.length, 2);
  });

  it("begin again when the store has refused", async () => {
    const { inbox, notes } = suspecting([new StoreError("EIO"), turnOf("one")]);
    const refused: unknown[] = [];
    const turns = new Turns(
      inbox,
      async () => {},
      (error) => refused.push(error),
    );
    turns.start();
    await turnOfTheLoop();
    assert.equal(refused.length, 1);
    mock.timers.tick(turnMilliseconds);
    await turnOfTheLoop();
    assert.deepEqual(notes, ["turn of one", "survived"]);
  });
});

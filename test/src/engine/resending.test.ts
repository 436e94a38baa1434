import assert from "node:assert/strict";
import { Resending } from "../../../src/engine/resending";
import type { Counts, Inbox, Resend } from "../../../src/inbox/inbox";
import { StandInClock, turns } from "../../support/stand-in-red-clock";

/** How long a step rests. */
const rest = 250;

describe("what is sent again in the background", () => {
  let clock: StandInClock;
  let resends: Resend[];
  let waiting: Record<string, number>;
  let listeners: Set<string>;
  /** Which resends had a step, in order. */
  let steps: string[];
  /** Ends steps that take their time. */
  let ends: (() => void)[];
  let isSlow: boolean;
  let resending: Resending;

  beforeEach(() => {
    clock = new StandInClock();
    [resends, waiting, steps, ends, isSlow] = [[], {}, [], [], false];
    listeners = new Set();
    const inbox: Pick<Inbox, "resends" | "resendNext" | "counts"> = {
      resends: async () => resends,
      resendNext: async (id) => {
        steps.push(id);
        if (isSlow) await new Promise<void>((resolve) => ends.push(resolve));
        return undefined;
      },
      counts: () => ({
        endpoints: [],
        subscribers: Object.entries(waiting).map(([endpoint, count]) => ({
          ...subscriberWith([endpoint, count]),
          ...(listeners.has(endpoint) && { isListener: true }),
        })),
      }),
    };
    resending = new Resending(
      inbox as Inbox,
      (error) => assert.fail(String(error)),
      () => {},
    );
  });
  afterEach(() => {
    resending.stop();
    clock.release();
  });

  const begin = (id: string, endpoint = "endpoint", subscriber?: string) => {
    const times = { total: 1_000, looked: 0, sent: 0, began: 0 };
    resends.unshift({ id, query: { endpoint }, state: "running", ...times, ...(subscriber && { subscriber }) });
    resending.wake();
  };
  const endSteps = () => {
    isSlow = false;
    for (const end of ends.splice(0)) end();
    steps = [];
  };
  async function pass(milliseconds: number): Promise<void> {
    await turns();
    clock.pass(milliseconds);
    await turns();
  }

  it("goes no faster after a deploy in the middle of a step, and not at all while there are no flows", async () => {
    resending.start();
    isSlow = true;
    begin("r1");
    await pass(0);
    resending.stop();
    resending.start();
    await pass(0);
    assert.deepEqual(steps, ["r1"]);
    endSteps();
    for (let step = 0; step < 4; step += 1) await pass(rest);
    assert.equal(steps.length, 4);
    isSlow = true;
    await pass(rest);
    resending.stop();
    endSteps();
    for (let step = 0; step < 4; step += 1) await pass(rest);
    assert.deepEqual(steps, []);
    resending.start();
    await pass(0);
    assert.deepEqual(steps, ["r1"]);
  });

  it("goes faster for who only listens, and does not wait for it with what is for others", async () => {
    resending.start();
    listeners.add("roster");
    waiting = { roster: 0 };
    begin("told", "roster", "roster");
    await turns();
    for (let step = 0; step < 10; step += 1) await pass(5);
    assert.equal(steps.length, 11);
    waiting = { roster: 1_001 };
    await pass(5);
    assert.equal(steps.length, 11);
    await pass(rest);
    assert.equal(steps.length, 11);
  });

  it("does not wait for what a flow has no room for, where another has", async () => {
    resending.start();
    waiting = { busy: 101, free: 0 };
    begin("first", "busy");
    begin("second", "free");
    begin("third", "free");
    await pass(rest);
    assert.deepEqual(steps, ["second", "second"]);
    waiting = {};
    await pass(rest);
    assert.deepEqual(steps, ["second", "second", "first"]);
  });
});

function subscriberWith([endpoint, waiting]: [string, number]): Counts["subscribers"][number] {
  const counts = { due: 0, inFlow: 0, slow: 0, sent: 0, sentTests: 0, failed: 0, setAside: 0, last: undefined };
  return { subscriber: endpoint, endpoint, isActive: true, since: 0, waiting, ...counts };
}

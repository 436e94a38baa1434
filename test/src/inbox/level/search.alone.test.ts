import assert from "node:assert/strict";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { EventQuery, Inbox } from "../../../../src/inbox/inbox";
import { enduring, isEndurance } from "../../../support/endurance";
import { fillWithVisits, searchesAmong } from "../../../support/gym";
import { closeAfterEach, newFolder, openAt } from "./folders";

closeAfterEach();

const count = enduring(60_000, 1_000_000);
const searches = searchesAmong(count);

interface Looked {
  ids: string[];
  first: number;
  all: number;
}

/** Looks for it page by page, as the sidebar does. */
async function look(inbox: Inbox, query: EventQuery): Promise<Looked> {
  const began = performance.now();
  const ids: string[] = [];
  let first: number | undefined;
  for (let before: number | undefined = Number.MAX_SAFE_INTEGER; before !== undefined; ) {
    const page = await inbox.list({ ...query, ...(before < 2 ** 47 && { before }) });
    first ??= performance.now() - began;
    ids.push(...page.events.map(({ event }) => event.deliveryId));
    before = page.next;
  }
  return { ids, first: first ?? 0, all: performance.now() - began };
}

async function lookForAll(inbox: Inbox): Promise<Looked[]> {
  const looked: Looked[] = [];
  for (const search of searches) looked.push(await look(inbox, { search }));
  return looked;
}

const took = (looked: readonly Looked[]) => looked.reduce((sum, { all }) => sum + all, 0);

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function liveMegabytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

describe(`a search among ${count.toLocaleString("en")} events`, () => {
  it("finds the same in a fraction of the time, without holding up the event loop, and keeps nothing in memory", async () => {
    const { inbox } = await openAt(newFolder());
    await fillWithVisits(inbox, count);
    const before = await lookForAll(inbox);
    await inbox.prepareSearch();
    const memory = liveMegabytes();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const after = await lookForAll(inbox);
    delay.disable();
    const kept = liveMegabytes() - memory;
    assert.deepEqual(
      after.map(({ ids }) => ids),
      before.map(({ ids }) => ids),
    );
    assert.deepEqual(
      searches.filter((_, index) => after[index]?.ids.length === 0),
      ["kwan", "nobody"],
    );
    const share = took(after) / took(before);
    assert.ok(share < 1 / 2, `${took(after)} ms instead of ${took(before)} ms`);
    assert.ok(kept < 8, `${kept} MB`);
    const failed = await look(inbox, { state: "failed" });
    assert.equal(failed.ids.length, count / 1_000);
    if (!isEndurance) return;
    const held = delay.max / 1e6;
    const figures = after.map(({ first, all }, index) => `${searches[index]}: ${first} ms, ${all} ms`).join("; ");
    assert.ok(held < 50, `${held} ms`);
    for (const { first, all } of after) assert.ok(first < 300 && all < 1_000, figures);
    assert.ok(failed.first < 300, `${failed.first} ms`);
  }).timeout(enduring(120_000, 1_200_000));
});

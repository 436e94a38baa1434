import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { diskSource } from "../../src/inbox/level/disk-source";
import { LevelInbox } from "../../src/inbox/level/level-inbox";
import { isEndurance } from "../support/endurance";
import { endpoint, webhookIn } from "../support/flows";
import { fillWithVisits, searchesAmong } from "../support/gym";
import { gaugedOptions, liveMegabytes, memoryGauge } from "../support/memory";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { page } from "../support/page";
import { onePlatform } from "../support/platforms";
import { code, makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

const count = 1_000_000;

/** How long the event loop was held up at most since the last time, in milliseconds. */
const loopGauge = page("loop", "/loop", 'global.get("held")()');

const settings = {
  functionGlobalContext: code(`{
    memory: () => { global.gc(); const { heapUsed, external } = process.memoryUsage(); return { live: heapUsed + external }; },
    held: (() => {
      const delay = require("perf_hooks").monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      return () => { const { max } = delay; delay.reset(); return { held: max / 1e6 }; };
    })(),
  }`),
};

interface Looked {
  pages: number;
  found: number;
  /** In milliseconds. */
  first: number;
  all: number;
}

/** Looks through the log as the sidebar does. */
async function look({ url }: NodeRed, query: Record<string, string>, search = ""): Promise<Looked> {
  const began = performance.now();
  const looked: Looked = { pages: 0, found: 0, first: 0, all: 0 };
  for (let before: string | undefined = ""; before !== undefined; ) {
    const parameters = new URLSearchParams({ ...query, ...(before && { before }) });
    const headers: Record<string, string> = search === "" ? {} : { "hapana-search": encodeURIComponent(search) };
    const answer = await fetch(`${url}/hapana-events?${parameters}`, { headers });
    const { events, next } = (await answer.json()) as { events: unknown[]; next?: string };
    looked.pages += 1;
    looked.found += events.length;
    if (looked.pages === 1) looked.first = performance.now() - began;
    before = next;
  }
  return { ...looked, all: performance.now() - began };
}

async function heldUp({ url }: NodeRed): Promise<number> {
  return ((await (await fetch(`${url}/loop`)).json()) as { held: number }).held;
}

for (const platform of isEndurance ? onePlatform : []) {
  describe(`a million events, on Node-RED ${platform.name}`, function () {
    this.timeout(1_200_000);

    it("are searched by client, and by state, while the editor and the flows go on", async () => {
      const userDir = makeUserDir();
      const inbox = await LevelInbox.open(diskSource(join(userDir, "hapana", "inbox")), {
        storageChanged() {},
        notice() {},
      });
      await fillWithVisits(inbox, count);
      await inbox.close();
      const flows = [
        { id: "tab", type: "tab", label: "Test" },
        ...[endpoint(), webhookIn(), ...memoryGauge, ...loopGauge],
      ];
      const nodeRed = await startNodeRed({ platform, ...gaugedOptions, userDir, flows, settings });
      try {
        // Its first pruning is ten seconds after the start.
        const isQuick = async () => (await look(nodeRed, {}, "nobody")).pages <= 3 || undefined;
        await waitFor(isQuick, () => "it is as slow as without sketches", 300_000);
        const memory = await liveMegabytes(nodeRed);
        await heldUp(nodeRed);
        const looks: (Looked & { search?: string; state?: string })[] = [];
        for (const search of searchesAmong(count)) looks.push({ search, ...(await look(nodeRed, {}, search)) });
        looks.push({ state: "failed", ...(await look(nodeRed, { state: "failed", limit: "500" })) });
        const held = await heldUp(nodeRed);
        const kept = (await liveMegabytes(nodeRed)) - memory;
        const figures = JSON.stringify({ looks, held, kept }, undefined, 1);
        console.log(figures);
        assert.deepEqual(
          looks.map(({ found }) => found > 0),
          [true, true, true, true, true, false, false, true],
          figures,
        );
        for (const { first, all } of looks) assert.ok(first < 300 && all < 1_000, figures);
        assert.ok(held < 50, figures);
        assert.ok(kept < 8, figures);
      } finally {
        await nodeRed.stop();
        rmSync(userDir, { recursive: true, force: true });
      }
    });
  });
}

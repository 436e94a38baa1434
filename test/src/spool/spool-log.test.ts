import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskSource } from "../../../src/inbox/level/disk-source";
import { Spool } from "../../../src/spool/spool";
import { SpoolLog } from "../../../src/spool/spool-log";
import { checkIn, clientOf, delivered, noon } from "../../support/deliveries";

describe("the log of what waits on this machine's disk", () => {
  let folder: string;
  let spool: Spool;
  let log: SpoolLog;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "hapana-spool-log-"));
    spool = new Spool(diskSource(join(folder, "spool")), () => undefined);
    log = new SpoolLog(spool);
    for (let index = 0; index < 130; index += 1) {
      const one = { clientID: `client-${index}`, firstName: index === 7 ? "Hannelore" : "Kim" };
      const body = index === 9 ? [checkIn({ clientID: "first" }), checkIn({ clientID: "second" })] : checkIn(one);
      const endpoint = index % 2 ? "odd" : "even";
      await spool.put(endpoint, spool.takePlace(), await delivered(body, { now: noon + index * 1_000 }));
    }
  });
  after(async () => {
    await spool.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("tells of each event once, newest first, of all endpoints, page by page", async () => {
    const clients: string[] = [];
    for (let before: number | undefined; ; ) {
      const page = await log.list({ limit: 25, ...(before !== undefined && { before }) });
      clients.push(...page.events.map(({ event }) => clientOf(event)));
      assert.ok(page.events.every(({ state, recipients }) => state === "spooled" && recipients.length === 0));
      before = page.next;
      if (before === undefined) break;
    }
    const expected = Array.from({ length: 130 }, (_, index) =>
      index === 9 ? ["first", "second"] : [`client-${index}`],
    );
    assert.deepEqual(clients, expected.flat().reverse());
  });

  it("finds what is asked for, and counts it", async () => {
    const found = async (query: object) =>
      (await log.list({ limit: 9, ...query })).events.map(({ event }) => clientOf(event));
    assert.deepEqual(await found({ search: "hannelore" }), ["client-7"]);
    assert.deepEqual(await found({ client: "second" }), ["second"]);
    assert.deepEqual(await found({ state: "delivered" }), []);
    assert.deepEqual(await found({ endpoint: "elsewhere" }), []);
    assert.deepEqual(await found({ endpoint: "odd", to: noon + 3_000 }), ["client-3", "client-1"]);
    assert.deepEqual(await log.count({ endpoint: "odd", state: "spooled" }), { count: 66, events: { checkIn: 66 } });
  });

  it("opens one by its id, also of a list", async () => {
    const [second, first] = (await log.list({ search: "second" })).events.concat(
      (await log.list({ search: "first" })).events,
    );
    for (const logged of [first, second]) {
      assert.deepEqual(await log.get("odd", logged?.event.deliveryId ?? ""), logged);
      assert.match(logged?.event.deliveryId ?? "", /#[12]$/);
    }
    assert.equal(await log.get("even", second?.event.deliveryId ?? ""), undefined);
  });
});

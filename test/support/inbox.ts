import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { buildSync } from "esbuild";
import { Inbox, type Recipient, type StoredEvent } from "../../src/inbox/inbox";
import { openStore } from "../../src/inbox/lmdb-tables";
import { createMemoryTables } from "../../src/inbox/memory-tables";
import type { Tables } from "../../src/inbox/tables";
import { isProblem } from "../../src/receiver/problems";
import type { ReceivedDelivery } from "../../src/receiver/receive";
import { receiveBody } from "./receiving";

/** The endpoint and the subscriber that tests store for, unless they say otherwise. */
export const endpoint = "endpoint";
export const subscriber = "webhook";

/** 12 April 2026, 07:52:10 UTC. */
export const noon = Date.parse("2026-04-12T07:52:10.000Z");

const root = join(__dirname, "../..");
const opened: Tables[] = [];
const folders: string[] = [];

/** An empty folder that {@link tidyUp} removes. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "hapana-inbox-"));
  folders.push(folder);
  return folder;
}

/** A store on disk, in a folder of its own unless one is given. */
export function openOnDisk(folder = join(scratchFolder(), "inbox")): ReturnType<typeof openStore> {
  const store = openStore(folder);
  opened.push(store.tables);
  return store;
}

/** Closes every store, and removes every folder. For `afterEach`. */
export async function tidyUp(): Promise<void> {
  await Promise.all(opened.splice(0).map((tables) => tables.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/**
 * Resolves when what has been begun is done, and what that leads to, as far as no timer has to fire for it: transactions are
 * done in their order. What has not happened by then does not happen.
 */
export async function settled(tables: Tables): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    await tables.transaction(() => {}, "flushed");
    await nextTurn();
  }
}

/**
 * Runs code in a process of its own, which may end in the middle of it.
 * @param module a module below `src`
 * @param codeFor the code, for an expression that is the module
 */
export function runElsewhere(module: string, codeFor: (required: string) => string): SpawnSyncReturns<Buffer> {
  const outfile = join(scratchFolder(), "module.cjs");
  const entryPoints = [join(root, "src", module)];
  // A process without a loader for TypeScript starts ten times as fast.
  buildSync({ entryPoints, outfile, bundle: true, platform: "node", external: ["lmdb"] });
  return spawnSync(process.execPath, ["-e", codeFor(`require(${JSON.stringify(outfile)})`)], {
    env: { ...process.env, NODE_PATH: join(root, "node_modules") },
  });
}

/** Both places where an inbox can keep its events. */
export const kinds: readonly { name: string; open(): Tables }[] = [
  { name: "on disk", open: () => openOnDisk().tables },
  { name: "in memory", open: createMemoryTables },
];

/** What the receiver makes of a body. */
export async function delivered(
  body: unknown,
  { id, now = noon, eventName = "checkIn" }: { id?: string; now?: number; eventName?: string | undefined } = {},
): Promise<ReceivedDelivery> {
  const delivery = await receiveBody({
    body: JSON.stringify(body),
    eventName,
    headers: { "x-hapana-delivery": id },
    now,
  });
  if (isProblem(delivery)) throw new Error(`It was refused: ${delivery.code}.`);
  return delivery;
}

let clients = 0;

/** The body of a check-in by somebody new. */
export function checkIn(fields: Record<string, unknown> = {}): Record<string, unknown> {
  clients += 1;
  return { clientID: `client-${clients}`, siteID: "site", checkInStatus: "Valid", ...fields };
}

/** For the subscriber, waiting. */
export const waits: readonly Recipient[] = [{ subscriber, inFlow: false }];

/** Stores check-ins for one subscriber, each in a delivery of its own, in this order. */
export async function storeCheckIns(
  inbox: Inbox,
  count: number,
  recipients: readonly Recipient[] = waits,
  now = noon,
): Promise<StoredEvent[]> {
  const deliveries = await Promise.all(Array.from({ length: count }, () => delivered(checkIn(), { now })));
  const stored = await Promise.all(deliveries.map((one) => inbox.store(endpoint, one, () => [...recipients])));
  return stored.flat().filter((event) => event !== undefined);
}

/** The `clientID` of an event. */
export function clientOf({ payload }: Pick<StoredEvent, "payload">): string {
  return String((payload as { clientID?: unknown }).clientID);
}

/** An inbox whose disk can be made to refuse every write, and the tables below, which never do. */
export function createFailingInbox(tables: Tables = createMemoryTables()): {
  inbox: Inbox;
  tables: Tables;
  disk: { refuses: boolean };
} {
  const disk = { refuses: false };
  const failing: Tables = {
    ...tables,
    async transaction(operation, until) {
      if (disk.refuses) throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
      return tables.transaction(operation, until);
    },
  };
  return { inbox: new Inbox(failing), tables, disk };
}

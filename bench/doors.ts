import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decide, type Known } from "../src/access/decide";
import { RosterKeeper } from "../src/access/keeper";
import { Roster } from "../src/access/roster";
import type { EventType } from "../src/events/catalog";
import { diskSource } from "../src/inbox/level/disk-source";
import type { StoredEvent } from "../src/inbox/stored-event";
import { access, endpoint, type FlowNode, roster, token } from "../test/support/flows";
import { doorRules, fobOf, manyClients, megabytesInUse } from "../test/support/large-roster";
import { startNodeRed } from "../test/support/node-red";
import { post } from "../test/support/post";
import { median, p99 } from "./measure";

/** The performance of doors. */
export interface Doors {
  clients: number;
  credentials: number;
  /** From the start until the roster is loaded from the disk, in milliseconds. */
  loaded: number;
  megabytes: number;
  decisionsPerSecond: number;
  /** Of a decision, in milliseconds. */
  p99: number;
  /** From the 200 for a closing status to the first refused scan, in milliseconds. */
  closed: { median: number; max: number };
}

/** Measures a roster of so many clients, two credentials each, and how soon a door of a real Node-RED closes. */
export async function measureDoors(clients: number, rounds: number): Promise<Doors> {
  const folder = mkdtempSync(join(tmpdir(), "hapana-doors-"));
  try {
    await fill(folder, clients);
    const before = megabytesInUse();
    const begun = performance.now();
    const keeper = new RosterKeeper(diskSource(folder));
    await keeper.ready;
    const loaded = performance.now() - begun;
    const megabytes = megabytesInUse() - before;
    const known: Known = { roster: keeper.roster, tests: new Roster(), mode: "normal", lastEventAt: Date.now() };
    const credentials = keeper.roster?.credentials ?? 0;
    const decided = decideMany(known, clients);
    await keeper.close();
    return { clients, credentials, loaded, megabytes, ...decided, closed: await measureClosing(rounds) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(folder: string, clients: number): Promise<void> {
  const keeper = new RosterKeeper(diskSource(folder));
  await keeper.ready;
  let written: Promise<unknown>[] = [];
  for (const { event, payload, sequence, at } of manyClients(clients)) {
    const stored: StoredEvent = {
      ...{ sequence, event: event as EventType, payload, siteID: "manly", issues: [], body: {}, test: false },
      ...{ deliveryId: `del_${event}_${sequence}`, receivedAt: new Date(at).toISOString() },
    };
    written.push(keeper.take(stored, 1, "i"));
    if (written.length < 2_000) continue;
    await Promise.all(written);
    written = [];
  }
  await Promise.all(written);
  await keeper.close();
}

function decideMany(known: Known, clients: number): Pick<Doors, "decisionsPerSecond" | "p99"> {
  const took: number[] = [];
  const end = performance.now() + 2_000;
  for (let each = 0; performance.now() < end; each += 1) {
    const begun = performance.now();
    decide({ kind: "credential", text: fobOf((each * 7919) % clients) }, known, doorRules, Date.now());
    took.push(performance.now() - begun);
  }
  const total = took.reduce((sum, each) => sum + each, 0);
  return { decisionsPerSecond: (1_000 * took.length) / total, p99: p99(took) };
}

/** A reader that asks over HTTP. */
const reader: readonly FlowNode[] = [
  { id: "reader", type: "http in", z: "tab", x: 100, y: 500, url: "/scan", method: "post", wires: [["access"]] },
  { id: "answer", type: "http response", z: "tab", x: 400, y: 500, wires: [] },
];

async function measureClosing(rounds: number): Promise<Doors["closed"]> {
  const flows = [
    { id: "tab", type: "tab", label: "Bench" },
    ...[endpoint(), roster(), ...reader],
    access({ gapSeconds: 0, openPayload: "open", openPayloadType: "str", wires: [["answer"], ["answer"], []] }),
  ];
  const nodeRed = await startNodeRed({ flows });
  const hapana = (event: EventType, fields: object) =>
    post(`${nodeRed.url}/hapana/${event}`, { token, body: { clientID: "c1", siteID: "manly", ...fields } });
  const isOpen = async () => (await post(`${nodeRed.url}/scan`, { body: { uid: "77" } })).body === "open";
  try {
    await hapana("checkIn", { fobNumber: "77", checkInStatus: "Valid" });
    const took: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await hapana("clientStatusChange", { status: "activePackage", note: round });
      while (!(await isOpen())) await new Promise(setImmediate);
      await hapana("clientStatusChange", { status: "suspended", note: round });
      const begun = performance.now();
      while (await isOpen()) await new Promise(setImmediate);
      took.push(performance.now() - begun);
    }
    return { median: median(took), max: Math.max(...took) };
  } finally {
    await nodeRed.stop();
  }
}

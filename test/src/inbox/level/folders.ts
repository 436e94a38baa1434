import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Claim, Inbox, Notice } from "../../../../src/inbox/inbox";
import type { DatabaseSource } from "../../../../src/inbox/level/database";
import { diskSource } from "../../../../src/inbox/level/disk-source";
import { LevelInbox } from "../../../../src/inbox/level/level-inbox";
import { clientOf, delivered } from "../../../support/deliveries";
import { settleAll } from "./claims";

export { done, justOne, settleAll } from "./claims";

/** An inbox that is open, and what it has told. */
export interface Opened {
  inbox: Inbox;
  notices: Notice[];
  /** `undefined` where it took events again. */
  faults: (string | undefined)[];
}

const folders: string[] = [];
const opened: Inbox[] = [];
const processes: ChildProcess[] = [];

/** For a test file: one that runs after another in the same process finds this module loaded already. */
export function closeAfterEach(): void {
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((inbox) => inbox.close().catch(() => undefined)));
    for (const child of processes.splice(0)) child.kill("SIGKILL");
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
}

/** A place for an inbox, removed after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "hapana-inbox-"));
  folders.push(folder);
  return join(folder, "inbox");
}

/** Opens an inbox, closed after the test. */
export async function openAt(where: string | DatabaseSource): Promise<Opened> {
  const notices: Notice[] = [];
  const faults: (string | undefined)[] = [];
  const inbox = await LevelInbox.open(typeof where === "string" ? diskSource(where) : where, {
    storageChanged: (fault) => faults.push(fault && ((fault as { code?: string }).code ?? fault.message)),
    notice: (notice) => notices.push(notice),
  });
  opened.push(inbox);
  return { inbox, notices, faults };
}

export const codesOf = (notices: readonly Notice[]) => notices.map(({ code }) => code);

/** Stores check-ins of these clients, each in a delivery of its own. */
export async function storeAll(inbox: Inbox, clients: readonly string[], filler = ""): Promise<void> {
  const bodies = clients.map((clientID) => ({ clientID, siteID: "site", checkInStatus: "Valid", filler }));
  await Promise.all(
    bodies.map(async (body) => inbox.store("endpoint", await delivered(body, { id: `del_${body.clientID}` }))),
  );
}

export const clientsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => `client-${String(first + index).padStart(6, "0")}`);

/** Claims and settles until nothing comes any more. @returns the clients, as they came */
export async function drain(inbox: Inbox, id = "one"): Promise<string[]> {
  return (await drainClaims(inbox, id)).map(({ event }) => clientOf(event));
}

export async function drainClaims(inbox: Inbox, id = "one"): Promise<Claim[]> {
  const all: Claim[] = [];
  for (;;) {
    const claims = await inbox.claim(id, 500);
    if (claims.length === 0) return all;
    all.push(...claims);
    await settleAll(inbox, claims);
  }
}

/** A process of its own that runs one of the programs beside this file. */
export function start(program: string, ...words: string[]): { child: ChildProcess; lines: AsyncIterable<string> } {
  const file = join(__dirname, program);
  const child = spawn(process.execPath, ["--import=tsx", file, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  processes.push(child);
  return { child, lines: createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }) };
}

/** @returns when it has ended */
export async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

import { join } from "node:path";
import { open } from "lmdb";

/** What the inbox of a Node-RED holds for one webhook-in. */
export interface StoredStates {
  waiting: number;
  inFlow: number;
  /** How often each of those in the flow has been sent. */
  attempts: number[];
  retries: number;
  /** The texts of the errors. */
  failed: string[];
}

/** Looks into the inbox on disk of a Node-RED, which may be running. */
export async function readStates(userDir: string, webhookIn = "webhook"): Promise<StoredStates> {
  return read(userDir, (rowsOf, inFlow) => ({
    waiting: rowsOf("waiting", webhookIn).length,
    inFlow: inFlow(webhookIn).length,
    attempts: inFlow(webhookIn).map((row) => Number(field(row, "attempt"))),
    retries: rowsOf("retries", webhookIn).length,
    failed: rowsOf("failed", webhookIn).map(({ row }) => String(field(row, "error"))),
  }));
}

/** How many events an inbox on disk holds, whatever has become of them. */
export async function countStored(userDir: string, endpoint = "endpoint"): Promise<number> {
  return read(userDir, (rowsOf) => rowsOf("events", endpoint).length);
}

/** The clients whose events were set aside, because Node-RED ended three times in a row while they were in the flow. */
export async function readSetAside(
  userDir: string,
  webhookIn = "webhook",
  endpoint = "endpoint",
): Promise<Set<string>> {
  return read(userDir, (rowsOf) => {
    const setAside = rowsOf("failed", webhookIn).filter(({ row }) => /ended 3 times/.test(String(field(row, "error"))));
    const sequences = new Set(setAside.map(({ sequence }) => sequence));
    const events = rowsOf("events", endpoint).filter(({ sequence }) => sequences.has(sequence));
    return new Set(events.map(({ row }) => String(field(field(JSON.parse(String(row)), "body"), "clientID"))));
  });
}

function field(row: unknown, name: string): unknown {
  return (row as Record<string, unknown>)[name];
}

async function read<Result>(
  userDir: string,
  look: (
    rowsOf: (table: string, owner: string) => { sequence: number; row: unknown }[],
    inFlow: (owner: string) => unknown[],
  ) => Result,
): Promise<Result> {
  const root = open({ path: join(userDir, "hapana", "inbox"), noSubdir: false, maxDbs: 12, readOnly: true });
  try {
    const rowsOf = (name: string, owner: string) => {
      const table = root.openDB<unknown, [string, number]>({ name, ...(name === "events" && { encoding: "string" }) });
      const range = table.getRange({ start: [owner, 0], end: [owner, Number.MAX_SAFE_INTEGER] });
      return Array.from(range, ({ key, value }) => ({ sequence: key[1], row: value }));
    };
    const inFlow = root.openDB<[number, unknown][], string>({ name: "inFlow" });
    return look(rowsOf, (owner) => (inFlow.get(owner) ?? []).map(([, row]) => row));
  } finally {
    await root.close();
  }
}

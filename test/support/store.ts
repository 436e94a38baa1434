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
  return read(userDir, (rowsOf) => ({
    waiting: rowsOf("waiting", webhookIn).length,
    inFlow: rowsOf("inFlow", webhookIn).length,
    attempts: rowsOf("inFlow", webhookIn).map((row) => Number((row as { attempt?: unknown }).attempt)),
    retries: rowsOf("retries", webhookIn).length,
    failed: rowsOf("failed", webhookIn).map((row) => String((row as { error?: unknown }).error)),
  }));
}

/** How many events an inbox on disk holds, whatever has become of them. */
export async function countStored(userDir: string, endpoint = "endpoint"): Promise<number> {
  return read(userDir, (rowsOf) => rowsOf("events", endpoint).length);
}

async function read<Result>(
  userDir: string,
  look: (rowsOf: (table: string, owner: string) => unknown[]) => Result,
): Promise<Result> {
  const root = open({ path: join(userDir, "hapana", "inbox"), noSubdir: false, maxDbs: 12, readOnly: true });
  try {
    return look((name, owner) => {
      const table = root.openDB<unknown, [string, number]>({ name, ...(name === "events" && { encoding: "string" }) });
      const range = table.getRange({ start: [owner, 0], end: [owner, Number.MAX_SAFE_INTEGER] });
      return Array.from(range, ({ value }) => value);
    });
  } finally {
    await root.close();
  }
}

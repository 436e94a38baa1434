import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { shortFingerprint } from "../inbox/fingerprint";

/**
 * Names a Node-RED among those that share a database: the name stays the same after restarts, and differs if the user directory is
 * copied, to another machine or on the same one.
 * @param userDir Node-RED's user directory
 * @returns the machine's name, with a suffix that distinguishes several Node-REDs on it
 */
export function instanceOf(userDir: string): string {
  return `${hostname()} ${shortFingerprint(idIn(join(userDir, "hapana", "instance")), resolve(userDir))}`;
}

function idIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return newIdIn(file);
  }
}

/** If nothing can be written, the name changes on every start: what the process held then waits for its lease to expire. */
function newIdIn(file: string): string {
  const id = randomUUID();
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, id, { mode: 0o600 });
  } catch {
    // The inbox on the same disk reports what is wrong with it.
  }
  return id;
}

import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { quickFingerprint } from "../inbox/fingerprint";

/**
 * Names a Node-RED among those that share a database: the same after each of its starts, and another one where its user directory
 * was copied, onto another machine or on the same.
 * @param userDir Node-RED's user directory
 * @returns the machine's name, and what tells apart those on it
 */
export function instanceOf(userDir: string): string {
  return `${hostname()} ${quickFingerprint(idIn(join(userDir, "hapana", "instance")), resolve(userDir))}`;
}

function idIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return newIdIn(file);
  }
}

/** Where nothing can be written, it is another one after each start: what it had in hand then waits for its lease to end. */
function newIdIn(file: string): string {
  const id = randomUUID();
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, id, { mode: 0o600 });
  } catch {
    // The inbox on the same disk says what is wrong with it.
  }
  return id;
}

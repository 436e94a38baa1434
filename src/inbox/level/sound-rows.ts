import { fromRow } from "../event-row";
import type { Del, Put } from "./database";
import { sequenceOf } from "./keys";
import { readFirstAttempts, readOpenRow } from "./rows";

/** Sketches and failure rows are not included: after damage, they are made anew. */
const keyPattern =
  /^(?:[bexg][0-9a-f]{12}|[wd][0-9a-f]{12}\/[0-9a-z]+|a[0-9a-f]{12}\/[\w-]{22}|i[\w-]{22}|c[\w-]{10}|[snj][0-9a-z]+|h[0-9a-z]+\/[0-9a-z]+|[pm][\w.!~*'()%-]+|f[a-zA-Z]+)$/;

/**
 * Whether a row appears to be one of ours.
 * @param isTrusted whether LevelDB's checksum confirms it
 */
export function isSound(write: Put | Del, isTrusted = false): boolean {
  if (!keyPattern.test(write.key)) return false;
  if (isTrusted) return true;
  // A deletion is believed only if the checksum confirms it.
  if (write.type === "del") return false;
  const { key, value } = write;
  switch (key[0]) {
    case "e":
      return fromRow(value, sequenceOf(key)) !== undefined;
    case "b":
      return readFirstAttempts(key, value) !== undefined;
    case "w":
      return readOpenRow(key, value) !== undefined;
    case "i":
      return /^[0-9a-f]{12}[0-9a-z]*$/.test(value);
    case "d":
    case "n":
    case "p":
    case "m":
    case "s":
    case "j":
      return isJson(value);
    default:
      return true;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

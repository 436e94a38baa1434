import { catalog } from "./catalog";
import { fold } from "./fold";

const exact: ReadonlySet<string> = new Set(catalog.flatMap(({ fields }) => Object.keys(fields)));

const folded: ReadonlyMap<string, string> = new Map([...exact].map((name) => [fold(name), name]));

const longestName = 60;

/**
 * Finds the event field that a key means, in any spelling.
 * @param key any key, such as `check_in_time`
 * @returns Hapana's own name for it, such as `checkInTime`; `undefined` if no event has such a field
 * @example fieldOf("SessionInstructor"); // "sessionInstructor"
 */
export function fieldOf(key: string): string | undefined {
  if (exact.has(key)) return key;
  return key.length > longestName ? undefined : folded.get(fold(key));
}

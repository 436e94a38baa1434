import { type Migration, migrated, versionAfter } from "../../src/config/migrate";
import { numberIn, textOf } from "../../src/config/saved-values";
import { type HoursFault, isTimeZone, type Range, readRanges } from "../../src/problems/hours";
import { type ProblemKind, problemKinds } from "../../src/problems/tally";

/** What is saved in a flow: it may have been written by hand, or by another version. */
export type SavedProblem = Readonly<Partial<Record<keyof typeof defaults, unknown>>>;

/** One for each change of what is saved; there has been none. */
export const migrations: readonly Migration[] = [];

/** What a new node has. */
export const defaults = {
  version: versionAfter(migrations),
  name: "",
  /** Empty for all. */
  endpoint: "",
  kinds: problemKinds,
  intervalMinutes: 10,
  /** 0: never. */
  silenceHours: 0,
  /** None for always. */
  hours: [],
  /** Empty for the machine's own. */
  timeZone: "",
} as const;

/** The bounds of its numbers. */
export const limits = {
  intervalMinutes: { min: 0, max: 10_080 },
  silenceHours: { min: 0, max: 720 },
} as const;

/** What cannot be meant in any way. */
export type ConfigFault = HoursFault | { code: "unknownTimeZone"; value: string };

/** What a node is to do. */
export interface ProblemConfig {
  /** The id of its endpoint; empty for all. */
  endpoint: string;
  kinds: ProblemKind[];
  /** Milliseconds. */
  interval: number;
  /** Milliseconds; 0 for never. */
  silence: number;
  ranges: Range[];
  timeZone: string;
  /** Then nobody knows when silence matters: it is not looked for. */
  fault?: ConfigFault;
}

const minute = 60_000;

/**
 * Reads what is saved, and makes right what can be.
 * @param found the node's properties
 * @returns `undefined` where a newer version has saved it
 */
export function configOf(found: SavedProblem): ProblemConfig | undefined {
  const saved: SavedProblem | undefined = migrated(found, migrations);
  if (!saved) return undefined;
  const kinds: readonly unknown[] = Array.isArray(saved.kinds) ? saved.kinds : problemKinds;
  const ranges = readRanges(saved.hours);
  const timeZone = (textOf(saved.timeZone) ?? defaults.timeZone).trim();
  const config = {
    endpoint: textOf(saved.endpoint) ?? "",
    kinds: problemKinds.filter((kind) => kinds.includes(kind)),
    interval: (numberIn(saved.intervalMinutes, limits.intervalMinutes) ?? defaults.intervalMinutes) * minute,
    silence: (numberIn(saved.silenceHours, limits.silenceHours) ?? defaults.silenceHours) * 60 * minute,
  };
  if (!isTimeZone(timeZone))
    return { ...config, ranges: [], timeZone: "", fault: { code: "unknownTimeZone", value: timeZone } };
  if (!Array.isArray(ranges)) return { ...config, ranges: [], timeZone, fault: ranges };
  return { ...config, ranges, timeZone };
}

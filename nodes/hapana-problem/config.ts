import { type Migration, migrated, versionAfter } from "../../src/config/migrate";
import { numberIn, textOf } from "../../src/config/saved-values";
import { type HoursFault, isTimeZone, type Range, readRanges } from "../../src/problems/hours";
import { type ProblemKind, problemKinds } from "../../src/problems/tally";

/** What is saved in a flow: possibly handwritten, or from another version. */
export type SavedProblem = Readonly<Partial<Record<keyof typeof defaults, unknown>>>;

/** One for each change of the saved format; none so far. */
export const migrations: readonly Migration[] = [];

/** The defaults of a new node. */
export const defaults = {
  version: versionAfter(migrations),
  name: "",
  /** Empty for all. */
  endpoint: "",
  kinds: problemKinds,
  intervalMinutes: 10,
  /** 0 means never. */
  silenceHours: 0,
  /** Empty for always. */
  hours: [],
  /** Empty for the machine's own. */
  timeZone: "",
} as const;

/** The limits of its numbers. */
export const limits = {
  intervalMinutes: { min: 0, max: 10_080 },
  silenceHours: { min: 0, max: 720 },
} as const;

/** Settings that make no sense. */
export type ConfigFault = HoursFault | { code: "unknownTimeZone"; value: string };

/** A node's settings. */
export interface ProblemConfig {
  /** The id of its endpoint; empty for all. */
  endpoint: string;
  kinds: ProblemKind[];
  /** Milliseconds. */
  interval: number;
  /** Milliseconds; 0 means never. */
  silence: number;
  ranges: Range[];
  timeZone: string;
  /** If set, silence is not checked: its hours are unknown. */
  fault?: ConfigFault;
}

const minute = 60_000;

/**
 * Reads saved settings, and corrects what it can.
 * @param found the node's properties
 * @returns `undefined` if a newer version has saved them
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

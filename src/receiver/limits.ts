import { maxDepth } from "../events/depth";

/** The bounds of a body. */
export interface BodyLimits {
  /** The most bytes that are read. */
  bytes: number;
  /** The most milliseconds that it may take to arrive. */
  milliseconds: number;
}

/** 1 MB, and the 10 seconds after which Hapana gives up. */
export const bodyLimits: BodyLimits = { bytes: 1024 * 1024, milliseconds: 10_000 };

/** Of all bodies that are on their way together. */
export const maxBytesTogether = 64 * 1024 * 1024;

/** Of the compressed bodies of a kind, how many are inflated at a time. */
export const maxInflating = 2;

/** And how much may wait for it. */
export const maxBytesToInflate = 16 * 1024 * 1024;

/** More than a megabyte of real events is; few enough to be checked and stored at once. */
export const maxEvents = 2_000;

/** More than a megabyte of real events has, few enough to be read at once. */
export const maxValues = 50_000;

/** More than any event or envelope has. */
export const maxKeys = 2_000;

/** The limits as people read them. */
export const limitsInWords = {
  body: megabytes(bodyLimits.bytes),
  bodiesTogether: megabytes(maxBytesTogether),
  time: `${bodyLimits.milliseconds / 1_000} seconds`,
  levels: `${maxDepth} levels`,
  events: `${inEnglish(maxEvents)} events`,
  values: `${inEnglish(maxValues)} values`,
  keys: `${inEnglish(maxKeys)} fields`,
} as const;

function megabytes(bytes: number): string {
  return `${bytes / (1024 * 1024)} MB`;
}

function inEnglish(count: number): string {
  return count.toLocaleString("en-US");
}

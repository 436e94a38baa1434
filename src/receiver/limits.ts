import { maxDepth } from "../events/depth";

/** The limits of a body. */
export interface BodyLimits {
  /** The maximum number of bytes. */
  bytes: number;
  /** The maximum time for it to arrive, in milliseconds. */
  milliseconds: number;
}

/**
 * 1 MB, and the 10 seconds after which Hapana gives up.
 * @example
 * const limits: BodyLimits = { ...bodyLimits, milliseconds: 5_000 };
 */
export const bodyLimits: BodyLimits = { bytes: 1024 * 1024, milliseconds: 10_000 };

/** Caps the memory of bodies being read. */
export const maxBytesTogether = 64 * 1024 * 1024;

/** How many compressed bodies of a kind are inflated at a time. */
export const maxInflating = 2;

/** And how much may be waiting for it. */
export const maxBytesToInflate = 16 * 1024 * 1024;

/** More than fit into a megabyte of real events; few enough to be checked and stored at once. */
export const maxEvents = 2_000;

/** More than fit into a megabyte of real events, few enough to be read at once. */
export const maxValues = 50_000;

/** More than any event or envelope has. */
export const maxKeys = 2_000;

/** The limits in readable form. */
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

/** The first `toLocaleString` of all takes 20 ms, while Node-RED starts. */
function inEnglish(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

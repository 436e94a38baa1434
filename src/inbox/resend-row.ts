import type { Resend } from "./inbox";

/** A resend as stored. */
export interface ResendRow extends Omit<Resend, "id"> {
  /** The next event to process, and the first one that arrived after it started. */
  readonly at: number;
  readonly end: number;
  /** The process that continues it, for a listener there. If missing, any process that shares the inbox may continue it. */
  readonly instance?: string;
}

/** @returns an id that sorts after all earlier ones */
export function newResendId(began: number): string {
  return `${began.toString(36).padStart(9, "0")}${Math.floor(Math.random() * 36 ** 4).toString(36)}`;
}

/** The search may contain a name: it is no longer needed. */
export function over(
  { query: { search: _search, ...query }, ...row }: ResendRow,
  state: "done" | "cancelled",
): ResendRow {
  return { ...row, query, state };
}

/** As reported. */
export function asResend(id: string, { at: _at, end: _end, instance: _instance, ...resend }: ResendRow): Resend {
  return { id, ...resend };
}

/** @returns `undefined` if it cannot be read */
export function parseResend(text: string): ResendRow | undefined {
  try {
    return JSON.parse(text) as ResendRow;
  } catch {
    return undefined;
  }
}

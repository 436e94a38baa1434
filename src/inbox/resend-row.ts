import type { Resend } from "./inbox";

/** A resend as it is written. */
export interface ResendRow extends Omit<Resend, "id"> {
  /** The next event to be looked at, and the first one that came after it began. */
  readonly at: number;
  readonly end: number;
  /** Where it goes on, and for whom: a listener there. Without it, whoever shares the inbox may go on with it. */
  readonly instance?: string;
}

/** @returns an id that is after those of all that began before */
export function newResendId(began: number): string {
  return `${began.toString(36).padStart(9, "0")}${Math.floor(Math.random() * 36 ** 4).toString(36)}`;
}

/** What was looked for may be a name: it is not needed any more. */
export function over(
  { query: { search: _search, ...query }, ...row }: ResendRow,
  state: "done" | "cancelled",
): ResendRow {
  return { ...row, query, state };
}

/** As it is told. */
export function asResend(id: string, { at: _at, end: _end, instance: _instance, ...resend }: ResendRow): Resend {
  return { id, ...resend };
}

/** @returns `undefined` where it cannot be read */
export function parseResend(text: string): ResendRow | undefined {
  try {
    return JSON.parse(text) as ResendRow;
  } catch {
    return undefined;
  }
}

import type { DeliveryState, Recipient } from "../inbox";
import { fresh, type Progress } from "./slot";

/** Where an open delivery stands. */
export type OpenState = "waiting" | "inFlow" | "slow" | "due";

/** An open delivery as it is read. */
export interface OpenRow extends Progress {
  state: OpenState;
  /** Milliseconds since 1970 when it is due. */
  due?: number;
}

const letters: Readonly<Record<OpenState, string>> = { waiting: "w", inFlow: "f", slow: "s", due: "r" };
const states = new Map(Object.entries(letters).map(([state, letter]) => [letter, state as OpenState]));

/** Of what has not been sent yet: nearly all rows are this one. */
export const waitingRow = "";

/** Of what goes into the flow as it is stored. */
export const firstAttemptRow = openRow({ ...fresh, attempt: 1, state: "inFlow" });

/** Writes an open delivery in a few bytes. */
export function openRow({ state, attempt, failures, crashes, blame, survivals, due }: OpenRow): string {
  if (state === "waiting" && attempt === 0) return waitingRow;
  return [letters[state], attempt, failures, crashes, blame, survivals, ...(due === undefined ? [] : [due])].join(" ");
}

/** Reads it; what is damaged is taken for what has not been sent yet, so that it is sent. */
export function readOpenRow(row: string): OpenRow {
  const [letter = "", ...texts] = row.split(" ");
  const state = states.get(letter);
  const [attempt = 0, failures = 0, crashes = 0, blame = 0, survivals = 0, due] = texts.map(Number);
  const isWhole = [attempt, failures, crashes, blame, survivals].every(Number.isSafeInteger);
  if (!state || !isWhole) return { ...fresh, state: "waiting" };
  return { state, attempt, failures, crashes, blame, survivals, ...(due !== undefined && { due }) };
}

/** What has become of a delivery, as it is written. */
export interface ClosedRow {
  state: Extract<DeliveryState, "delivered" | "failed" | "setAside">;
  at: number;
  attempts: number;
  milliseconds?: number;
  error?: string;
}

/** @returns as the log shows it; `undefined` where the row is damaged */
export function readClosedRow(row: string, subscriber: string): Recipient | undefined {
  try {
    return { subscriber, ...(JSON.parse(row) as ClosedRow) };
  } catch {
    return undefined;
  }
}

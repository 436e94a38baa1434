import type { DeliveryState, ErrorNode, Recipient } from "../inbox";
import { fresh, type Progress } from "../progress";
import { type Put, put } from "./database";
import { keys } from "./keys";
import type { Slot } from "./slot";

type Named = Pick<Slot, "name">;

/** The state of an open delivery. */
export type OpenState = "waiting" | "inFlow" | "slow" | "due";

/** An open delivery as read. */
export interface OpenRow extends Progress {
  state: OpenState;
  /** When it is due, in milliseconds since 1970. */
  due?: number;
}

const letters: Readonly<Record<OpenState, string>> = { waiting: "w", inFlow: "f", slow: "s", due: "r" };
const states = new Map(Object.entries(letters).map(([state, letter]) => [letter, state as OpenState]));

/** For what has not been sent yet: nearly all rows are this one. */
const waitingText = "";

/** Enough to detect damage: it need not resist an attacker. */
const sealLength = 4;

/** Encodes what has not been sent yet. */
export function putWaiting({ name }: Named, sequence: number): Put {
  return sealed(keys.open(sequence, name), waitingText);
}

/** An event, and its recipient. */
export interface Delivery {
  sequence: number;
  /** The slot's name. */
  slot: string;
}

/** Encodes what went into the flow as it was stored. */
export function putFirstAttempts(key: string, deliveries: readonly Delivery[]): Put {
  let text = "";
  for (const { sequence, slot } of deliveries) text += `${sequence.toString(36)}/${slot} `;
  return sealed(key, text);
}

/** Decodes it. @returns `undefined` if it is damaged */
export function readFirstAttempts(key: string, value: string): Delivery[] | undefined {
  const text = value.slice(sealLength);
  if (sealOf(key, text) !== value.slice(0, sealLength)) return undefined;
  const deliveries: Delivery[] = [];
  for (const [, sequence = "", slot = ""] of text.matchAll(/(\w+)\/(\w+) /g))
    deliveries.push({ sequence: Number.parseInt(sequence, 36), slot });
  return deliveries;
}

/** Encodes an open delivery in a few bytes. */
export function putOpen({ name }: Named, sequence: number, row: OpenRow): Put {
  return sealed(keys.open(sequence, name), textOf(row));
}

/**
 * Decodes it.
 * @returns `undefined` if key or value is damaged: then nobody knows whose it was
 */
export function readOpenRow(key: string, value: string): OpenRow | undefined {
  const text = value.slice(sealLength);
  if (sealOf(key, text) !== value.slice(0, sealLength)) return undefined;
  if (text === waitingText) return { ...fresh, state: "waiting" };
  const [letter = "", ...texts] = text.split(" ");
  const state = states.get(letter);
  const [attempt = 0, failures = 0, crashes = 0, blame = 0, survivals = 0, due] = texts.map(Number);
  const isWhole = [attempt, failures, crashes, blame, survivals].every(Number.isSafeInteger);
  if (!state || !isWhole) return undefined;
  return { state, attempt, failures, crashes, blame, survivals, ...(due !== undefined && { due }) };
}

function textOf({ state, attempt, failures, crashes, blame, survivals, due }: OpenRow): string {
  if (state === "waiting" && attempt === 0) return waitingText;
  return [letters[state], attempt, failures, crashes, blame, survivals, ...(due === undefined ? [] : [due])].join(" ");
}

/** The check includes the key: a damaged one would hide one event, and send another. */
function sealed(key: string, text: string): Put {
  return put(key, sealOf(key, text) + text);
}

/** FNV-1a, folded: computed here, because a call of the built-in checksum takes longer than a loop over so few characters. */
function sealOf(key: string, text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return ((hash ^ (hash >>> 16)) & 0xffff).toString(16).padStart(sealLength, "0");
}

/** The outcome of a delivery, as stored. */
export interface ClosedRow {
  state: Extract<DeliveryState, "delivered" | "failed" | "setAside">;
  at: number;
  attempts: number;
  milliseconds?: number;
  error?: string;
  errorNode?: ErrorNode;
  /** How often failures had been acknowledged before; missing if never. */
  era?: number;
}

/** @returns what it counts as; `undefined` if it is not a failure, or the row is damaged */
export function failureIn(
  row: string,
): (Required<Pick<ClosedRow, "era">> & { state: "failed" | "setAside" }) | undefined {
  try {
    const { state, era = 0 } = JSON.parse(row) as ClosedRow;
    return state === "delivered" ? undefined : { state, era };
  } catch {
    return undefined;
  }
}

/** @returns it as shown in the log; `undefined` if the row is damaged */
export function readClosedRow(row: string, subscriber: string): Recipient | undefined {
  try {
    const { era: _era, ...closed } = JSON.parse(row) as ClosedRow;
    return { subscriber, ...closed };
  } catch {
    return undefined;
  }
}

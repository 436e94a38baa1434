import assert from "node:assert/strict";
import { definitionOf, type EventType } from "../../src/events/catalog";
import type { FieldIssue } from "../../src/events/validate";
import { createAuthenticator } from "../../src/receiver/authenticate";
import type { Headers } from "../../src/receiver/headers";
import { isProblem } from "../../src/receiver/problems";
import { receive } from "../../src/receiver/receive";
import { openToAnyone } from "./receiving";

/** What a request says of its event, besides its body. */
export interface Around {
  /** What follows the endpoint's path in the URL. */
  url?: string | undefined;
  headers?: Headers;
  query?: Readonly<Record<string, string>>;
}

/** What the reader made of one event. */
export interface Reading {
  /** One of the event types; `unrecognised`; or `refused`, where the answer is a problem. */
  event: EventType | "unrecognised" | "refused";
  payload: Readonly<Record<string, unknown>>;
  issues: readonly FieldIssue[];
  reason: string | undefined;
  body: unknown;
  envelope: unknown;
}

/**
 * Has the reader read a body, by the one way that all tests of reading take.
 * @param body any value, sent as JSON; or, where it is text, the very text that is sent
 * @param around the rest of the request
 * @returns its events, in order
 */
export async function readAll(body: unknown, { url, headers = {}, query }: Around = {}): Promise<Reading[]> {
  const readBody = async () => Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const request = {
    method: "POST",
    headers,
    eventName: url,
    query: query && `${new URLSearchParams(query)}`,
    readBody,
  };
  const delivery = await receive(request, createAuthenticator(openToAnyone));
  if (isProblem(delivery)) {
    return [{ event: "refused", payload: {}, issues: [], reason: delivery.code, body, envelope: undefined }];
  }
  return delivery.events.map((received) => ({
    event: received.event,
    payload: received.event === "unrecognised" ? {} : (received.payload as Record<string, unknown>),
    issues: received.issues,
    reason: received.reason,
    body: received.body,
    envelope: received.envelope,
  }));
}

/** The same, of a body that is one event. */
export async function read(body: unknown, around: Around = {}): Promise<Reading> {
  const readings = await readAll(body, around);
  const [only] = readings;
  assert.ok(
    only && readings.length === 1,
    `${readings.length} events came out: ${readings.map(({ event, payload }) => `${event} of ${String(payload.clientID)}`).join(", ")}`,
  );
  return only;
}

/** Stands for a field that is `null`, with an issue that names it. */
export const reported = Symbol("null with an issue");

/** One member of a kind: what is sent, and what is to come out. */
export interface Member extends Around {
  body: unknown;
  /** The event's own URL, to which it is posted; the base URL where there is none. */
  at?: EventType;
  /** What it is; that of its URL unless said otherwise. */
  is?: Reading["event"];
  /** Fields of the payload; others may be there too. */
  has?: Readonly<Record<string, unknown>>;
  /** Fields that are not there, or `null`. */
  lacks?: readonly string[];
  /** Whether there is nothing to complain of. */
  isClean?: boolean;
}

/** Declares a test for each member of a kind, named by what is special in it. */
export function members(kind: Readonly<Record<string, Member>>): void {
  for (const [what, member] of Object.entries(kind)) {
    it(what, async () => assertReads(member, await read(member.body, { ...member, url: member.url ?? member.at })));
  }
}

/** Asserts that a member was read as it is to be. */
function assertReads({ at, is = at, has = {}, lacks = [], isClean }: Member, reading: Reading): void {
  assert.equal(reading.event, is, reading.reason);
  if (is === "unrecognised") assert.ok(reading.reason, "It is not told why.");
  for (const [field, value] of Object.entries(has)) {
    if (value === reported) assertReported(reading, field);
    else assert.deepEqual(reading.payload[field], value, field);
  }
  for (const field of lacks) assert.equal(reading.payload[field] ?? null, null, field);
  if (isClean) assert.deepEqual(reading.issues, []);
}

/** Asserts that a field is `null`, and that it is said why. */
export function assertReported({ payload, issues }: Reading, field: string): void {
  assert.equal(payload[field], null, field);
  assert.ok(
    issues.some((issue) => issue.field === field),
    `${field} is null without an issue`,
  );
}

/** Of a payload, the fields that its event documents. */
export function documented(event: EventType, payload: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(definitionOf(event).schema.shape);
  return Object.fromEntries(names.filter((name) => payload[name] !== undefined).map((name) => [name, payload[name]]));
}

import { localDay, localTime } from "../local-time";
import { definitionOf, type EventType } from "./catalog";

/** What distinguishes one sample from the next. */
export interface Variation {
  /** When the event happens. */
  readonly now: Date;
  /** Numbers from 0 up to 1, such as `Math.random`. */
  readonly random: () => number;
  /** The location where it happens; by default, the sample's own. */
  readonly siteID?: string | undefined;
}

/** The client and the moment in the samples of the catalog. */
const sampleClient = "Alex";
const sampleMoment = new Date("2026-04-12T17:52:10");
const sampleTimes = /\b2026-04-12(?: (\d\d:\d\d:\d\d))?\b/g;

const clients = [sampleClient, "Charlie", "Jamie", "Kim", "Morgan", "Taylor"];

/** The fields that identify a client or a message, and so must never repeat. */
const identifiers: Readonly<Record<string, (random: () => number) => string>> = {
  clientID: opaqueId,
  messageId: (random) => `msg_${digits(random, 12)}`,
  barcode: (random) => digits(random, 9),
  barcodeID: (random) => digits(random, 9),
};

/**
 * A realistic event that has never occurred before: the catalog's sample, with another client and the current time. Two of them
 * are never duplicates.
 * @param type the event type
 * @param variation what distinguishes it
 * @returns the fields as Hapana would send them
 * @example
 * const fields = sampleEvent("checkIn", { now: new Date(2026, 4, 1, 18, 0, 0), random: Math.random });
 * fields.checkInTime; // "2026-05-01 18:00:00"
 */
export function sampleEvent(type: EventType, { now, random, siteID }: Variation): Record<string, unknown> {
  const { sample } = definitionOf(type);
  const client = clients[Math.floor(random() * clients.length)] ?? sampleClient;
  const mailbox = `${client.toLowerCase()}.${digits(random, 8)}@`;
  const told = mapTexts(sample, (text) =>
    text
      .replaceAll(`${sampleClient.toLowerCase()}@`, mailbox)
      .replaceAll(sampleClient, client)
      .replaceAll(sampleClient.toLowerCase(), client.toLowerCase())
      .replace(sampleTimes, (_, time?: string) => atPresent(time, now)),
  ) as Record<string, unknown>;
  const fresh = Object.keys(sample).flatMap((name) => {
    const make = identifiers[name];
    return make ? [[name, make(random)]] : [];
  });
  return { ...told, ...Object.fromEntries(fresh), ...(siteID !== undefined && { siteID }) };
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
}

/** The time from the sample, shifted as if its moment were now; in the sample's format, in the local time zone. */
function atPresent(time: string | undefined, now: Date): string {
  if (time === undefined) return localDay(now);
  const sincePresent = new Date(`2026-04-12T${time}`).getTime() - sampleMoment.getTime();
  return localTime(new Date(now.getTime() + sincePresent));
}

/** Looks like the identifiers in Hapana's API. */
function opaqueId(random: () => number): string {
  return Buffer.from(Array.from({ length: 22 }, () => Math.floor(random() * 256))).toString("base64");
}

function digits(random: () => number, count: number): string {
  return Array.from({ length: count }, () => Math.floor(random() * 10)).join("");
}

import { isTimeZone, momentOf } from "../problems/hours";

/** A check-in dated tomorrow is one whose time was misread. */
const tolerance = 60_000;

/**
 * When somebody checked in. The format of `checkInTime` is not published (article 532): it is used if unambiguous, otherwise the time
 * of receipt is.
 * @param written `checkInTime`
 * @param timeZone for a time without a zone; empty if unknown, so that such a time cannot be read
 * @param receivedAt in milliseconds since 1970
 * @example checkInMoment("2026-04-12 07:52:10", "Australia/Sydney", receivedAt);
 */
export function checkInMoment(written: unknown, timeZone: string, receivedAt: number): number {
  const at = read(written, timeZone);
  return at === undefined || at > receivedAt + tolerance ? receivedAt : at;
}

function read(written: unknown, timeZone: string): number | undefined {
  if (typeof written === "object" && written !== null) {
    const { date, timezone } = written as { date?: unknown; timezone?: unknown };
    const zone = typeof timezone === "string" && isTimeZone(timezone) ? timezone : timeZone;
    return typeof date === "string" ? read(date, zone) : undefined;
  }
  const text = String(written ?? "").trim();
  const [, date, time, zone] =
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/i.exec(text) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const shown = Date.parse(`${date}T${time}${zone === undefined ? "Z" : withColon(zone.toUpperCase())}`);
  if (Number.isNaN(shown)) return undefined;
  if (zone !== undefined) return shown;
  return timeZone === "" ? undefined : momentOf(shown, timeZone);
}

function withColon(zone: string): string {
  return zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2");
}

import { timeLanguage } from "../../editor/time-language";

/** A short time for a line of a list: without the date if that is today. */
export function shortTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  const isToday = at.toDateString() === new Date().toDateString();
  const clock = { hour: "numeric", minute: "2-digit" } as const;
  if (isToday) return at.toLocaleTimeString(timeLanguage(), clock);
  const isThisYear = at.getFullYear() === new Date().getFullYear();
  const year = isThisYear ? {} : ({ year: "2-digit" } as const);
  const day = { day: "numeric", month: "short", ...year } as const;
  return at.toLocaleString(timeLanguage(), { ...day, ...clock });
}

/** A full time, in the browser's time zone, with its name. */
export function fullTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  return at.toLocaleString(timeLanguage(), { dateStyle: "medium", timeStyle: "long" });
}

/** When something ends, with the year; if that is the end of a day, the day. */
export function endTime(iso: string): string {
  const at = new Date(iso);
  if (at.getHours() !== 0 || at.getMinutes() !== 0)
    return at.toLocaleString(timeLanguage(), { dateStyle: "medium", timeStyle: "short" });
  at.setDate(at.getDate() - 1);
  return at.toLocaleDateString(timeLanguage(), { dateStyle: "medium" });
}

/** How long something took. */
export function duration(milliseconds: number): string {
  const [value, unit] = milliseconds < 1000 ? [milliseconds, "millisecond"] : [milliseconds / 1000, "second"];
  const digits = unit === "second" ? 1 : 0;
  return new Intl.NumberFormat(timeLanguage(), { style: "unit", unit, maximumFractionDigits: digits } as object).format(
    value,
  );
}

/**
 * A moment in local time, in the form that spreadsheets, date fields and Hapana's samples have.
 * @returns such as `2026-04-12 07:52:11`; the first ten characters are the day
 */
export function localTime(moment: Date): string {
  const inLocalZone = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return inLocalZone.toISOString().slice(0, 19).replace("T", " ");
}

/** The day of a moment, in local time: such as `2026-04-12`. */
export function localDay(moment: Date): string {
  return localTime(moment).slice(0, 10);
}

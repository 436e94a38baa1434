/** The days of the week as saved, in order. */
export const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export type Day = (typeof days)[number];

/** A time range on some days; if it ends at or before its start, it ends on the next day. */
export interface Range {
  readonly days: readonly Day[];
  /** Minutes after midnight. */
  readonly from: number;
  readonly to: number;
}

/** What is wrong with saved hours. */
export type HoursFault = { code: "noHours" | "noDays" } | { code: "unknownTime" | "unknownDay"; value: string };

/** Opening hours. */
export interface Hours {
  /** Whether a moment is within them. */
  isOpen(at: number): boolean;
  /** How many milliseconds of a period are within them; overlaps count once. */
  openBetween(from: number, to: number): number;
}

const minute = 60_000;
const day = 24 * 60 * minute;

/** Nobody has to look further back. */
const longest = 400 * day;

/** Always: no hours are set. */
export const always: Hours = {
  isOpen: () => true,
  openBetween: (from, to) => Math.max(0, to - from),
};

/**
 * Parses saved hours. Anything with only one possible meaning is accepted: "6:00", "Monday", omitted days.
 * @param saved the property, possibly handwritten
 * @returns the ranges, or the first error in them
 */
export function readRanges(saved: unknown): Range[] | HoursFault {
  if (saved === undefined || saved === null || saved === "") return [];
  if (!Array.isArray(saved)) return { code: "noHours" };
  const ranges: Range[] = [];
  for (const each of saved as unknown[]) {
    const range = readRange(each);
    if ("code" in range) return range;
    ranges.push(range);
  }
  return ranges;
}

function readRange(saved: unknown): Range | HoursFault {
  if (typeof saved !== "object" || saved === null) return { code: "noHours" };
  const { days: named = days, from, to } = saved as { days?: unknown; from?: unknown; to?: unknown };
  if (!Array.isArray(named) || named.length === 0) return { code: "noDays" };
  const known: Day[] = [];
  for (const name of named as unknown[]) {
    const found = days.find((each) => String(name).trim().toLowerCase().startsWith(each));
    if (!found) return { code: "unknownDay", value: String(name) };
    known.push(found);
  }
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  if (begin === undefined || begin === endOfDay) return { code: "unknownTime", value: String(from ?? "") };
  if (end === undefined) return { code: "unknownTime", value: String(to ?? "") };
  return { days: known, from: begin, to: end };
}

const endOfDay = 24 * 60;

/**
 * @param text a time of day, such as "06:00"; "24:00" is the end of the day
 * @returns minutes after midnight; `undefined` if it is not a time
 */
export function minutesOf(text: unknown): number | undefined {
  const [, hours, minutes] = /^\s*(\d{1,2}):([0-5]\d)\s*$/.exec(String(text ?? "")) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  return total <= endOfDay ? total : undefined;
}

/** Whether this machine knows a time zone; an empty text means the machine's own. */
export function isTimeZone(name: string): boolean {
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Hours by local time: if the clock is put forward or back, they are shorter or longer by that much.
 * @param ranges an empty list means always
 * @param timeZone such as "Australia/Sydney"; if empty, the machine's own
 */
export function hoursOf(ranges: readonly Range[], timeZone: string): Hours {
  if (ranges.length === 0) return always;
  const wall = new WallClock(timeZone);

  /** The ranges that may overlap a period: in order, and disjoint. */
  function stretches(from: number, to: number): [number, number][] {
    const found: [number, number][] = [];
    const last = wall.at(to);
    // A night belongs to the day on which it starts.
    for (let date = dateOf(wall.at(from)) - day; date <= last; date += day) {
      for (const range of ranges) {
        if (range.days.includes(dayOf(date))) found.push([wall.when(date + range.from * minute), ending(date, range)]);
      }
    }
    return apart(found);
  }
  const ending = (date: number, { from, to }: Range) => wall.when(date + to * minute + (to <= from ? day : 0));

  return {
    isOpen: (at) => stretches(at, at).some(([begin, end]) => begin <= at && at < end),
    openBetween: (since, to) => {
      const from = Math.max(since, to - longest);
      if (!(from < to)) return 0;
      const within = stretches(from, to).map(([begin, end]) => Math.min(end, to) - Math.max(begin, from));
      return within.reduce((sum, length) => sum + Math.max(0, length), 0);
    },
  };
}

function apart(stretches: [number, number][]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [begin, end] of stretches.sort(([one], [other]) => one - other)) {
    const last = merged.at(-1);
    if (last && begin <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([begin, end]);
  }
  return merged;
}

const dateOf = (wallTime: number): number => Math.floor(wallTime / day) * day;

/** 1 January 1970 was a Thursday. */
const dayOf = (date: number): Day => days[(((date / day + 3) % 7) + 7) % 7] as Day;

/**
 * Converts between moments and the local time shown on a wall clock.
 * @param shown local time, as milliseconds that count as if it were UTC
 * @param timeZone such as "Australia/Sydney"; if empty, the machine's own
 */
export function momentOf(shown: number, timeZone: string): number {
  return new WallClock(timeZone).when(shown);
}

/** A wall clock: local time as milliseconds that count as if it were UTC. */
class WallClock {
  readonly #format: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    this.#format = formatterOf(timeZone);
  }

  /** The local time at a moment. */
  at(moment: number): number {
    const parts = Object.fromEntries(
      this.#format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day: date = 1, hour = 0, minute: minutes = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, date, hour, minutes, second);
  }

  /** The moment of a local time: one of the two, if it occurs twice; later by the gap, if it never occurs. */
  when(shown: number): number {
    const guess = shown - (this.at(shown) - shown);
    return shown - (this.at(guess) - guess);
  }
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-US", {
    ...{ hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric", second: "numeric" },
    timeZone: timeZone.trim() || undefined,
  } as Intl.DateTimeFormatOptions);
}

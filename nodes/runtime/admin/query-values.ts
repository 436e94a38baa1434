import { BadRequest } from "./bad-request";

/** More than a page shows; the rest is on the next page. */
const maxInAPage = 500;

/** No sensible search is longer; a longer text would be searched for everywhere. */
const maxCharacters = 500;

/** Added to URLs by browsers and by Node-RED itself. */
const foreign: ReadonlySet<string> = new Set(["_", "access_token"]);

/**
 * Reads each value as text; ignoring a repeated one would let everything through.
 * @param parameters of the query, or a filter in the body
 * @param names the allowed ones
 * @throws BadRequest
 */
export function textsIn(parameters: unknown, names: readonly string[]): Record<string, string> {
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters))
    throw new BadRequest('filter is an object with the names of the query, such as {"state": "failed"}.');
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || foreign.has(name)) continue;
    if (!names.includes(name)) throw new BadRequest(`There is no filter "${name}". Use ${names.join(", ")}.`);
    if (typeof value !== "string") throw new BadRequest(`${name} must be a text, and can be given only once.`);
    if (value.trim() === "" && name !== "site")
      throw new BadRequest(`${name} is empty: leave it out, or give a value.`);
    if (value.length > maxCharacters)
      throw new BadRequest(`${name} is too long: the limit is ${maxCharacters} characters.`);
    texts[name] = value;
  }
  return texts;
}

/** The requested page size. @throws BadRequest */
export function limitIn(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= maxInAPage) return limit;
  throw new BadRequest(`limit must be a whole number from 1 to ${maxInAPage}: for more, request the next page.`);
}

/** ISO 8601; `Date` accepts more than that. */
const isoTime = /^\d{4}-\d\d(-\d\d)?(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** Reads a time. @returns milliseconds since 1970 @throws BadRequest */
export function timeIn(name: string, text: string): number {
  const time = isoTime.test(text) && isDay(text.split("T")[0] ?? "") ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new BadRequest(`${name} must be a time in ISO 8601, such as 2026-04-12T07:52:10Z.`);
  return time;
}

/** `Date` accepts 30 February as 2 March. */
function isDay(text: string): boolean {
  const day = new Date(text);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

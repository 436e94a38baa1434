import { BadRequest } from "./bad-request";

/** More than a page shows; who wants more asks for the next. */
const maxInAPage = 500;

/** More than anybody looks for; a longer text would be looked for everywhere. */
const maxCharacters = 500;

/** What browsers and Node-RED itself put into a URL. */
const foreign: ReadonlySet<string> = new Set(["_", "access_token"]);

/**
 * Reads each value as a text; one that stands twice would let everything through if it were passed over.
 * @param parameters of the query, or a filter of the body
 * @param names those that there are
 * @throws BadRequest
 */
export function textsIn(parameters: unknown, names: readonly string[]): Record<string, string> {
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters))
    throw new BadRequest('filter is an object with the names of the query, such as {"state": "failed"}.');
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || foreign.has(name)) continue;
    if (!names.includes(name)) throw new BadRequest(`There is no filter "${name}". Use ${names.join(", ")}.`);
    if (typeof value !== "string") throw new BadRequest(`${name} is a text, and stands once at most.`);
    if (value.trim() === "" && name !== "site")
      throw new BadRequest(`${name} is empty: leave it out, or name a value.`);
    if (value.length > maxCharacters)
      throw new BadRequest(`${name} is too long: it has ${maxCharacters} characters at most.`);
    texts[name] = value;
  }
  return texts;
}

/** How many are wanted in a page. @throws BadRequest */
export function limitIn(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= maxInAPage) return limit;
  throw new BadRequest(`limit is a whole number from 1 to ${maxInAPage}: for more, ask for the next page.`);
}

/** ISO 8601, of which `Date` reads more than there is. */
const isoTime = /^\d{4}-\d\d(-\d\d)?(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** Reads a time. @returns milliseconds since 1970 @throws BadRequest */
export function timeIn(name: string, text: string): number {
  const time = isoTime.test(text) && isDay(text.split("T")[0] ?? "") ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new BadRequest(`${name} is a time as in ISO 8601, such as 2026-04-12T07:52:10Z.`);
  return time;
}

/** `Date` takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const day = new Date(text);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

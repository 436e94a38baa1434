import { isPlace, type MergedQuery } from "../../../src/engine/merged-log";
import { eventTypes } from "../../../src/events/catalog";
import type { EventQuery, LoggedState } from "../../../src/inbox/inbox";
import { unrecognised } from "../../../src/receiver/receive";
import { BadRequest } from "./bad-request";

/** More than a page shows; who wants more asks for the next. */
const mostEvents = 500;
const defaultEvents = 50;

/** More than anybody looks for; a longer text would be looked for in every event. */
const mostCharacters = 500;

const events: readonly string[] = [...eventTypes, unrecognised];

const states: readonly LoggedState[] = [
  ...(["waiting", "inFlow", "slow", "delivered", "failed", "setAside"] as const),
  ...(["unclaimed", "ignored", "duplicate", "unreadable"] as const),
];

const filterNames = ["endpoint", "event", "state", "site", "from", "to", "search"];
const pageNames = [...filterNames, "limit", "before"];

/** What browsers and Node-RED itself put into a URL. */
const foreign: ReadonlySet<string> = new Set(["_", "access_token"]);

/** Who asks, and what there is. */
export interface Asker {
  /** Whether they may see whom events are about. */
  readonly isPersonal: boolean;
  isEndpoint(id: string): boolean;
}

/** Each value as text; one that stands twice would let everything through if it were passed over. */
function textsIn(parameters: unknown, names: readonly string[]): Record<string, string> {
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters))
    throw new BadRequest('filter is an object with the names of the query, such as {"state": "failed"}.');
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || foreign.has(name)) continue;
    if (!names.includes(name)) throw new BadRequest(`There is no filter "${name}". Use ${names.join(", ")}.`);
    if (typeof value !== "string") throw new BadRequest(`${name} is a text, and stands once at most.`);
    if (value.trim() === "" && name !== "site")
      throw new BadRequest(`${name} is empty: leave it out, or name a value.`);
    if (value.length > mostCharacters)
      throw new BadRequest(`${name} is too long: it has ${mostCharacters} characters at most.`);
    texts[name] = value;
  }
  return texts;
}

/**
 * Reads which events are wanted.
 * @param parameters of the query, or a filter of the body
 * @param asker who asks
 * @throws BadRequest where a value cannot be one; what matches nothing is a query all the same
 */
export function readFilter(parameters: unknown, asker: Asker): EventQuery {
  return filterOf(textsIn(parameters, filterNames), asker);
}

function filterOf(texts: Readonly<Record<string, string>>, asker: Asker): EventQuery {
  const { endpoint, event, state, site, from, to, search } = texts;
  if (endpoint !== undefined && !asker.isEndpoint(endpoint)) throw unknownEndpoint(endpoint);
  if (event !== undefined && !events.includes(event))
    throw new BadRequest(`There is no event "${event}". Use one of ${events.join(", ")}.`);
  if (state !== undefined && !states.includes(state as LoggedState))
    throw new BadRequest(`There is no state "${state}". Use one of ${states.join(", ")}.`);
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(event !== undefined && { event }),
    ...(state !== undefined && { state: state as LoggedState }),
    ...(site !== undefined && { site }),
    ...(from !== undefined && { from: timeOf("from", from) }),
    ...(to !== undefined && { to: timeOf("to", to) }),
    ...(search !== undefined && { search, ...(!asker.isPersonal && { searchIn: "ids" as const }) }),
  };
}

/** Reads which page of which events is wanted. @throws BadRequest likewise */
export function readPage(parameters: unknown, asker: Asker): MergedQuery {
  const { limit, before, ...texts } = textsIn(parameters, pageNames);
  const filter = filterOf(texts, asker);
  if (before !== undefined && !isPlace(before))
    throw new BadRequest("before is no place in the log: give the next of the page before, or leave it out.");
  return { ...filter, limit: limitOf(limit), ...(before !== undefined && { before }) };
}

export function unknownEndpoint(id: string): BadRequest {
  const where = "GET hapana-events/health names those there are";
  return new BadRequest(`There is no endpoint "${id}", and nothing is kept of one: ${where}.`, 404);
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return defaultEvents;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= mostEvents) return limit;
  throw new BadRequest(`limit is a whole number from 1 to ${mostEvents}: for more, ask for the next page.`);
}

/** ISO 8601, of which `Date` reads more than there is. */
const isoTime = /^\d{4}-\d\d(-\d\d)?(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

function timeOf(name: string, text: string): number {
  const time = isoTime.test(text) && isDay(text.split("T")[0] ?? "") ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new BadRequest(`${name} is a time as in ISO 8601, such as 2026-04-12T07:52:10Z.`);
  return time;
}

/** `Date` takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const day = new Date(text);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

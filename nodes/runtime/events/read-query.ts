import { isPlace, type MergedQuery } from "../../../src/engine/merged-log";
import { eventTypes } from "../../../src/events/catalog";
import type { EventQuery, LoggedState } from "../../../src/inbox/inbox";
import { unrecognised } from "../../../src/receiver/receive";
import { BadRequest } from "../admin/bad-request";
import { limitIn, textsIn, timeIn } from "../admin/query-values";

const defaultEvents = 50;

const events: readonly string[] = [...eventTypes, unrecognised];

const states: readonly LoggedState[] = [
  ...(["waiting", "inFlow", "slow", "delivered", "failed", "setAside"] as const),
  ...(["unclaimed", "ignored", "duplicate", "unreadable", "spooled"] as const),
];

const filterNames = ["endpoint", "node", "event", "state", "site", "from", "to", "search"];
const pageNames = [...filterNames, "limit", "before"];

/** The user, and the existing nodes. */
export interface Asker {
  /** Whether the user is allowed to see whom events are about. */
  readonly isPersonal: boolean;
  isEndpoint(id: string): boolean;
}

/**
 * Reads a query for events.
 * @param parameters of the query, or a filter in the body
 * @param asker the user
 * @throws BadRequest if a value is invalid; a valid query may match nothing
 */
export function readFilter(parameters: unknown, asker: Asker): EventQuery {
  return filterOf(textsIn(parameters, filterNames), asker);
}

function filterOf(texts: Readonly<Record<string, string>>, asker: Asker): EventQuery {
  const { endpoint, node, event, state, site, from, to, search } = texts;
  if (endpoint !== undefined && !asker.isEndpoint(endpoint)) throw unknownEndpoint(endpoint);
  if (event !== undefined && !events.includes(event))
    throw new BadRequest(`There is no event "${event}". Use one of ${events.join(", ")}.`);
  if (state !== undefined && !states.includes(state as LoggedState))
    throw new BadRequest(`There is no state "${state}". Use one of ${states.join(", ")}.`);
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(node !== undefined && { subscriber: node }),
    ...(event !== undefined && { event }),
    ...(state !== undefined && { state: state as LoggedState }),
    ...(site !== undefined && { site }),
    ...(from !== undefined && { from: timeIn("from", from) }),
    ...(to !== undefined && { to: timeIn("to", to) }),
    ...(search !== undefined && { search, ...(!asker.isPersonal && { searchIn: "ids" as const }) }),
  };
}

/** Reads a query for a page of events. @throws BadRequest likewise */
export function readPage(parameters: unknown, asker: Asker): MergedQuery {
  const { limit, before, ...texts } = textsIn(parameters, pageNames);
  const filter = filterOf(texts, asker);
  if (before !== undefined && !isPlace(before))
    throw new BadRequest("before is not a position in the log: give the next of the previous page, or leave it out.");
  return { ...filter, limit: limitIn(limit, defaultEvents), ...(before !== undefined && { before }) };
}

export function unknownEndpoint(id: string): BadRequest {
  const where = "GET hapana-events/health names those there are";
  return new BadRequest(`There is no endpoint "${id}", and nothing is kept of one: ${where}.`, 404);
}

import { codes } from "../../../src/access/codes";
import { type DecisionQuery, isPlace } from "../../../src/access/decision-log";
import type { ClientQuery } from "../../../src/access/finding-clients";
import { BadRequest } from "../admin/bad-request";
import { limitIn, textsIn, timeIn } from "../admin/query-values";

const defaultRows = 100;

const decisionFilters = ["door", "code", "decision", "from", "to"];

/**
 * Reads a query for clients.
 * @param parameters of the query
 * @param search the search text
 * @throws BadRequest if a value is invalid
 */
export function readClientQuery(parameters: unknown, search: string | undefined): ClientQuery {
  const { standing, limit } = textsIn(parameters, ["standing", "limit"]);
  if (standing !== undefined && !isStanding(standing))
    throw new BadRequest(`There is no standing "${standing}". Use one of ${standings.join(", ")}.`);
  return {
    ...(search !== undefined && search.trim() !== "" && { search }),
    ...(standing !== undefined && { standing }),
    limit: limitIn(limit, defaultRows),
  };
}

const standings = ["staff", "blocked", "byHand"] as const;

function isStanding(text: string): text is (typeof standings)[number] {
  return (standings as readonly string[]).includes(text);
}

/**
 * Reads a query for decisions.
 * @param parameters of the query
 * @param clientID restricts them to one client
 * @throws BadRequest if a value is invalid; a valid query may match nothing
 */
export function readDecisionQuery(parameters: unknown, clientID: string | undefined): DecisionQuery {
  const { door, code, decision, from, to, before, limit } = textsIn(parameters, [
    ...decisionFilters,
    ...["limit", "before"],
  ]);
  if (code !== undefined && !(codes as readonly string[]).includes(code))
    throw new BadRequest(`There is no code "${code}". Use one of ${codes.join(", ")}.`);
  if (decision !== undefined && decision !== "allow" && decision !== "refuse")
    throw new BadRequest("decision must be allow or refuse.");
  if (before !== undefined && !isPlace(before))
    throw new BadRequest("before is not a position in the list: give the next of the previous page, or leave it out.");
  return {
    ...(clientID !== undefined && { clientID }),
    ...(door !== undefined && { door }),
    ...(code !== undefined && { code }),
    ...(decision !== undefined && { allow: decision === "allow" }),
    ...(from !== undefined && { from: timeIn("from", from) }),
    ...(to !== undefined && { to: timeIn("to", to) }),
    ...(before !== undefined && { before }),
    limit: limitIn(limit, defaultRows),
  };
}

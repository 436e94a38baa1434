import type { EventQuery } from "../../../src/inbox/inbox";
import { BadRequest } from "../admin/bad-request";
import { type Asker, readFilter, unknownEndpoint } from "./read-query";

/** More than anybody selects manually; beyond that, there are filters. */
const maxIds = 1_000;

/** The events: these, or all that match. */
type Meant = { readonly deliveryIds: readonly string[] } | { readonly filter: EventQuery };

/** What to do with an endpoint's events. */
interface Order {
  readonly endpoint: string;
  readonly node: string | undefined;
  /** Only report how many it would be. */
  readonly count: boolean;
}

/**
 * Reads a request to do something.
 * @param body the request's body
 * @param asker the user
 * @param isNode whether an endpoint has, or had, such a node
 * @throws BadRequest
 */
export function readOrder(body: unknown, asker: Asker, isNode: (node: string, endpoint: string) => boolean): Order {
  const { endpoint, node, count = false } = membersOf(body);
  if (typeof endpoint !== "string" || endpoint === "")
    throw new BadRequest("endpoint is missing: give the endpoint's id.");
  if (!asker.isEndpoint(endpoint)) throw unknownEndpoint(endpoint);
  if (typeof count !== "boolean")
    throw new BadRequest("count must be true or false: true only reports how many it would be.");
  if (node === undefined) return { endpoint, node, count };
  if (typeof node !== "string") throw new BadRequest("node must be a node's id.");
  if (!isNode(node, endpoint))
    throw new BadRequest(`There is no node "${node}" at this endpoint: give one of its Hapana webhook in nodes.`, 404);
  return { endpoint, node, count };
}

/** The events to send again. @throws BadRequest */
export function readMeant(body: unknown, asker: Asker): Meant {
  const { deliveryIds, filter } = membersOf(body);
  if ((deliveryIds === undefined) === (filter === undefined))
    throw new BadRequest("Say which events: give deliveryIds, a list of ids, or filter, with the names of the query.");
  if (filter !== undefined) return { filter: readFilter(filter, asker) };
  if (!Array.isArray(deliveryIds) || !deliveryIds.every((id) => typeof id === "string") || deliveryIds.length === 0)
    throw new BadRequest("deliveryIds must be a list of at least one id.");
  if (deliveryIds.length > maxIds)
    throw new BadRequest(`deliveryIds can have at most ${maxIds}: for more, use a filter.`);
  return { deliveryIds: [...new Set(deliveryIds as string[])] };
}

/** The client to forget. @throws BadRequest */
export function readClient(body: unknown): { clientID: string; count: boolean } {
  const { clientID, count = false } = membersOf(body);
  if (typeof clientID !== "string" || clientID.trim() === "")
    throw new BadRequest("clientID is missing: give the client's id.");
  if (typeof count !== "boolean")
    throw new BadRequest("count must be true or false: true only reports how many it would be.");
  return { clientID, count };
}

export function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new BadRequest('The body is a JSON object, such as {"endpoint": "…"}.');
}

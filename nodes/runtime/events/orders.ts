import type { EventQuery } from "../../../src/inbox/inbox";
import { BadRequest } from "../admin/bad-request";
import { type Asker, readFilter, unknownEndpoint } from "./read-query";

/** More than anybody selects by hand; for more, there are filters. */
const maxIds = 1_000;

/** Which events are meant: these, or all that match. */
export type Meant = { readonly deliveryIds: readonly string[] } | { readonly filter: EventQuery };

/** What is to be done with events of an endpoint. */
export interface Order {
  readonly endpoint: string;
  readonly node: string | undefined;
  /** Only tell how many it would be. */
  readonly count: boolean;
}

/**
 * Reads an order.
 * @param body what was posted
 * @param asker who asks
 * @param isNode whether an endpoint has, or had, such a node
 * @throws BadRequest
 */
export function readOrder(body: unknown, asker: Asker, isNode: (node: string, endpoint: string) => boolean): Order {
  const { endpoint, node, count = false } = membersOf(body);
  if (typeof endpoint !== "string" || endpoint === "")
    throw new BadRequest("endpoint is missing: name the endpoint's id.");
  if (!asker.isEndpoint(endpoint)) throw unknownEndpoint(endpoint);
  if (typeof count !== "boolean") throw new BadRequest("count is true or false: true only tells how many it would be.");
  if (node === undefined) return { endpoint, node, count };
  if (typeof node !== "string") throw new BadRequest("node is a node's id.");
  if (!isNode(node, endpoint))
    throw new BadRequest(`There is no node "${node}" at this endpoint: name one of its Hapana webhook in nodes.`, 404);
  return { endpoint, node, count };
}

/** Which events are to be sent again. @throws BadRequest */
export function readMeant(body: unknown, asker: Asker): Meant {
  const { deliveryIds, filter } = membersOf(body);
  if ((deliveryIds === undefined) === (filter === undefined))
    throw new BadRequest("Say which events: deliveryIds is a list of ids, or filter has the names of the query.");
  if (filter !== undefined) return { filter: readFilter(filter, asker) };
  if (!Array.isArray(deliveryIds) || !deliveryIds.every((id) => typeof id === "string") || deliveryIds.length === 0)
    throw new BadRequest("deliveryIds is a list of ids, with one at least.");
  if (deliveryIds.length > maxIds) throw new BadRequest(`deliveryIds has ${maxIds} at most: for more, use a filter.`);
  return { deliveryIds: [...new Set(deliveryIds as string[])] };
}

/** Who is to be forgotten. @throws BadRequest */
export function readClient(body: unknown): { clientID: string; count: boolean } {
  const { clientID, count = false } = membersOf(body);
  if (typeof clientID !== "string" || clientID.trim() === "")
    throw new BadRequest("clientID is missing: name the client's id.");
  if (typeof count !== "boolean") throw new BadRequest("count is true or false: true only tells how many it would be.");
  return { clientID, count };
}

export function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new BadRequest('The body is a JSON object, such as {"endpoint": "…"}.');
}

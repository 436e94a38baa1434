import { unrecognised } from "../receiver/receive";
import type { ReadEvent } from "./event-row";
import type { EventQuery, LoggedEvent } from "./inbox";
import { folded, type SearchWords, textsOf } from "./search-words";
import type { StoredEvent } from "./stored-event";

/**
 * Whether an event matches a query, whatever its state.
 * @param search the words of the query
 */
export function matches({ event, facts }: ReadEvent, query: EventQuery, search: SearchWords | undefined): boolean {
  const at = Date.parse(event.receivedAt);
  return (
    (query.endpoint === undefined || facts.endpoint === query.endpoint) &&
    (query.event === undefined || event.event === query.event) &&
    (query.site === undefined || event.siteID === query.site) &&
    (query.client === undefined || isOf(event, query.client)) &&
    (query.from === undefined || at >= query.from) &&
    (query.to === undefined || at <= query.to) &&
    (search === undefined || search.areIn(searchedIn(event, query)))
  );
}

/** Whether it is a client's event; in an unrecognised one, it is unclear which value is the client's. */
function isOf({ event, payload, body }: StoredEvent, clientID: string): boolean {
  if (event === unrecognised) return textsOf(body).includes(folded(clientID));
  return (payload as { clientID?: unknown } | null)?.clientID === clientID;
}

/** In the body and the delivery's id: not in the rest of the row. */
function searchedIn({ body, deliveryId }: ReadEvent["event"], { searchIn }: EventQuery): string[] {
  const id = folded(deliveryId);
  return searchIn === "ids" ? [id] : [id, ...textsOf(body)];
}

/** Whether its state, for the requested subscriber, is the requested one. */
export function isIn(
  { recipients, state, duplicates }: LoggedEvent,
  { state: wanted, subscriber }: Pick<EventQuery, "state" | "subscriber">,
): boolean {
  const meant = subscriber === undefined ? recipients : recipients.filter((each) => each.subscriber === subscriber);
  if (subscriber !== undefined && meant.length === 0) return false;
  if (wanted === undefined) return true;
  if (wanted === "duplicate") return duplicates > 0;
  return state === wanted || meant.some((recipient) => recipient.state === wanted);
}

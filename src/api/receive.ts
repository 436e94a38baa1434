import type { HapanaEvent } from "../events/catalog";
import type { FieldIssue } from "../events/validate";
import type { Authenticator } from "../receiver/authenticate";
import { isProblem, type Problem } from "../receiver/problems";
import type { UnrecognisedEvent } from "../receiver/read-event";
import * as receiver from "../receiver/receive";

/** One event of a delivery, distinguished by `event`. */
export type ReceivedEvent = (HapanaEvent | (UnrecognisedEvent & { reason: string })) & {
  clientID: string | undefined;
  siteID: string | undefined;
  /** What did not fit the event's documented fields; usually empty. */
  issues: FieldIssue[];
  /** The event as it arrived. */
  body: unknown;
  /** If there were several events in one delivery: what surrounded them. */
  envelope?: Readonly<Record<string, unknown>>;
};

/** An authenticated, opened, classified and validated delivery. */
export interface ReceivedDelivery extends Omit<receiver.ReceivedDelivery, "events" | "mayBeStored"> {
  /** In the order of the body; never empty. */
  events: ReceivedEvent[];
}

/**
 * Takes a request all the way to a delivery: authenticate, read, parse, open, classify, validate. Nothing reads
 * the body before authentication has succeeded. Nothing is stored, and duplicates are not detected.
 * @param request the request
 * @param authenticator the endpoint's checks
 * @param now milliseconds since 1970
 * @returns the delivery, or the problem for which the request is refused; it never rejects unless `readBody` does
 * @example
 * const authenticator = createAuthenticator({ auth: "header", headerValue: "Bearer token" });
 * const bytes = new TextEncoder().encode('{"clientID": "c1", "siteID": "s1", "checkInStatus": "Valid"}');
 * const headers = { authorization: "Bearer token" };
 * const request = { method: "POST", headers, eventName: "checkIn", readBody: async () => bytes };
 * const delivery = await receive(request, authenticator);
 * if (isProblem(delivery)) throw new Error(delivery.code);
 * for (const event of delivery.events) {
 *   if (event.event === "checkIn") console.log(event.payload.checkInStatus);
 * }
 */
export async function receive(
  request: receiver.WebhookRequest,
  authenticator: Authenticator,
  now: number = Date.now(),
): Promise<ReceivedDelivery | Problem> {
  const outcome = await receiver.receive(request, authenticator, now);
  return isProblem(outcome) ? outcome : { ...outcome, events: outcome.events.map(withoutInternals) };
}

/** Details that only the inbox needs are not part of the API. */
function withoutInternals(event: receiver.ReceivedEvent): ReceivedEvent {
  const { distinction, bodyJson, isPayloadBody, ...rest } = event;
  return rest as ReceivedEvent;
}

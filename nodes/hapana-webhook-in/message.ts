import type { NodeMessage } from "node-red";
import type { EventType, HapanaPayload } from "../../src/events/catalog";
import type { HapanaDetails } from "../../src/events/details";
import type { StoredEvent } from "../../src/inbox/stored-event";

/** The message at the output of a recognised event. */
export type HapanaMessage<Type extends EventType = EventType> = NodeMessage & {
  topic: Type;
  payload: HapanaPayload<Type>;
  hapana: HapanaDetails;
};

/** The message at the output for unrecognised events. */
type UnrecognisedMessage = NodeMessage & { topic: "unrecognised"; payload: unknown; hapana: HapanaDetails };

/**
 * Builds the message of an event.
 * @param event the event, from the inbox
 * @param attempt how often it has been sent, including this time
 * @param endpoint the endpoint that received it
 * @param siteName the name of its location, if it has one
 * @param messageId the message's own id
 */
export function toMessage(
  event: StoredEvent,
  attempt: number,
  endpoint: { id: string; name: string },
  siteName: string | undefined,
  messageId: string,
): HapanaMessage | UnrecognisedMessage {
  const { deliveryId, receivedAt, siteID, test, issues, reason, possibleDuplicate, body, envelope } = event;
  return {
    _msgid: messageId,
    topic: event.event,
    payload: event.payload,
    hapana: {
      event: event.event,
      deliveryId,
      receivedAt,
      site: { id: siteID ?? null, ...(siteName !== undefined && { name: siteName }) },
      endpoint,
      attempt,
      redelivered: attempt > 1,
      test,
      issues,
      ...(possibleDuplicate !== undefined && { possibleDuplicate }),
      ...(reason !== undefined && { reason }),
      body,
      ...(envelope !== undefined && { envelope }),
    },
  } as HapanaMessage | UnrecognisedMessage;
}

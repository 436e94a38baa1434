import { jsonText } from "../receiver/json";
import type { ReceivedDelivery, ReceivedEvent } from "../receiver/receive";

/** A delivery that waits on this machine's disk for its endpoint's inbox. */
export interface Spooled {
  /** Its place in order of arrival. */
  readonly place: number;
  readonly delivery: ReceivedDelivery;
}

/** An event as stored: without what its body text already says. */
type Written = Omit<ReceivedEvent, "body" | "bodyJson" | "payload"> & {
  bodyText: string;
  payload?: ReceivedEvent["payload"];
};

/** @returns a delivery as JSON text */
export function toText(delivery: ReceivedDelivery): string {
  const events = delivery.events.map(({ body: _body, bodyJson, payload, ...event }): Written => {
    const written = { ...event, bodyText: jsonText(bodyJson) };
    return event.isPayloadBody ? written : { ...written, payload };
  });
  return JSON.stringify({ ...delivery, events });
}

/**
 * Reads the output of {@link toText}.
 * @returns `undefined` if the text is damaged
 */
export function fromText(text: string): ReceivedDelivery | undefined {
  try {
    return read(text);
  } catch {
    return undefined;
  }
}

function read(text: string): ReceivedDelivery {
  const { events, ...delivery } = JSON.parse(text) as Omit<ReceivedDelivery, "events"> & { events: Written[] };
  return {
    ...delivery,
    events: events.map(({ bodyText, ...event }) => {
      const body: unknown = JSON.parse(bodyText);
      // Each gets its own object: a flow may change one while another is being read.
      const payload = "payload" in event ? event.payload : (JSON.parse(bodyText) as ReceivedEvent["payload"]);
      return { ...event, payload, body, bodyJson: bodyText } as ReceivedEvent;
    }),
  };
}

/** @returns the delivery without what is, or may be, this client's; other clients' events stay. `undefined` if nothing is left */
export function withoutClient(delivery: ReceivedDelivery, clientID: string): ReceivedDelivery | undefined {
  const events = delivery.events.filter((event) => !isOfClient(event, clientID));
  if (events.length === delivery.events.length) return delivery;
  return events.length > 0 ? { ...delivery, events } : undefined;
}

function isOfClient({ clientID, bodyJson }: ReceivedEvent, wanted: string): boolean {
  return clientID === wanted || jsonText(bodyJson).includes(JSON.stringify(wanted));
}

import type { AuthenticationSettings } from "../../src/receiver/authenticate";
import { createAuthenticator } from "../../src/receiver/authenticate";
import type { Headers } from "../../src/receiver/headers";
import { isProblem, type Problem } from "../../src/receiver/problems";
import { type ReceivedDelivery, type ReceivedEvent, receive } from "../../src/receiver/receive";

/** Settings of an endpoint that asks for nothing. */
export const openToAnyone: AuthenticationSettings = { auth: "none", headerName: "", tolerance: 300 };

/** What is to be received, and by whom. */
export interface Received {
  body: string | Buffer;
  eventName?: string | undefined;
  headers?: Headers;
  method?: string;
  settings?: AuthenticationSettings;
  now?: number;
}

/** Has the receiver read a request, without any HTTP. */
export function receiveBody({
  body,
  eventName,
  headers = {},
  method = "POST",
  settings = openToAnyone,
  now,
}: Received): Promise<ReceivedDelivery | Problem> {
  const readBody = async () => Buffer.from(body);
  return receive({ method, headers, eventName, readBody }, createAuthenticator(settings), now);
}

/** The events of a body that must not be refused. */
export async function eventsIn(body: unknown, eventName?: string): Promise<ReceivedEvent[]> {
  const delivery = await receiveBody({ body: typeof body === "string" ? body : JSON.stringify(body), eventName });
  if (isProblem(delivery)) throw new Error(`It was refused: ${delivery.code}.`);
  return delivery.events;
}

/** The only event of a body. */
export async function eventIn(body: unknown, eventName?: string): Promise<ReceivedEvent> {
  const [event, ...others] = await eventsIn(body, eventName);
  if (!event || others.length > 0) throw new Error(`There are ${others.length + 1} events in it.`);
  return event;
}

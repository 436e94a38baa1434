import type { StoredEvent } from "../../src/inbox/stored-event";
import { isProblem } from "../../src/receiver/problems";
import type { ReceivedDelivery } from "../../src/receiver/receive";
import { receiveBody } from "./receiving";

/** 12 April 2026, 07:52:10 UTC. */
export const noon = Date.parse("2026-04-12T07:52:10.000Z");

/** How a body is sent. */
export interface DeliveredOptions {
  id?: string;
  now?: number;
  eventName?: string | undefined;
  test?: boolean;
}

/** What the receiver makes of a body. */
export async function delivered(
  body: unknown,
  { id, now = noon, eventName = "checkIn", test = false }: DeliveredOptions = {},
): Promise<ReceivedDelivery> {
  const delivery = await receiveBody({
    body: JSON.stringify(body),
    eventName,
    headers: { "x-hapana-delivery": id, "x-hapana-test": test ? "true" : undefined },
    now,
  });
  if (isProblem(delivery)) throw new Error(`It was refused: ${delivery.code}.`);
  return delivery;
}

let clients = 0;

/** The body of a check-in by somebody new. */
export function checkIn(fields: Record<string, unknown> = {}): Record<string, unknown> {
  clients += 1;
  return { clientID: `client-${clients}`, siteID: "site", checkInStatus: "Valid", ...fields };
}

/** The `clientID` of an event. */
export function clientOf({ payload }: Pick<StoredEvent, "payload">): string {
  return String((payload as { clientID?: unknown }).clientID);
}

import { z } from "zod";
import { eventTypes } from "./catalog";

/** What a message says about its event, besides the payload: `msg.hapana`. */
export const details = z.object({
  event: z.enum([...eventTypes, "unrecognised"]).describe("The event type, or unrecognised"),
  deliveryId: z.string().describe("Identifies the delivery; stays the same when the event is redelivered"),
  receivedAt: z.string().describe("When it was received: ISO 8601, UTC"),
  site: z
    .object({
      id: z.string().nullable().describe("Its siteID, as Hapana sends it"),
      name: z.string().optional().describe("Its name, if the endpoint has one for it"),
    })
    .describe("The location"),
  endpoint: z
    .object({ id: z.string().describe("The id of its node"), name: z.string().describe("Its name") })
    .describe("The endpoint that received it"),
  attempt: z.number().describe("1, and more when it is redelivered"),
  redelivered: z.boolean().describe("Whether it may have been seen before"),
  test: z.boolean().describe("Whether it is a test"),
  possibleDuplicate: z
    .string()
    .optional()
    .describe("The deliveryId of an earlier event with the same content; this one may be a repeat of it"),
  issues: z
    .array(
      z.object({
        field: z.string().describe("The field's name"),
        problem: z.string().describe("What is wrong with it"),
      }),
    )
    .describe("What did not fit the event's documented fields; usually empty"),
  reason: z.string().optional().describe("Why the event is unrecognised"),
  body: z.unknown().describe("The event as it arrived"),
  envelope: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("If several events arrived in one request: what surrounded them"),
});

/** What a message says about its event, besides the payload: `msg.hapana`. */
export type HapanaDetails = z.output<typeof details>;

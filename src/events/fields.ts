import { z } from "zod";
import { readAmount } from "./amount";
import { saying } from "./sayings";

/**
 * The kinds of field in Hapana's articles. Every field may be missing or `null`; one that does not fit its kind is
 * set to `null` by {@link validate} and reported, so that one odd field never costs the whole event.
 */

const numberToDigits = (value: unknown): unknown => (typeof value === "number" ? String(value) : value);

/** Text as Hapana wrote it; unknown values are as good as known ones. */
export const text = z.string();

/** An opaque identifier, barcode or phone number: a string, even if it was sent as a JSON number. */
export const identifier = z.preprocess(numberToDigits, z.string());

/**
 * A date or time as it was written: Hapana publishes neither the format nor the time zone. Some systems write an object, such as
 * `{"date": "2026-04-12 17:52:10.000000", "timezone": "Australia/Sydney"}` or `{"$date": "2026-04-12T07:52:10Z"}`.
 */
export const moment = z.union([
  z.string(),
  z.number(),
  z.looseObject({ date: z.string() }),
  z.looseObject({ $date: z.union([z.string(), z.number(), z.record(z.string(), z.unknown())]) }),
]);

/** A sum of money as a number, even if it was sent as `"1,234.50"` or `"$49.00"`. The currency is not published. */
export const amount = z.preprocess((value, context) => {
  const sum = readAmount(value);
  if (sum !== "ambiguous") return typeof sum === "number" ? sum : value;
  context.addIssue({ code: "custom", message: saying("twoWays") });
  return z.NEVER;
}, z.number());

/** A value whose shape Hapana does not publish: a list, an object or text, passed through unchanged. */
export const freeform = z.union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())]);

/**
 * One field of an event.
 * @param type one of the kinds above
 * @param description plain English, shown in the editor's help, in the README and in the JSON Schema
 * @returns the kind, optional and nullable, with its description
 */
export function field<T extends z.ZodType>(type: T, description: string): z.ZodOptional<z.ZodNullable<T>> {
  return type.nullish().describe(description);
}

/** What every event has. Without a client there is no event, so only `clientID` is required. */
export const identity = {
  clientID: identifier.describe("The client, as an opaque identifier"),
  siteID: field(identifier, "The location, as an opaque identifier"),
};

import type { z } from "zod";
import { readAmount } from "./amount";
import { LazySchema } from "./lazy-schema";
import { saying } from "./sayings";

/**
 * The kinds of field in Hapana's articles. Every field may be missing or `null`; one that does not fit its kind is
 * set to `null` by {@link validate} and reported, so that one odd field never costs the whole event.
 */
export type Kind<Schema extends z.ZodType = z.ZodType> = LazySchema<Schema>;

/**
 * A kind of field.
 * @param make makes its schema, when it is first needed
 * @example kind((z) => z.enum(["sms", "email"]))
 */
export function kind<Schema extends z.ZodType>(make: (zod: typeof z) => Schema): Kind<Schema> {
  return new LazySchema(make);
}

const numberToDigits = (value: unknown): unknown => (typeof value === "number" ? String(value) : value);

/** Text as Hapana wrote it; unknown values are as good as known ones. */
export const text = kind((z) => z.string());

/** An opaque identifier, barcode or phone number: a string, even if it was sent as a JSON number. */
export const identifier = kind((z) => z.preprocess(numberToDigits, z.string()));

/**
 * A date or time as it was written: Hapana publishes neither the format nor the time zone. Some systems write an object, such as
 * `{"date": "2026-04-12 17:52:10.000000", "timezone": "Australia/Sydney"}` or `{"$date": "2026-04-12T07:52:10Z"}`.
 */
export const moment = kind((z) =>
  z.union([
    z.string(),
    z.number(),
    z.looseObject({ date: z.string() }),
    z.looseObject({ $date: z.union([z.string(), z.number(), z.record(z.string(), z.unknown())]) }),
  ]),
);

/** A sum of money as a number, even if it was sent as `"1,234.50"` or `"$49.00"`. The currency is not published. */
export const amount = kind((z) =>
  z.preprocess((value, context) => {
    const sum = readAmount(value);
    if (sum !== "ambiguous") return typeof sum === "number" ? sum : value;
    context.addIssue({ code: "custom", message: saying("twoWays") });
    return z.NEVER;
  }, z.number()),
);

/** A value whose shape Hapana does not publish: a list, an object or text, passed through unchanged. */
export const freeform = kind((z) => z.union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())]));

/** One field of an event. */
export class Field<Schema extends z.ZodType = z.ZodType> extends LazySchema<Schema> {
  readonly kind: Kind;

  constructor(kind: Kind, make: () => Schema) {
    super(make);
    this.kind = kind;
  }
}

/**
 * One field of an event.
 * @param kind one of the kinds above
 * @param description plain English, shown in the editor's help, in the README and in the JSON Schema
 * @returns the kind, optional and nullable, with its description
 */
export function field<T extends z.ZodType>(kind: Kind<T>, description: string): Field<z.ZodOptional<z.ZodNullable<T>>> {
  return new Field(kind, () => kind.schema.nullish().describe(description));
}

/** A field that every event of its type has. */
export function requiredField<T extends z.ZodType>(kind: Kind<T>, description: string): Field<T> {
  return new Field(kind, () => kind.schema.describe(description));
}

/** What every event has. Without a client there is no event, so only `clientID` is required. */
export const identity = {
  clientID: requiredField(identifier, "The client, as an opaque identifier"),
  siteID: field(identifier, "The location, as an opaque identifier"),
};

/** The fields of an object, by their names. */
export type Fields = Readonly<Record<string, Field>>;

/** An object with these fields, and possibly others. */
export type ObjectOf<Named extends Fields> = z.ZodObject<
  { -readonly [Name in keyof Named]: Named[Name]["schema"] },
  z.core.$loose
>;

/** An object with fields; others pass through. */
export function objectOf<Named extends Fields>(fields: Named): Kind<ObjectOf<Named>> {
  return kind((z) => {
    const shape = Object.entries(fields).map(([name, { schema }]) => [name, schema]);
    return z.looseObject(Object.fromEntries(shape)) as ObjectOf<Named>;
  });
}
